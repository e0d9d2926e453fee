#include "command/auto_steps.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

constexpr std::size_t k_columns = 20;

struct Line {
  std::size_t offset = 0;
  std::int64_t step = 0;
};

std::optional<Line> find_line(std::string_view text, std::string_view series) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = text.substr(at, end - at);
    if (line.size() > k_columns && line[k_columns] == '\t' &&
        line.substr(k_columns + 1) == series) {
      auto digits = line.substr(0, k_columns);
      digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
      std::int64_t step = 0;
      if (std::from_chars(digits.data(), digits.data() + digits.size(), step).ec == std::errc())
        return Line{at, step};
    }
    at = end + 1;
  }
  return std::nullopt;
}

/// An exclusive lock on the whole file, which the kernel drops if we die.
class Locked {
 public:
  Locked(int fd, const std::filesystem::path& path) : fd_(fd) {
    while (change(F_WRLCK, F_OFD_SETLKW) != 0) {
      if (errno != EINTR)
        throw Error(ErrorCode::io, fmt::format("cannot lock '{}': {}", path.string(),
                                               std::generic_category().message(errno)));
    }
  }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;
  ~Locked() { change(F_UNLCK, F_OFD_SETLK); }

 private:
  int change(short type, int command) noexcept {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    return ::fcntl(fd_, command, &lock);
  }
  int fd_;
};

void write_line(int fd, std::size_t offset, std::int64_t step, std::string_view series,
                const std::filesystem::path& path) {
  const auto line = fmt::format("{:>20}\t{}\n", step, series);
  if (::pwrite(fd, line.data(), line.size(), static_cast<off_t>(offset)) !=
      static_cast<ssize_t>(line.size())) {
    throw Error(ErrorCode::io, fmt::format("cannot write '{}': {}", path.string(),
                                           std::generic_category().message(errno)));
  }
}

}  // namespace

AutoSteps::AutoSteps(const std::filesystem::path& journal_directory, mode_t mode)
    : path_(journal_directory / k_steps_file),
      file_(storage::open_file(path_, O_RDWR | O_CREAT | O_NOFOLLOW, mode)) {}

std::int64_t AutoSteps::take_next(std::string_view series) {
  const Locked lock(file_.get(), path_);
  const auto text = storage::read_text(path_);
  const auto line = find_line(text, series);
  if (line && line->step == std::numeric_limits<std::int64_t>::max()) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot log '{}': its last step is the greatest there is", series),
                "give --step");
  }
  const auto step = line ? line->step + 1 : 0;
  write_line(file_.get(), line ? line->offset : text.size(), step, series, path_);
  return step;
}

void AutoSteps::note(std::string_view series, std::int64_t step) {
  const Locked lock(file_.get(), path_);
  const auto text = storage::read_text(path_);
  const auto line = find_line(text, series);
  if (line && line->step >= step) return;
  write_line(file_.get(), line ? line->offset : text.size(), step, series, path_);
}

}  // namespace track::detail
