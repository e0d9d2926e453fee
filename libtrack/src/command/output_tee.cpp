#include "command/output_tee.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <span>

#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

/// Waits where our output was made non-blocking by somebody who shares it.
bool write_stream(int stream, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(stream, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd ready{stream, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

void OutputTee::log_to(const std::filesystem::path& file, mode_t mode) {
  file_ = storage::open_file(file, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, mode);
  path_ = file;
}

bool OutputTee::take(int stream, std::string_view output) {
  if (file_) log(redactor_.feed(output));
  scraper_.feed(output);
  if (!to_) return write_stream(stream, output);
  to_(output);
  return true;
}

void OutputTee::finish() {
  if (file_) log(redactor_.finish());
  scraper_.finish();
}

void OutputTee::log(std::string_view redacted) {
  try {
    storage::write_all(file_.get(), std::as_bytes(std::span(redacted.data(), redacted.size())),
                       path_);
    logged_ += redacted.size();
  } catch (const Error& error) {
    trouble_ = error.what();
    file_ = storage::Fd();
  }
}

}  // namespace track::detail
