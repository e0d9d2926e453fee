#include "command/signal_fence.hpp"

#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <system_error>

#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

sigset_t heard_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal :
       {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGUSR1, SIGUSR2, SIGCHLD, SIGCONT})
    sigaddset(&set, signal);
  return set;
}

}  // namespace

SignalFence::SignalFence() {
  const auto heard = heard_signals();
  descriptor_ = storage::Fd(::signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!descriptor_)
    throw Error(ErrorCode::io,
                "cannot wait for signals: " + std::generic_category().message(errno));
  auto blocked = heard;
  sigaddset(&blocked,
            SIGPIPE);  // a reader of our output that went away is for the program to notice
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before_);
  // Where a parent had us ignore it, the kernel would throw the program's exit code away.
  struct sigaction plain {};
  plain.sa_handler = SIG_DFL;
  ::sigaction(SIGCHLD, &plain, &child_before_);
}

SignalFence::~SignalFence() {
  ::sigaction(SIGCHLD, &child_before_, nullptr);
  if (sigismember(&before_, SIGPIPE) == 0) {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    const timespec now{};
    while (::sigtimedwait(&pipe, nullptr, &now) > 0) {
    }
  }
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<signalfd_siginfo> SignalFence::next() noexcept {
  signalfd_siginfo info{};
  if (::read(descriptor_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info))
    return std::nullopt;
  return info;
}

}  // namespace track::detail
