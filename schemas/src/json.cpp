#include "track/schemas/json.hpp"

#include <algorithm>
#include <limits>

#include "track/schemas/error.hpp"

namespace track::schemas {
namespace {

[[noreturn]] void mistyped(std::string_view wanted) {
  throw Error(ErrorCode::corrupt, "cannot read JSON value: it is not " + std::string(wanted));
}

template <typename T, typename Data>
const T& typed(const Data& data, std::string_view wanted) {
  const auto* value = std::get_if<T>(&data);
  if (value == nullptr) mistyped(wanted);
  return *value;
}

}  // namespace

Json::Json() noexcept = default;
Json::Json(const Json&) = default;
Json::Json(Json&&) noexcept = default;
Json& Json::operator=(const Json&) = default;
Json& Json::operator=(Json&&) noexcept = default;
Json::~Json() = default;

Json::Json(std::nullptr_t) noexcept {}
Json::Json(bool value) noexcept : data_(value) {}
Json::Json(double value) noexcept : data_(value) {}
Json::Json(const char* value) : data_(std::string(value == nullptr ? "" : value)) {}
Json::Json(std::string value) noexcept : data_(std::move(value)) {}
Json::Json(std::string_view value) : data_(std::string(value)) {}
Json::Json(Array value) noexcept : data_(std::move(value)) {}
Json::Json(Object value) noexcept : data_(std::move(value)) {}

Json::Json(const Value& value) {
  switch (value.type()) {
    case Value::Type::null:
      return;
    case Value::Type::boolean:
      data_ = value.as_bool();
      return;
    case Value::Type::integer:
      data_ = value.as_integer();
      return;
    case Value::Type::real:
      data_ = value.as_real();
      return;
    case Value::Type::text:
      data_ = value.as_text();
      return;
    case Value::Type::json:
      break;
  }
  try {
    *this = parse(value.as_json());
  } catch (const Error&) {
    data_ = value.as_json();  // no JSON after all: shown as the text that was given
  }
}

Json Json::object() { return Json(Object{}); }
Json Json::array() { return Json(Array{}); }

Json Json::from(const Labels& labels) {
  Object members;
  members.reserve(labels.size());
  for (const auto& [key, value] : labels) members.emplace_back(key, Json(value));
  return Json(std::move(members));
}

bool Json::is_null() const noexcept { return std::holds_alternative<std::monostate>(data_); }
bool Json::is_bool() const noexcept { return std::holds_alternative<bool>(data_); }
bool Json::is_integer() const noexcept { return std::holds_alternative<std::int64_t>(data_); }
bool Json::is_number() const noexcept {
  return is_integer() || std::holds_alternative<std::uint64_t>(data_) ||
         std::holds_alternative<double>(data_);
}
bool Json::is_string() const noexcept { return std::holds_alternative<std::string>(data_); }
bool Json::is_array() const noexcept { return std::holds_alternative<Array>(data_); }
bool Json::is_object() const noexcept { return std::holds_alternative<Object>(data_); }

bool Json::as_bool() const { return typed<bool>(data_, "a boolean"); }
std::int64_t Json::as_integer() const {
  return typed<std::int64_t>(data_, "an integer of 64 bits");
}

double Json::as_double() const {
  if (const auto* value = std::get_if<std::int64_t>(&data_)) return static_cast<double>(*value);
  if (const auto* value = std::get_if<std::uint64_t>(&data_)) return static_cast<double>(*value);
  if (const auto* value = std::get_if<std::string>(&data_)) {
    if (*value == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (*value == "Infinity") return std::numeric_limits<double>::infinity();
    if (*value == "-Infinity") return -std::numeric_limits<double>::infinity();
  }
  return typed<double>(data_, "a number");
}

const std::string& Json::as_string() const { return typed<std::string>(data_, "a string"); }
const Json::Array& Json::as_array() const { return typed<Array>(data_, "an array"); }
const Json::Object& Json::as_object() const { return typed<Object>(data_, "an object"); }

Value Json::as_value() const {
  if (const auto* value = std::get_if<bool>(&data_)) return Value(*value);
  if (const auto* value = std::get_if<std::int64_t>(&data_)) return Value(*value);
  if (const auto* value = std::get_if<std::uint64_t>(&data_)) return Value(*value);
  if (const auto* value = std::get_if<double>(&data_)) return Value(*value);
  if (const auto* value = std::get_if<std::string>(&data_)) return Value(*value);
  if (is_null()) return Value();
  return Value(JsonText{dump()});
}

Json& Json::set(std::string key, Json value) {
  if (is_null()) data_ = Object{};
  auto* members = std::get_if<Object>(&data_);
  if (members == nullptr) mistyped("an object");
  const auto found = std::find_if(members->begin(), members->end(),
                                  [&key](const Member& member) { return member.first == key; });
  if (found != members->end()) {
    found->second = std::move(value);
  } else {
    members->emplace_back(std::move(key), std::move(value));
  }
  return *this;
}

Json& Json::push(Json value) {
  if (is_null()) data_ = Array{};
  auto* elements = std::get_if<Array>(&data_);
  if (elements == nullptr) mistyped("an array");
  elements->push_back(std::move(value));
  return *this;
}

const Json* Json::find(std::string_view key) const noexcept {
  const auto* members = std::get_if<Object>(&data_);
  if (members == nullptr) return nullptr;
  for (const auto& [name, value] : *members) {
    if (name == key) return &value;
  }
  return nullptr;
}

const Json& Json::at(std::string_view key) const {
  const auto* value = find(key);
  if (value == nullptr) {
    throw Error(ErrorCode::corrupt,
                "cannot read JSON member '" + std::string(key) + "': there is none");
  }
  return *value;
}

}  // namespace track::schemas
