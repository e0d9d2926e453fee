#include "file/process.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string_view>

namespace track::storage {
namespace {

constexpr unsigned long k_forked_without_exec = 0x40;  // PF_FORKNOEXEC of the kernel
constexpr int k_fields_before_flags = 6;  // after the name: state, ppid, pgrp, session, tty, tpgid

}  // namespace

// Read anew each time: what a process remembers of itself is what its parent knew.
bool is_forked_without_exec() noexcept {
  const int fd = ::open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  std::array<char, 1024> buffer{};
  const auto got = ::read(fd, buffer.data(), buffer.size());
  ::close(fd);
  if (got <= 0) return false;
  std::string_view text(buffer.data(), static_cast<std::size_t>(got));
  const auto name_end = text.rfind(')');  // the name may hold blanks and brackets
  if (name_end == std::string_view::npos) return false;
  text.remove_prefix(name_end + 1);
  for (int field = 0; field <= k_fields_before_flags; ++field) {
    const auto blank = text.find(' ');
    if (blank == std::string_view::npos) return false;
    text.remove_prefix(blank + 1);
  }
  unsigned long flags = 0;
  std::from_chars(text.data(), text.data() + text.size(), flags);
  return (flags & k_forked_without_exec) != 0;
}

}  // namespace track::storage
