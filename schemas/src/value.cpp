#include "track/schemas/value.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "names.hpp"
#include "real_text.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/json.hpp"

namespace track {
namespace {

constexpr schemas::Names<6> k_types{"null", "boolean", "integer", "real", "text", "json"};

std::string text_of(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  return schemas::real_text(value);
}

/// Whether digits would be lost in a number: "007" is more likely a name.
bool has_leading_zero(std::string_view text) noexcept {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

template <typename T>
std::optional<T> number_from(std::string_view text) noexcept {
  T value{};
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

bool has_only(std::string_view text, std::string_view allowed) noexcept {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

std::optional<Value> number_from_text(std::string_view text) {
  if (text == "nan" || text == "NaN") return Value(std::numeric_limits<double>::quiet_NaN());
  for (const std::string_view infinite : {"inf", "Infinity", "-inf", "-Infinity"}) {
    if (text != infinite) continue;
    const double value = std::numeric_limits<double>::infinity();
    return Value(text.front() == '-' ? -value : value);
  }
  if (text.empty() || has_leading_zero(text)) return std::nullopt;
  if (text != "-0") {
    if (const auto value = number_from<std::int64_t>(text)) return Value(*value);
    if (const auto value = number_from<std::uint64_t>(text)) return Value(*value);
    if (has_only(text, "-0123456789")) return std::nullopt;  // a real would not hold all digits
  }
  if (!has_only(text, "+-.0123456789eE")) return std::nullopt;
  if (const auto value = number_from<double>(text)) return Value(*value);
  return std::nullopt;
}

bool is_json_document(std::string_view text) {
  try {
    static_cast<void>(schemas::Json::parse(text));
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

std::string Value::to_string() const {
  switch (type()) {
    case Type::null:
      return "null";
    case Type::boolean:
      return as_bool() ? "true" : "false";
    case Type::integer:
      return std::to_string(as_integer());
    case Type::real:
      return text_of(as_real());
    case Type::text:
      return as_text();
    case Type::json:
      return as_json();
  }
  return {};
}

Value Value::from_text(std::string_view text) {
  if (text == "true") return Value(true);
  if (text == "false") return Value(false);
  if (auto number = number_from_text(text)) return *std::move(number);
  const bool like_json = !text.empty() && (text.front() == '[' || text.front() == '{');
  if (like_json && is_json_document(text)) return Value(JsonText{std::string(text)});
  return Value(text);
}

bool operator==(const Value& a, const Value& b) noexcept {
  const auto* x = std::get_if<double>(&a.data_);
  const auto* y = std::get_if<double>(&b.data_);
  if (x != nullptr && y != nullptr) {
    return std::bit_cast<std::uint64_t>(*x) == std::bit_cast<std::uint64_t>(*y);
  }
  return a.data_ == b.data_;
}

std::string_view to_string(Value::Type type) noexcept { return schemas::name_of(k_types, type); }

}  // namespace track
