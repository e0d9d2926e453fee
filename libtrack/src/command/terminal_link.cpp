#include "command/terminal_link.hpp"

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <utility>

namespace track::detail {

std::optional<TerminalLink> TerminalLink::make() {
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0) return std::nullopt;
  TerminalLink link;
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

void TerminalLink::set_raw() noexcept {
  auto raw = before_;
  ::cfmakeraw(&raw);
  if (::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0) raw_ = true;
}

void TerminalLink::restore() noexcept {
  if (std::exchange(raw_, false)) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
}

}  // namespace track::detail
