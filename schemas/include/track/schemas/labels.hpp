#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "track/schemas/api.hpp"

namespace track {

/// What sets series of one metric apart, such as {"split": "val"}. Sorted by key.
using Labels = std::map<std::string, std::string>;

/// The label that sets apart the series of the ranks of one run.
inline constexpr const char* k_rank_label = "rank";

/// A metric with its labels: what points belong to.
struct TRACK_API SeriesKey {
  std::string name;
  Labels labels;

  /// "name" or "name{label=value,…}", as the command line takes it; a backslash stands
  /// before any of {}=,\ inside a word, = in a value apart.
  [[nodiscard]] std::string to_string() const;
  /// Reads what to_string() writes; throws Error{usage} on anything else.
  [[nodiscard]] static SeriesKey parse(std::string_view text);
  /// What all ranks' series of it have in common: the same without label `rank`.
  [[nodiscard]] SeriesKey without_rank() const;

  friend bool operator==(const SeriesKey& a, const SeriesKey& b) noexcept {
    return a.name == b.name && a.labels == b.labels;
  }
  friend bool operator!=(const SeriesKey& a, const SeriesKey& b) noexcept { return !(a == b); }
  friend bool operator<(const SeriesKey& a, const SeriesKey& b) noexcept {
    return a.name != b.name ? a.name < b.name : a.labels < b.labels;
  }
};

/// Labels as JSON text with sorted keys, "{}" when there are none: the form in SQL.
[[nodiscard]] TRACK_API std::string labels_to_json(const Labels& labels);
/// Throws Error{corrupt} on anything but an object of strings.
[[nodiscard]] TRACK_API Labels labels_from_json(std::string_view json);

}  // namespace track
