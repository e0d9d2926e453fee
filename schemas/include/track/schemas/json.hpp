#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "track/schemas/labels.hpp"
#include "track/schemas/value.hpp"

namespace track::schemas {

/// A JSON document as a value. Objects keep the order of insertion.
///
/// Non-finite numbers have no JSON form; they are written as the strings
/// "NaN", "Infinity" and "-Infinity". Text that is not UTF-8 is written with
/// U+FFFD in place of the bad bytes. Integers are exact up to 64 bits, signed or
/// not; beyond, a parsed one becomes a double.
class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() noexcept;
  Json(const Json&);
  Json(Json&&) noexcept;
  Json& operator=(const Json&);
  Json& operator=(Json&&) noexcept;
  ~Json();

  Json(std::nullptr_t) noexcept;  // NOLINT(google-explicit-constructor)
  Json(bool value) noexcept;      // NOLINT
  template <typename T,
            std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>, int> = 0>
  Json(T value) noexcept : data_(from_integer(value)) {}  // NOLINT
  Json(double value) noexcept;                            // NOLINT
  Json(const char* value);                                // NOLINT
  Json(std::string value) noexcept;                       // NOLINT
  Json(std::string_view value);                           // NOLINT
  Json(Array value) noexcept;                             // NOLINT
  Json(Object value) noexcept;                            // NOLINT
  /// A Value in its natural JSON form.
  Json(const Value& value);  // NOLINT
  /// null where absent.
  template <typename T>
  Json(const std::optional<T>& value) : Json() {  // NOLINT
    if (value) *this = Json(*value);
  }

  [[nodiscard]] static Json object();
  [[nodiscard]] static Json array();
  [[nodiscard]] static Json from(const Labels& labels);

  [[nodiscard]] bool is_null() const noexcept;
  [[nodiscard]] bool is_bool() const noexcept;
  [[nodiscard]] bool is_integer() const noexcept;  ///< one that as_integer() can give
  [[nodiscard]] bool is_number() const noexcept;
  [[nodiscard]] bool is_string() const noexcept;
  [[nodiscard]] bool is_array() const noexcept;
  [[nodiscard]] bool is_object() const noexcept;

  /// Typed access; throws Error{corrupt} where the type is another.
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] std::int64_t as_integer() const;
  [[nodiscard]] double as_double() const;  ///< integers and the three non-finite strings too
  [[nodiscard]] const std::string& as_string() const;
  [[nodiscard]] const Array& as_array() const;
  [[nodiscard]] const Object& as_object() const;
  /// The reverse of Json(const Value&); arrays and objects become JSON text.
  [[nodiscard]] Value as_value() const;

  /// Appends or replaces a member; makes an object of null. Returns *this.
  Json& set(std::string key, Json value);
  /// Appends an element; makes an array of null.
  Json& push(Json value);
  /// The member, or nullptr.
  [[nodiscard]] const Json* find(std::string_view key) const noexcept;
  /// The member; throws Error{corrupt} where there is none.
  [[nodiscard]] const Json& at(std::string_view key) const;

  /// `indent` < 0: one line.
  [[nodiscard]] std::string dump(int indent = -1) const;
  /// Sorted keys, no white space: equal documents give equal bytes.
  [[nodiscard]] std::string canonical() const;
  /// Throws Error{usage} naming line and column; nesting is limited to 200, and a
  /// member that stands twice in one object is an error.
  [[nodiscard]] static Json parse(std::string_view text);

  friend bool operator==(const Json&, const Json&) = default;

 private:
  /// std::uint64_t holds only what std::int64_t cannot.
  using Data = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string,
                            Array, Object>;

  template <typename T>
  static Data from_integer(T value) noexcept {
    if constexpr (std::is_unsigned_v<T> && sizeof(T) == sizeof(std::int64_t)) {
      if (value > static_cast<T>(std::numeric_limits<std::int64_t>::max())) {
        return Data(static_cast<std::uint64_t>(value));
      }
    }
    return Data(static_cast<std::int64_t>(value));
  }

  Data data_;
};

}  // namespace track::schemas
