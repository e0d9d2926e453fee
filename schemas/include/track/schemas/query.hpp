#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "track/schemas/api.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/records.hpp"
#include "track/schemas/time.hpp"
#include "track/schemas/value.hpp"

namespace track {

/// Which runs to list. Empty members do not restrict.
struct RunQuery {
  std::string experiment;
  std::string group;
  std::string name;  ///< exact
  std::string id_prefix;
  std::optional<RunId> parent;
  /// Name, and value if given; all must match.
  std::vector<std::pair<std::string, std::optional<std::string>>> tags;
  std::vector<RunState> states;
  std::optional<Timestamp> since;  ///< started at or after
  /// Over the columns of view `runs`, param('x'), metric('m'), last('m') best('m') min('m')
  /// max('m') mean('m') and tag('t'). NaN and missing never match. Error{usage} on what is no
  /// expression.
  std::string where;
  /// A column of `runs`, "param:x" or "metric:m"; a leading '-' sorts descending; default newest
  /// first.
  std::string sort;
  std::optional<std::uint64_t> limit;
  std::uint64_t offset = 0;
  bool replays = true;   ///< false leaves kind replay out
  bool removed = false;  ///< true lists only what `rm` took
};

/// Points of one series in order of (step, order of append).
struct SeriesPoints {
  std::vector<std::int64_t> steps;
  std::vector<std::int64_t> times_ms;  ///< since the epoch
  std::vector<double> values;
};

/// Both ends belong to it.
struct StepRange {
  std::int64_t from = std::numeric_limits<std::int64_t>::min();
  std::int64_t to = std::numeric_limits<std::int64_t>::max();
};

/// Takes the rows of a query, one at a time.
class TRACK_API SqlSink {
 public:
  SqlSink(const SqlSink&) = delete;
  SqlSink& operator=(const SqlSink&) = delete;
  virtual ~SqlSink();
  virtual void columns(const std::vector<std::string>& names) = 0;
  /// NULL is a null Value; a blob comes as "0x<hex>".
  virtual void row(const std::vector<Value>& values) = 0;

 protected:
  SqlSink() = default;
};

/// Called now and then by work that may take long; `total` 0 means unknown.
/// Answering false asks it to stop: it then throws Error{inconclusive}.
using Progress =
    std::function<bool(std::string_view what, std::uint64_t done, std::uint64_t total)>;

}  // namespace track
