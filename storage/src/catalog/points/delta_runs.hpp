#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace track::storage {

/// Delta of delta with run length: pairs of varints (zigzag of the second difference, how many
/// in a row less one). Differences wrap, so every int64 survives.
[[nodiscard]] std::vector<std::byte> encode_delta_runs(std::span<const std::uint64_t> values);

/// The longest that encode_delta_runs() makes of `count` values.
[[nodiscard]] std::size_t max_delta_runs(std::size_t count) noexcept;

/// False unless the bytes hold exactly `values.size()` values.
[[nodiscard]] bool decode_delta_runs(std::span<const std::byte> bytes,
                                     std::span<std::uint64_t> values) noexcept;

}  // namespace track::storage
