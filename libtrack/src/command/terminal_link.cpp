#include "command/terminal_link.hpp"

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <utility>

namespace track::detail {
namespace {

bool is_in_foreground() noexcept { return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp(); }

/// Whether a SIGTSTP would stop the process: it neither ignores nor handles it, as shells do.
bool stops_by_default(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  std::uint64_t handled = 0;
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("SigIgn:", 0) != 0 && line.rfind("SigCgt:", 0) != 0) continue;
    handled |= std::strtoull(line.c_str() + 7, nullptr, 16);
  }
  return (handled >> (SIGTSTP - 1) & 1U) == 0;
}

}  // namespace

std::optional<TerminalLink> TerminalLink::make() {
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0) return std::nullopt;
  TerminalLink link;
  // Whoever is in the background would be stopped for changing the terminal.
  if (!is_in_foreground()) return std::nullopt;
  winsize size{};
  if (::tcgetattr(STDIN_FILENO, &link.before_) != 0 ||
      ::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0)
    return std::nullopt;
  int master = -1;
  int terminal = -1;
  if (::openpty(&master, &terminal, nullptr, &link.before_, &size) != 0) return std::nullopt;
  link.master_ = storage::Fd(master);
  link.terminal_ = storage::Fd(terminal);
  for (const int fd : {master, terminal}) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  return link;
}

TerminalLink::TerminalLink(TerminalLink&& other) noexcept
    : master_(std::move(other.master_)),
      terminal_(std::move(other.terminal_)),
      before_(other.before_),
      raw_(std::exchange(other.raw_, false)) {}

TerminalLink::~TerminalLink() { restore(); }

void TerminalLink::copy_size() const noexcept {
  winsize size{};
  if (::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) ::ioctl(master_.get(), TIOCSWINSZ, &size);
}

bool TerminalLink::take_terminal() noexcept {
  if (raw_ || !is_in_foreground()) return raw_;
  copy_size();
  auto raw = before_;
  ::cfmakeraw(&raw);
  if (::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0) raw_ = true;
  return raw_;
}

void TerminalLink::restore() noexcept {
  if (std::exchange(raw_, false)) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
}

bool TerminalLink::take_suspend(std::string& typed, pid_t program) const {
  termios theirs{};
  if (::tcgetattr(master_.get(), &theirs) != 0 || (theirs.c_lflag & ISIG) == 0) return false;
  const auto key = theirs.c_cc[VSUSP];
  if (key == _POSIX_VDISABLE) return false;
  const auto at = typed.find(static_cast<char>(key));
  if (at == std::string::npos || ::tcgetpgrp(master_.get()) != program) return false;
  if (!stops_by_default(program)) return false;
  typed.erase(at, 1);
  return true;
}

void TerminalLink::suspend(pid_t program) noexcept {
  // In a session of its own the program has nobody to continue it, so that a SIGTSTP would do
  // nothing there.
  ::kill(-program, SIGSTOP);
  restore();
  ::kill(0, SIGTSTP);
  // Continued, or never stopped, where nobody could have continued us either.
  resume(program);
}

void TerminalLink::resume(pid_t program) noexcept {
  // The shell has changed it meanwhile, whatever we had made of it.
  raw_ = false;
  take_terminal();
  ::kill(-program, SIGCONT);
}

}  // namespace track::detail
