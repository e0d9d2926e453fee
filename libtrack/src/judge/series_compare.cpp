#include "judge/series_compare.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace track::detail {
namespace {

std::uint64_t bits_of(double value) noexcept { return std::bit_cast<std::uint64_t>(value); }

/// Maps a double's bits to integers that grow as the numbers do; -0.0 and 0.0 stay one apart.
std::uint64_t ordered_bits(double value) noexcept {
  constexpr std::uint64_t k_sign = std::uint64_t{1} << 63U;
  const auto bits = bits_of(value);
  return (bits & k_sign) != 0 ? ~bits : bits | k_sign;
}

/// Without a tolerance bits alone decide: then -0.0 is not 0.0, and one NaN is not another.
bool close(double a, double b, Tolerance tolerance) noexcept {
  if (bits_of(a) == bits_of(b)) return true;
  if (tolerance.atol == 0 && tolerance.rtol == 0) return false;
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (std::isinf(a) || std::isinf(b)) return a == b;
  return std::fabs(a - b) <= tolerance.atol + tolerance.rtol * std::fabs(a);
}

Divergence divergence_at(const SeriesKey& key, const SeriesPoints& original,
                         const SeriesPoints& other, std::size_t index) {
  Divergence divergence;
  divergence.series = key;
  const auto step = original.steps[index];
  divergence.step = step;
  const auto before = std::lower_bound(original.steps.begin(), original.steps.end(), step);
  if (before != original.steps.begin()) divergence.equal_through = *(before - 1);
  divergence.original = original.values[index];
  divergence.other = other.values[index];
  divergence.original_bits = fmt::format("0x{:016x}", bits_of(divergence.original));
  divergence.other_bits = fmt::format("0x{:016x}", bits_of(divergence.other));
  divergence.ulp = ulp_distance(divergence.original, divergence.other);
  return divergence;
}

/// The first position at which the steps themselves part.
SeriesComparison shape_difference(const SeriesPoints& original, const SeriesPoints& other,
                                  std::size_t index) {
  SeriesComparison result{
      .verdict = Verdict::diverged, .shape = true, .detail = {}, .divergence = {}};
  const bool original_ended = index >= original.steps.size();
  const bool other_ended = index >= other.steps.size();
  if (other_ended || (!original_ended && original.steps[index] < other.steps[index])) {
    result.detail = fmt::format("step {} is missing", original.steps[index]);
  } else {
    result.detail = fmt::format("step {} is extra", other.steps[index]);
  }
  return result;
}

SeriesComparison compare_sorted(const SeriesKey& key, const SeriesPoints& original,
                                const SeriesPoints& other, Tolerance tolerance) {
  SeriesComparison result;
  const auto common = std::min(original.steps.size(), other.steps.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (original.steps[i] != other.steps[i]) return shape_difference(original, other, i);
    if (bits_of(original.values[i]) == bits_of(other.values[i])) continue;
    if (!result.divergence) result.divergence = divergence_at(key, original, other, i);
    if (close(original.values[i], other.values[i], tolerance)) {
      result.verdict = Verdict::within_tolerance;
      continue;
    }
    result.verdict = Verdict::diverged;
    result.divergence = divergence_at(key, original, other, i);
    return result;
  }
  if (original.steps.size() != other.steps.size()) return shape_difference(original, other, common);
  return result;
}

/// Where the points of one step end.
std::size_t step_end(const std::vector<std::int64_t>& steps, std::size_t from) noexcept {
  auto end = from;
  while (end < steps.size() && steps[end] == steps[from]) ++end;
  return end;
}

void append(SeriesPoints& to, const SeriesPoints& from, std::size_t begin, std::size_t end) {
  for (auto i = begin; i < end; ++i) {
    to.steps.push_back(from.steps[i]);
    to.values.push_back(from.values[i]);
  }
}

/// Two series over the steps that both hold equally often.
struct Overlap {
  SeriesPoints left;
  SeriesPoints right;
  std::optional<std::int64_t> first_skipped;  ///< cannot be compared; what follows the original's
                                              ///< last step does not count
};

Overlap overlap_of(const SeriesPoints& left, const SeriesPoints& right) {
  Overlap overlap;
  std::size_t i = 0;
  std::size_t j = 0;
  const auto skip = [&](std::int64_t step) {
    if (!overlap.first_skipped) overlap.first_skipped = step;
  };
  while (i < left.steps.size()) {
    const auto step = left.steps[i];
    const auto end = step_end(left.steps, i);
    while (j < right.steps.size() && right.steps[j] < step) skip(right.steps[j++]);
    const bool both = j < right.steps.size() && right.steps[j] == step;
    const auto other_end = both ? step_end(right.steps, j) : j;
    if (other_end - j == end - i) {
      append(overlap.left, left, i, end);
      append(overlap.right, right, j, other_end);
    } else {
      skip(step);
    }
    i = end;
    j = other_end;
  }
  return overlap;
}

/// A difference in the overlap is one; that there is none says little where points may be lost.
SeriesComparison compare_overlap(const SeriesKey& key, const SeriesPoints& left,
                                 const SeriesPoints& right, Tolerance tolerance) {
  const auto overlap = overlap_of(left, right);
  auto result = compare_sorted(key, overlap.left, overlap.right, tolerance);
  if (result.verdict == Verdict::diverged) return result;
  if (overlap.first_skipped) {
    result.verdict = Verdict::incomparable;
    result.detail =
        fmt::format("step {} is not in both, and a record is incomplete", *overlap.first_skipped);
  } else if (overlap.left.steps.empty()) {
    result.verdict = Verdict::incomparable;
    result.detail = "no step is in both, and a record is incomplete";
  }
  return result;
}

}  // namespace

std::optional<std::uint64_t> ulp_distance(double a, double b) noexcept {
  if (std::isnan(a) || std::isnan(b)) return std::nullopt;
  const auto x = ordered_bits(a);
  const auto y = ordered_bits(b);
  return x > y ? x - y : y - x;
}

void sort_canonically(SeriesPoints& points) {
  const auto count = points.steps.size();
  const auto before = [&](std::size_t a, std::size_t b) {
    if (points.steps[a] != points.steps[b]) return points.steps[a] < points.steps[b];
    return bits_of(points.values[a]) < bits_of(points.values[b]);
  };
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (std::is_sorted(order.begin(), order.end(), before)) return;
  std::sort(order.begin(), order.end(), before);
  SeriesPoints sorted;
  sorted.steps.reserve(count);
  sorted.values.reserve(count);
  for (const auto index : order) {
    sorted.steps.push_back(points.steps[index]);
    sorted.values.push_back(points.values[index]);
    if (index < points.times_ms.size()) sorted.times_ms.push_back(points.times_ms[index]);
  }
  points = std::move(sorted);
}

SeriesComparison compare_series(const SeriesKey& key, const SeriesPoints& original,
                                const SeriesPoints& other, Tolerance tolerance, bool overlap_only) {
  SeriesPoints left = original;
  SeriesPoints right = other;
  sort_canonically(left);
  sort_canonically(right);
  return overlap_only ? compare_overlap(key, left, right, tolerance)
                      : compare_sorted(key, left, right, tolerance);
}

}  // namespace track::detail
