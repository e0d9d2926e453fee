#include "run/name_rules.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include <fmt/format.h>

#include "track/schemas/error.hpp"
#include "track/schemas/json.hpp"

namespace track::detail {
namespace {

constexpr std::size_t k_shown = 64;

/// Whether `text` begins with a control character: C0, DEL or, as two bytes, C1.
bool begins_with_control(std::string_view text) noexcept {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x20 || first == 0x7f) return true;
  return first == 0xc2 && text.size() > 1 && static_cast<unsigned char>(text[1]) < 0xa0;
}

/// Length of the UTF-8 sequence at the start of `text`; 0 where there is none.
std::size_t sequence_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  std::uint32_t code = first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
    code = code << 6U | (byte(i) & 0x3fU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return overlong || surrogate || code > 0x10ffff ? 0 : length;
}

[[noreturn]] void refuse(std::string_view action, std::string_view name, std::string_view cause) {
  throw Error(ErrorCode::usage, fmt::format("cannot {} '{}': {}", action, printable(name), cause));
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty() && result.size() < k_shown) {
    const auto length = sequence_length(text);
    if (length == 0 || begins_with_control(text)) {
      result += '?';
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  if (!text.empty()) result += "…";
  return result;
}

void check_name(std::string_view action, std::string_view name) {
  if (name.empty()) refuse(action, name, "a name must not be empty");
  if (name.size() > k_max_name)
    refuse(action, name, fmt::format("a name may have {} bytes", k_max_name));
  if (!is_utf8(name)) refuse(action, name, "the name is not UTF-8");
  for (auto rest = name; !rest.empty(); rest.remove_prefix(sequence_length(rest))) {
    if (begins_with_control(rest)) refuse(action, name, "the name holds control characters");
  }
}

VersionedName split_version(std::string_view text) noexcept {
  const auto cut = [&](std::size_t at) {
    return VersionedName{text.substr(0, at), text.substr(at + 1)};
  };
  // What comes after is a metric, whose name may hold any sign.
  if (const auto at = text.find("@best:"); at != std::string_view::npos) return cut(at);
  const auto at = text.rfind('@');
  if (at == std::string_view::npos) return {text, {}};
  const auto version = text.substr(at + 1);
  return version == "last" || version.starts_with("step=") ? cut(at) : VersionedName{text, {}};
}

void check_artifact_name(std::string_view name) {
  constexpr std::string_view k_action = "log artifact";
  check_name(k_action, name);
  if (name.front() == '/') refuse(k_action, name, "the name must not begin with '/'");
  if (name.find('\\') != std::string_view::npos)
    refuse(k_action, name, "the name must not hold a backslash");
  if (!split_version(name).version.empty())
    refuse(k_action, name, "'@last', '@step=' and '@best:' pick a version of an artifact");
  for (std::string_view rest = name;;) {
    const auto slash = rest.find('/');
    const auto part = rest.substr(0, slash);
    if (part.empty()) refuse(k_action, name, "the name has an empty part");
    if (part == "." || part == "..")
      refuse(k_action, name, fmt::format("the name must not hold '{}'", part));
    if (slash == std::string_view::npos) return;
    rest.remove_prefix(slash + 1);
  }
}

void check_text(std::string_view action, std::string_view name, std::string_view text) {
  if (text.size() > k_max_text) refuse(action, name, "the text is over 1 MiB");
  if (!is_utf8(text)) refuse(action, name, "the text is not UTF-8");
  if (text.find('\0') != std::string_view::npos) refuse(action, name, "the text holds a NUL");
}

void check_value(std::string_view action, std::string_view name, const Value& value) {
  if (value.type() == Value::Type::text) check_text(action, name, value.as_text());
  if (value.type() != Value::Type::json) return;
  check_text(action, name, value.as_json());
  try {
    (void)schemas::Json::parse(value.as_json());
  } catch (const Error& error) {
    refuse(action, name, error.what());
  }
}

void check_labels(std::string_view metric, const Labels& labels) {
  for (const auto& [key, value] : labels) {
    check_name(fmt::format("label metric '{}' by", printable(metric)), key);
    if (!value.empty()) check_name(fmt::format("label metric '{}' by", printable(metric)), value);
  }
}

std::string without_userinfo(std::string_view uri) {
  const auto scheme = uri.find("://");
  if (scheme == std::string_view::npos) return std::string(uri);
  const auto authority = scheme + 3;
  const auto end = std::min(uri.find_first_of("/?#", authority), uri.size());
  const auto at = uri.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < authority) return std::string(uri);
  return std::string(uri.substr(0, authority)) + std::string(uri.substr(at + 1));
}

}  // namespace track::detail
