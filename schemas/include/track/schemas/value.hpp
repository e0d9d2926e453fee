#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "track/schemas/api.hpp"

namespace track {

/// JSON that a user gave as text; kept as a value of its own type.
struct JsonText {
  std::string text;
  friend bool operator==(const JsonText& a, const JsonText& b) noexcept { return a.text == b.text; }
};

/// A value with its type: what a param, a tag's argument or a captured field holds.
///
/// Equality is by type and exact value: 1 and 1.0 differ, a NaN equals a NaN
/// of the same bits, and 0.0 differs from -0.0.
class TRACK_API Value {
 public:
  enum class Type : std::uint8_t { null, boolean, integer, real, text, json };

  Value() noexcept = default;
  Value(bool value) noexcept : data_(value) {}  // NOLINT(google-explicit-constructor)
  template <typename T,
            std::enable_if_t<std::is_arithmetic_v<T> && !std::is_same_v<T, bool>, int> = 0>
  Value(T value) noexcept : data_(from_number(value)) {}             // NOLINT
  Value(std::string text) noexcept : data_(std::move(text)) {}       // NOLINT
  Value(std::string_view text) : data_(std::string(text)) {}         // NOLINT
  Value(const char* text) : data_(std::string(text ? text : "")) {}  // NOLINT
  Value(JsonText json) noexcept : data_(std::move(json)) {}          // NOLINT

  [[nodiscard]] Type type() const noexcept { return static_cast<Type>(data_.index()); }
  [[nodiscard]] bool is_null() const noexcept { return type() == Type::null; }
  /// The typed access; std::bad_variant_access where the type is another.
  [[nodiscard]] bool as_bool() const { return std::get<bool>(data_); }
  [[nodiscard]] std::int64_t as_integer() const { return std::get<std::int64_t>(data_); }
  [[nodiscard]] double as_real() const { return std::get<double>(data_); }
  [[nodiscard]] const std::string& as_text() const { return std::get<std::string>(data_); }
  [[nodiscard]] const std::string& as_json() const { return std::get<JsonText>(data_).text; }

  /// For people: text unquoted, numbers in their shortest round-trip form.
  [[nodiscard]] std::string to_string() const;
  /// Guesses the type of what stood on a command line: true/false, integer,
  /// real (also nan, inf), a JSON array or object, else text.
  [[nodiscard]] static Value from_text(std::string_view text);

  friend TRACK_API bool operator==(const Value& a, const Value& b) noexcept;
  friend bool operator!=(const Value& a, const Value& b) noexcept { return !(a == b); }

 private:
  using Data = std::variant<std::monostate, bool, std::int64_t, double, std::string, JsonText>;

  template <typename T>
  static Data from_number(T value) noexcept {
    if constexpr (std::is_floating_point_v<T>) {
      return Data(static_cast<double>(value));
    } else if constexpr (std::is_unsigned_v<T> && sizeof(T) == sizeof(std::int64_t)) {
      // What int64 cannot hold is kept exactly, as a JSON number.
      if (value > static_cast<T>(std::numeric_limits<std::int64_t>::max()))
        return Data(JsonText{std::to_string(value)});
      return Data(static_cast<std::int64_t>(value));
    } else {
      return Data(static_cast<std::int64_t>(value));
    }
  }

  Data data_;
};

[[nodiscard]] TRACK_API std::string_view to_string(Value::Type type) noexcept;

}  // namespace track
