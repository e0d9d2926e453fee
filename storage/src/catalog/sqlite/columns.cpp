#include "catalog/sqlite/columns.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace track::storage {

std::optional<std::int64_t> bits_beside(double value) noexcept {
  if (std::isnan(value) || (value == 0 && std::signbit(value)))
    return std::bit_cast<std::int64_t>(value);
  return std::nullopt;
}

double restore_real(double value, std::optional<std::int64_t> bits) noexcept {
  return bits ? std::bit_cast<double>(*bits) : value;
}

void bind_value(Statement& statement, int index, const Value& value) {
  statement.bind_one(index, to_string(value.type()));
  statement.bind_one(index + 2, nullptr);
  switch (value.type()) {
    case Value::Type::null:
      return statement.bind_one(index + 1, nullptr);
    case Value::Type::boolean:
      return statement.bind_one(index + 1, value.as_bool());
    case Value::Type::integer:
      return statement.bind_one(index + 1, value.as_integer());
    case Value::Type::real:
      statement.bind_one(index + 1, value.as_real());
      return statement.bind_one(index + 2, bits_beside(value.as_real()));
    case Value::Type::text:
      return statement.bind_one(index + 1, value.as_text());
    case Value::Type::json:
      return statement.bind_one(index + 1, value.as_json());
  }
}

Value read_value(const Statement& row, int column) {
  const auto type = row.view(column);
  if (type == to_string(Value::Type::boolean)) return row.boolean(column + 1);
  if (type == to_string(Value::Type::integer)) return row.integer(column + 1);
  if (type == to_string(Value::Type::real)) {
    return restore_real(row.real(column + 1), row.find_integer(column + 2));
  }
  if (type == to_string(Value::Type::text)) return row.text(column + 1);
  if (type == to_string(Value::Type::json)) return JsonText{row.text(column + 1)};
  return {};
}

Blob blob_of(const Digest& digest) noexcept { return {std::as_bytes(std::span(digest.bytes))}; }
Blob blob_of(const Uuid& uuid) noexcept { return {std::as_bytes(std::span(uuid.bytes))}; }
Blob blob_of(std::string_view bytes) noexcept {
  return {std::as_bytes(std::span(bytes.data(), bytes.size()))};
}

std::optional<Blob> blob_of(const std::optional<Digest>& digest) noexcept {
  return digest ? std::optional(blob_of(*digest)) : std::nullopt;
}

std::optional<Digest> read_digest(const Statement& row, int column) noexcept {
  const auto bytes = row.blob(column);
  Digest digest;
  if (bytes.size() != digest.bytes.size()) return std::nullopt;
  std::transform(bytes.begin(), bytes.end(), digest.bytes.begin(),
                 [](std::byte b) { return static_cast<std::uint8_t>(b); });
  return digest;
}

std::string read_bytes(const Statement& row, int column) {
  const auto bytes = row.blob(column);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace track::storage
