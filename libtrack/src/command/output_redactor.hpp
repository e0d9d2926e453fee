#pragma once

#include <string>
#include <string_view>

namespace track::detail {

/// Takes secrets out of output that comes in pieces, a line at a time.
///
/// What looks like one is replaced also where the output was cut inside it; a private key of many
/// lines is held back until its end, within reason.
class OutputRedactor final {
 public:
  /// What can be said of the output so far; the rest comes later.
  [[nodiscard]] std::string feed(std::string_view output);
  /// What was held back, a last line without its end included.
  [[nodiscard]] std::string finish();

 private:
  std::string pending_;
};

}  // namespace track::detail
