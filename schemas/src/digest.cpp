#include "track/schemas/digest.hpp"

#include "hex.hpp"

namespace track {
namespace {

constexpr std::string_view k_prefix = "b3:";

}  // namespace

std::string Digest::hex() const {
  std::string text;
  text.reserve(2 * bytes.size());
  schemas::append_hex(text, bytes);
  return text;
}

std::string Digest::to_string() const {
  std::string text(k_prefix);
  text.reserve(k_prefix.size() + 2 * bytes.size());
  schemas::append_hex(text, bytes);
  return text;
}

std::optional<Digest> Digest::parse(std::string_view text) noexcept {
  if (text.substr(0, k_prefix.size()) == k_prefix) text.remove_prefix(k_prefix.size());
  Digest digest;
  if (!schemas::parse_hex(text, digest.bytes)) return std::nullopt;
  return digest;
}

}  // namespace track
