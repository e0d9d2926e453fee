#include "command/output_redactor.hpp"

#include <algorithm>
#include <utility>

#include "capture/redaction.hpp"

namespace track::detail {
namespace {

constexpr std::size_t k_max_pending = 64UL << 10U;  // a longer line is cut where it is
constexpr std::string_view k_key_begin = "-----BEGIN ";
constexpr std::string_view k_key_end = "-----END ";

/// Up to where whole lines stand, and no block of a key is open.
std::size_t settled(std::string_view text) {
  const auto line_end = text.find_last_of("\r\n");  // progress bars end theirs by a return
  std::size_t end = line_end == std::string_view::npos ? 0 : line_end + 1;
  const auto begin = text.substr(0, end).rfind(k_key_begin);
  if (begin != std::string_view::npos &&
      text.substr(begin, end - begin).find(k_key_end) == std::string_view::npos) {
    end = begin;
  }
  return end == 0 && text.size() > k_max_pending ? text.size() : end;
}

}  // namespace

std::string OutputRedactor::feed(std::string_view output) {
  std::string result;
  while (!output.empty()) {
    // In pieces, so that what is held back stays bounded however much comes at once.
    const auto piece = output.substr(0, k_max_pending);
    pending_ += piece;
    output.remove_prefix(piece.size());
    const auto end = settled(pending_);
    if (end > 0) result += redact_text(std::string_view(pending_).substr(0, end)).text;
    pending_.erase(0, end);
  }
  return result;
}

std::string OutputRedactor::finish() { return redact_text(std::exchange(pending_, {})).text; }

}  // namespace track::detail
