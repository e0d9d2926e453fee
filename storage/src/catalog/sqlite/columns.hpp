#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "catalog/sqlite/statement.hpp"
#include "track/schemas/digest.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/value.hpp"

// How values that SQLite has no type for stand in columns.

namespace track::storage {

/// The bits of what a REAL column cannot hold: a NaN, which would become NULL, and -0.0.
[[nodiscard]] std::optional<std::int64_t> bits_beside(double value) noexcept;
/// The reverse: `value` as it was, where its bits stand beside it.
[[nodiscard]] double restore_real(double value, std::optional<std::int64_t> bits) noexcept;

/// Binds type, value and bits to three parameters from `index` on.
void bind_value(Statement& statement, int index, const Value& value);
/// Reads type, value and bits from three columns.
[[nodiscard]] Value read_value(const Statement& row, int column);

[[nodiscard]] Blob blob_of(const Digest& digest) noexcept;
[[nodiscard]] Blob blob_of(const Uuid& uuid) noexcept;
/// A key made of bytes, such as order_key().
[[nodiscard]] Blob blob_of(std::string_view bytes) noexcept;
[[nodiscard]] std::optional<Blob> blob_of(const std::optional<Digest>& digest) noexcept;
[[nodiscard]] std::optional<Digest> read_digest(const Statement& row, int column) noexcept;
[[nodiscard]] std::string read_bytes(const Statement& row, int column);

}  // namespace track::storage
