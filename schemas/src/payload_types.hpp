#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "payload_archive.hpp"
#include "track/schemas/digest.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/labels.hpp"
#include "track/schemas/time.hpp"
#include "track/schemas/value.hpp"

// How the types that fields are made of stand in a payload. cereal finds these
// overloads by the archive, which is of this namespace.

namespace track::schemas {

/// An enum of one byte, at most `last`.
template <typename Enum>
struct Ranged {
  Enum& value;
  Enum last;
};

template <typename Enum>
Ranged<Enum> ranged(Enum& value, Enum last) noexcept {
  static_assert(std::is_same_v<std::underlying_type_t<Enum>, std::uint8_t>);
  return {value, last};
}

template <typename Enum>
void save(PayloadWriter& archive, const Ranged<Enum>& field) {
  archive(static_cast<std::uint8_t>(field.value));
}

template <typename Enum>
void load(PayloadReader& archive, Ranged<Enum>& field) {
  std::uint8_t number = 0;
  archive(number);
  if (number > static_cast<std::uint8_t>(field.last))
    throw MalformedPayload{"a value is none of its enumeration"};
  field.value = static_cast<Enum>(number);
}

/// A field that a later minor version appended: keeps its default where the payload ends before it.
template <typename T>
struct Appended {
  T& value;
};

template <typename T>
Appended<T> appended(T& value) noexcept {
  return {value};
}

template <typename T>
void save(PayloadWriter& archive, const Appended<T>& field) {
  archive(field.value);
}

template <typename T>
void load(PayloadReader& archive, Appended<T>& field) {
  if (!archive.at_end()) archive(field.value);
}

inline void save(PayloadWriter& archive, const std::string& text) {
  archive.write_length(text.size());
  archive.write(text.data(), text.size());
}

inline void load(PayloadReader& archive, std::string& text) {
  const auto bytes = archive.read(archive.read_length());
  text.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

template <typename T>
void save(PayloadWriter& archive, const std::optional<T>& value) {
  archive(value.has_value());
  if (value) archive(*value);
}

template <typename T>
void load(PayloadReader& archive, std::optional<T>& value) {
  bool present = false;
  archive(present);
  value.reset();
  if (present) archive(value.emplace());
}

/// Each element has its own length, so that fields can be appended to it.
template <typename T>
void save(PayloadWriter& archive, const std::vector<T>& elements) {
  archive.write_length(elements.size());
  for (const auto& element : elements) {
    PayloadWriter block;
    block(element);
    archive(block);
  }
}

inline void save(PayloadWriter& archive, const PayloadWriter& block) {
  archive.write_length(block.bytes().size());
  archive.write(block.bytes().data(), block.bytes().size());
}

/// Nothing is reserved: memory grows only with elements that were really read.
template <typename T>
void load(PayloadReader& archive, std::vector<T>& elements) {
  elements.clear();
  for (auto count = archive.read_length(); count > 0; --count) {
    PayloadReader block(archive.read(archive.read_length()));
    block(elements.emplace_back());
  }
}

inline void save(PayloadWriter& archive, const Labels& labels) {
  archive.write_length(labels.size());
  for (const auto& [key, value] : labels) archive(key, value);
}

inline void load(PayloadReader& archive, Labels& labels) {
  labels.clear();
  for (auto count = archive.read_length(); count > 0; --count) {
    std::string key;
    std::string value;
    archive(key, value);
    if (!labels.empty() && !(labels.rbegin()->first < key))
      throw MalformedPayload{"labels are not in order"};
    labels.emplace_hint(labels.end(), std::move(key), std::move(value));
  }
}

template <typename Archive, std::size_t N>
void transfer(Archive& archive, std::array<std::uint8_t, N>& bytes) {
  for (auto& byte : bytes) archive(byte);
}

template <typename Archive>
void serialize(Archive& archive, Digest& digest) {
  transfer(archive, digest.bytes);
}

template <typename Archive>
void serialize(Archive& archive, Uuid& uuid) {
  transfer(archive, uuid.bytes);
}

template <typename Archive>
void serialize(Archive& archive, Timestamp& time) {
  archive(time.ms);
}

template <typename Archive>
void serialize(Archive& archive, SeriesKey& series) {
  archive(series.name, series.labels);
}

inline void save(PayloadWriter& archive, const RunId& id) { archive(id.value); }

inline void load(PayloadReader& archive, RunId& id) {
  std::string text;
  archive(text);
  auto parsed = RunId::parse(text);
  if (!parsed || parsed->value != text) throw MalformedPayload{"a run id is none"};
  id = *std::move(parsed);
}

inline void save(PayloadWriter& archive, const Value& value) {
  archive(static_cast<std::uint8_t>(value.type()));
  switch (value.type()) {
    case Value::Type::null:
      return;
    case Value::Type::boolean:
      return archive(value.as_bool()), void();
    case Value::Type::integer:
      return archive(value.as_integer()), void();
    case Value::Type::real:
      return archive(value.as_real()), void();
    case Value::Type::text:
      return archive(value.as_text()), void();
    case Value::Type::json:
      return archive(value.as_json()), void();
  }
}

template <typename T>
T loaded(PayloadReader& archive) {
  T value{};
  archive(value);
  return value;
}

inline void load(PayloadReader& archive, Value& value) {
  auto type = Value::Type::null;
  auto field = ranged(type, Value::Type::json);
  archive(field);
  switch (type) {
    case Value::Type::null:
      value = Value();
      return;
    case Value::Type::boolean:
      value = Value(loaded<bool>(archive));
      return;
    case Value::Type::integer:
      value = Value(loaded<std::int64_t>(archive));
      return;
    case Value::Type::real:
      value = Value(loaded<double>(archive));
      return;
    case Value::Type::text:
      value = Value(loaded<std::string>(archive));
      return;
    case Value::Type::json:
      value = Value(JsonText{loaded<std::string>(archive)});
      return;
  }
}

}  // namespace track::schemas
