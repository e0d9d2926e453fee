#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "command/output_redactor.hpp"
#include "command/scraper.hpp"
#include "track/storage/file.hpp"

namespace track::detail {

/// Gives what a program prints to whoever watches, to the log of its run and to the scraper.
/// Secrets are taken out of what is kept, not of what is shown.
class OutputTee final {
 public:
  /// `to` gets it in place of our own output and error. `scraper` outlives this.
  OutputTee(std::function<void(std::string_view)> to, Scraper& scraper)
      : to_(std::move(to)), scraper_(scraper) {}

  /// From here on it is also written to a new file. Throws Error.
  void log_to(const std::filesystem::path& file, mode_t mode);

  /// `stream` is 1 or 2. False where nobody reads that stream of ours any more.
  bool take(int stream, std::string_view output);
  void finish();

  /// Why the log ends early; empty: it does not.
  [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }
  [[nodiscard]] bool logged_anything() const noexcept { return logged_ > 0; }

 private:
  void log(std::string_view redacted);

  std::function<void(std::string_view)> to_;
  Scraper& scraper_;
  OutputRedactor redactor_;
  std::filesystem::path path_;
  storage::Fd file_;
  std::uint64_t logged_ = 0;
  std::string trouble_;
};

}  // namespace track::detail
