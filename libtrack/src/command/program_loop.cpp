#include "command/program_loop.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

namespace track::detail {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t k_buffer = 64UL << 10U;
constexpr int k_longest_wait_ms = 1000;  // should a SIGCHLD be taken by another thread
constexpr auto k_mercy = std::chrono::seconds(5);

void make_non_blocking(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

/// Bytes read; 0 at the end; nothing where there is none yet.
std::optional<std::size_t> read_some(int fd, std::array<char, k_buffer>& buffer) {
  for (;;) {
    const auto got = ::read(fd, buffer.data(), buffer.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EAGAIN) return std::nullopt;
    if (errno != EINTR) return 0;  // a pseudo-terminal whose other end was closed says EIO
  }
}

}  // namespace

ProgramLoop::ProgramLoop(pid_t program, Streams streams, TerminalLink* link, SignalFence& signals,
                         OutputTee& tee)
    : program_(program),
      streams_(std::move(streams)),
      link_(link),
      signals_(signals),
      tee_(tee),
      master_open_(link != nullptr),
      input_open_(link != nullptr) {
  for (const int fd :
       {streams_.output.get(), streams_.error.get(), link != nullptr ? link->master() : -1}) {
    if (fd >= 0) make_non_blocking(fd);
  }
}

ChildEnd ProgramLoop::run(const std::optional<double>& timeout_s) {
  if (timeout_s) {
    deadline_ = steady_clock::now() + std::chrono::duration_cast<steady_clock::duration>(
                                          std::chrono::duration<double>(*timeout_s));
  }
  while (!ended()) {
    wait_for_something();
    pass_signals();
    pass_output(streams_.output, STDOUT_FILENO);
    pass_output(streams_.error, STDERR_FILENO);
    if (master_open_) master_open_ = pass_master();
    if (link_ != nullptr) pass_input();
    check_time();
  }
  // What it left in the pipes; what its own children may still print is theirs.
  pass_output(streams_.output, STDOUT_FILENO);
  pass_output(streams_.error, STDERR_FILENO);
  if (master_open_) pass_master();
  tee_.finish();
  return end_;
}

bool ProgramLoop::ended() {
  int status = 0;
  const auto got = ::waitpid(program_, &status, WNOHANG);
  if (got == 0 || (got < 0 && errno == EINTR)) return false;
  if (got < 0) return true;  // somebody else took it
  if (WIFSIGNALED(status)) {
    end_.signal = WTERMSIG(status);
    end_.exit_code = 128 + end_.signal;
  } else {
    end_.exit_code = WEXITSTATUS(status);
  }
  return true;
}

void ProgramLoop::wait_for_something() {
  std::vector<pollfd> fds{{signals_.descriptor(), POLLIN, 0}};
  if (streams_.output) fds.push_back({streams_.output.get(), POLLIN, 0});
  if (streams_.error) fds.push_back({streams_.error.get(), POLLIN, 0});
  if (master_open_) {
    const auto wanted = static_cast<short>(pending_input_.empty() ? POLLIN : POLLIN | POLLOUT);
    fds.push_back({link_->master(), wanted, 0});
    if (input_open_ && pending_input_.empty() && link_->has_terminal())
      fds.push_back({STDIN_FILENO, POLLIN, 0});
  }
  int wait_ms = k_longest_wait_ms;
  if (deadline_) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - steady_clock::now()).count();
    wait_ms = static_cast<int>(std::clamp<std::int64_t>(left, 0, wait_ms));
  }
  ::poll(fds.data(), fds.size(), wait_ms);
}

void ProgramLoop::pass_signals() {
  while (const auto info = signals_.next()) {
    const int signal = static_cast<int>(info->ssi_signo);
    if (signal == SIGCHLD) continue;
    if (signal == SIGWINCH && link_ != nullptr) {
      link_->copy_size();
      continue;
    }
    if (signal == SIGCONT && link_ != nullptr) {
      link_->resume(program_);
      continue;
    }
    // What our terminal sent went to the program, too: it is in the same group.
    if (info->ssi_code == SI_KERNEL && link_ == nullptr) continue;
    forward(signal);
  }
}

void ProgramLoop::forward(int signal) noexcept { ::kill(program_, signal); }

void ProgramLoop::pass_output(storage::Fd& from, int stream) {
  std::array<char, k_buffer> buffer;
  while (from) {
    const auto got = read_some(from.get(), buffer);
    if (!got) return;
    // Closed, so that the program gets the SIGPIPE that it would have got without us.
    if (*got == 0 || !tee_.take(stream, {buffer.data(), *got})) from = storage::Fd();
  }
}

bool ProgramLoop::pass_master() {
  std::array<char, k_buffer> buffer;
  for (;;) {
    const auto got = read_some(link_->master(), buffer);
    if (!got) return true;
    if (*got == 0) return false;
    tee_.take(STDOUT_FILENO, {buffer.data(), *got});
  }
}

void ProgramLoop::pass_input() {
  pollfd ready{STDIN_FILENO, POLLIN, 0};
  if (link_->take_terminal() && input_open_ && pending_input_.empty() && ::poll(&ready, 1, 0) > 0) {
    std::array<char, k_buffer> buffer;
    const auto got = read_some(STDIN_FILENO, buffer);
    if (got && *got == 0) input_open_ = false;
    if (got) pending_input_.assign(buffer.data(), *got);
    if (link_->take_suspend(pending_input_, program_)) link_->suspend(program_);
  }
  if (pending_input_.empty()) return;
  const auto written = ::write(link_->master(), pending_input_.data(), pending_input_.size());
  if (written > 0) pending_input_.erase(0, static_cast<std::size_t>(written));
}

void ProgramLoop::check_time() {
  if (!deadline_ || steady_clock::now() < *deadline_) return;
  forward(timed_out_ ? SIGKILL : SIGTERM);
  timed_out_ = true;
  deadline_ = steady_clock::now() + k_mercy;
}

}  // namespace track::detail
