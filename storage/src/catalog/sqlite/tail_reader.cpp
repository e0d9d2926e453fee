#include "catalog/sqlite/tail_reader.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <set>

#include "catalog/segment_order.hpp"
#include "catalog/sqlite/attempt_numbers.hpp"
#include "catalog/sqlite/statement.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"
#include "track/storage/journal/reader.hpp"

namespace track::storage {
namespace {

/// What the catalog knows of a run's segments.
struct KnownSegments {
  struct Segment {
    std::uint64_t position = 0;
    bool complete = false;
  };
  std::map<Uuid, Segment> segments;
  std::map<std::pair<std::uint64_t, std::int64_t>, std::set<std::uint64_t>>
      sequences;  // by process

  void note(const schemas::SegmentOrder& order) {
    sequences[{order.process_start, order.pid}].insert(order.sequence);
  }
};

Uuid uuid_of(std::span<const std::byte> bytes) {
  Uuid uuid;
  for (std::size_t i = 0; i < uuid.bytes.size() && i < bytes.size(); ++i) {
    uuid.bytes[i] = static_cast<std::uint8_t>(bytes[i]);
  }
  return uuid;
}

KnownSegments known_segments(sqlite3* db, const RunId& run) {
  Statement rows(db,
                 "SELECT uuid, position, complete, process_start, pid, sequence"
                 "  FROM segment_rows WHERE run = ?");
  rows.bind(run.value);
  KnownSegments known;
  while (rows.step()) {
    known.segments[uuid_of(rows.blob(0))] = {static_cast<std::uint64_t>(rows.integer(1)),
                                             rows.boolean(2)};
    known.note({1, 0, static_cast<std::uint64_t>(rows.integer(3)), rows.integer(4),
                static_cast<std::uint64_t>(rows.integer(5))});
  }
  return known;
}

/// How many segments of the run the catalog knows and how far, as another connection sees it now.
std::optional<std::pair<std::int64_t, std::int64_t>> progress_of(sqlite3* db, const RunId& run) {
  Statement rows(db, "SELECT count(*), coalesce(sum(position), 0) FROM segment_rows WHERE run = ?");
  rows.bind(run.value);
  if (!rows.step()) return std::nullopt;
  return std::pair(rows.integer(0), rows.integer(1));
}

struct CloseConnection {
  void operator()(sqlite3* db) const noexcept { sqlite3_close(db); }
};

bool is_stale(sqlite3* db, const RunId& run) {
  const char* file = sqlite3_db_filename(db, "main");
  sqlite3* opened = nullptr;
  const int result = sqlite3_open_v2(file, &opened, SQLITE_OPEN_READONLY, nullptr);
  const std::unique_ptr<sqlite3, CloseConnection> now(opened);
  if (result != SQLITE_OK) return false;  // a copy or a store that nobody writes to
  try {
    return progress_of(db, run) != progress_of(now.get(), run);
  } catch (const Error&) {
    return false;
  }
}

bool has_gap(const KnownSegments& known) {
  return std::any_of(known.sequences.begin(), known.sequences.end(), [](const auto& process) {
    const auto& numbers = process.second;
    return *numbers.rbegin() - *numbers.begin() + 1 != numbers.size();
  });
}

/// Whether something is not where it should be: a segment that is not consumed, or a number.
bool is_suspicious(KnownSegments known, const std::vector<SegmentInfo>& listed,
                   const SeenSegments& seen) {
  std::set<Uuid> present;
  for (const auto& info : listed) {
    present.insert(info.segment);
    known.note(info.order);
  }
  const bool missing = std::any_of(
      known.segments.begin(), known.segments.end(),
      [&](const auto& entry) { return !entry.second.complete && !present.contains(entry.first); });
  const bool vanished = std::any_of(seen.begin(), seen.end(), [&](const Uuid& segment) {
    const auto found = known.segments.find(segment);
    const bool complete = found != known.segments.end() && found->second.complete;
    return !complete && !present.contains(segment);
  });
  return missing || vanished || has_gap(known);
}

void add_content(Tails& tails, std::int64_t attempt, schemas::JournalBatch batch) {
  const auto order = order_key(batch.order);
  const auto rank = batch.order.rank;
  for (auto& columns : batch.points) {
    tails.series[std::move(columns.series)].push_back(
        {order,
         {attempt, rank, std::move(columns.steps), std::move(columns.times_ms),
          std::move(columns.values)}});
  }
  for (const auto& entry : batch.entries) {
    if (const auto* rewind = std::get_if<schemas::RewindEntry>(&entry))
      tails.rewinds.push_back({order, rank, attempt, rewind->axis, rewind->step, rewind->value});
  }
}

}  // namespace

StaleSnapshot::StaleSnapshot() : std::runtime_error("journals were ingested while being read") {}

SeenSegments see_segments(const std::filesystem::path& journals, const RunId& run) {
  std::vector<std::string> ignored;
  SeenSegments seen;
  for (const auto& info : list_segments(journals / run.value, ignored)) seen.insert(info.segment);
  return seen;
}

bool has_unread(sqlite3* db, const std::filesystem::path& journals, const RunId& run,
                std::span<const MemberRecord> members) {
  const auto is_forked = [&](const schemas::SegmentOrder& order) {
    return std::any_of(members.begin(), members.end(), [&](const MemberRecord& member) {
      return member.role == MemberRole::forked && member.pid == order.pid &&
             member.process_start == order.process_start;
    });
  };
  try {
    if (!stat_entry(journals)) return true;
    std::vector<std::string> problems;
    const auto listed = list_segments(journals / run.value, problems);
    if (!problems.empty()) return true;
    const auto known = known_segments(db, run);
    return std::any_of(listed.begin(), listed.end(), [&](const SegmentInfo& info) {
      const auto found = known.segments.find(info.segment);
      return !is_forked(info.order) &&
             (found == known.segments.end() || info.committed > found->second.position);
    });
  } catch (const Error&) {
    return true;
  }
}

Tails read_tails(sqlite3* db, const std::filesystem::path& journals, const RunId& run,
                 const SeenSegments& seen) {
  std::vector<std::string> ignored;  // ingest reports what is no segment
  const auto known = known_segments(db, run);
  const auto listed = list_segments(journals / run.value, ignored);
  bool suspicious = is_suspicious(known, listed, seen);
  AttemptNumbers attempts(db, run);
  for (const auto& info : listed) attempts.note(info.order.attempt);
  Tails tails;
  for (const auto& info : listed) {
    const auto found = known.segments.find(info.segment);
    const auto from = found != known.segments.end() ? found->second.position : 0;
    if (info.committed <= from) continue;
    try {
      add_content(tails, attempts.number_of(info.order.attempt), read_segment(info, from));
    } catch (const Error&) {
      suspicious = true;
    }
  }
  if (suspicious && is_stale(db, run)) throw StaleSnapshot();
  return tails;
}

}  // namespace track::storage
