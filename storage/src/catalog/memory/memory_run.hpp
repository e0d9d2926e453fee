#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "catalog/points/rewinds.hpp"
#include "catalog/precedence.hpp"
#include "catalog/run_state.hpp"
#include "track/schemas/field.hpp"
#include "track/schemas/journal_batch.hpp"
#include "track/schemas/journal_entry.hpp"
#include "track/schemas/records.hpp"
#include "track/schemas/store_reports.hpp"

namespace track::storage {

/// Something said once, and by whom.
template <typename T>
struct Said {
  T what;
  Precedence by;
};

struct MemoryTag {
  std::optional<std::string> value;
  Timestamp time;
};

struct MemoryMember {
  MemberRecord record;
  bool started = false;  ///< false: only its end has been seen
};

/// What the owner said of one attempt.
struct MemoryAttempt {
  std::optional<Timestamp> start;
  std::string host_hash;
  std::optional<RunState> state;
  std::string end_reason;
  std::optional<Timestamp> end;
};

/// All that is known of one run. Its attempts stand here by their stamps; answers number them.
struct MemoryRun {
  std::uint64_t number = 0;  ///< order of arrival
  RunRecord record;          ///< names, times and kind; the state is derived when asked
  std::string user_hash;
  std::string host_hash;
  std::optional<std::string> start_order;
  bool renamed = false;
  std::int64_t note_time = 0;
  StateFacts facts;
  std::string end_order;
  std::optional<Timestamp> removed;

  std::map<std::int64_t, MemoryAttempt> attempts;
  std::vector<SaidRewind> rewinds;
  std::map<Uuid, MemoryMember> members;
  std::map<std::string, Said<Value>> params;
  std::map<std::string, Said<SeedRecord>> seeds;
  std::map<std::string, MemoryTag> tags;
  std::map<std::tuple<Section, std::string, Phase>, Said<CapturedField>> fields;
  std::vector<Said<ArtifactRecord>> artifacts;
  std::map<std::string, Said<DatasetRecord>> datasets;
  std::vector<ConflictRecord> conflicts;
  std::map<std::string, Said<schemas::MetricDefinitionEntry>> definitions;
  std::map<SeriesKey, std::map<std::string, PointSource>>
      series;  ///< by order_key() of the segment

  void add_loss(const std::string& what);
  void see(Timestamp time) noexcept;
  /// From 1, in the order of the stamps.
  [[nodiscard]] std::int64_t number_of(std::int64_t stamp) const noexcept;
};

/// Clear names by keyed hash.
using MemoryNames = std::map<std::string, std::string, std::less<>>;

/// Adds what a batch says to its run. Never throws but std::bad_alloc.
void add_batch(MemoryRun& run, MemoryNames& names, const schemas::JournalBatch& batch,
               IngestReport& report);

[[nodiscard]] std::vector<AttemptRecord> attempts_of(const MemoryRun& run,
                                                     const MemoryNames& names);
[[nodiscard]] std::vector<MemberRecord> members_of(const MemoryRun& run);
[[nodiscard]] std::vector<MetricRecord> metrics_of(const MemoryRun& run);
/// The record as the catalog answers it, with the derived state.
[[nodiscard]] RunRecord record_of(const MemoryRun& run, const MemoryNames& names,
                                  const std::filesystem::path& journals);
[[nodiscard]] OrderedPoints points_of(const MemoryRun& run, const SeriesKey& series, bool every);

}  // namespace track::storage
