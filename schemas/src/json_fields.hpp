#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "track/schemas/json_forms.hpp"

// How members of records stand in their JSON forms.

namespace track::schemas {

inline Json field(const RunId& id) { return Json(id.value); }
inline Json field(const Uuid& uuid) { return Json(uuid.to_string()); }
inline Json field(const Digest& digest) { return Json(digest.to_string()); }
inline Json field(Timestamp time) { return Json(time.to_string()); }
inline Json field(const std::string& text) { return Json(text); }

template <typename Enum, std::enable_if_t<std::is_enum_v<Enum>, int> = 0>
Json field(Enum value) {
  return Json(to_string(value));
}

template <typename Number, std::enable_if_t<std::is_arithmetic_v<Number>, int> = 0>
Json field(Number value) {
  return Json(value);
}

template <typename T>
Json field(const std::optional<T>& value) {
  return value ? field(*value) : Json();
}

/// Text that is empty where there is none.
inline Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

/// JSON that is kept as text; null where it is empty.
inline Json document_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(Value(JsonText{text}));
}

template <typename T, typename Form>
Json list(const std::vector<T>& elements, const Form& form) {
  Json::Array array;
  array.reserve(elements.size());
  for (const auto& element : elements) array.push_back(form(element));
  return Json(std::move(array));
}

template <typename T>
Json list(const std::vector<T>& elements) {
  return list(elements, [](const T& element) { return field(element); });
}

/// A list of records that have a JSON form of their own.
template <typename T>
Json forms(const std::vector<T>& records) {
  return list(records, [](const T& record) { return to_json(record); });
}

template <typename T>
Json form_or_null(const std::optional<T>& record) {
  return record ? to_json(*record) : Json();
}

}  // namespace track::schemas
