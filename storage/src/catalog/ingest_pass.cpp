#include "catalog/ingest_pass.hpp"

#include <algorithm>
#include <utility>

#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

// What one transaction takes at most, so that memory stays bounded: about 25 MB of points.
constexpr std::size_t k_points = std::size_t{1} << 20U;
constexpr std::size_t k_entries = std::size_t{1} << 16U;
constexpr std::size_t k_batches = 4096;
constexpr std::uint64_t k_points_a_read = std::uint64_t{1} << 18U;
// A packed segment in one piece, so that its chunks need not be cut: one of 16 MiB has fewer.
constexpr std::uint64_t k_points_a_packed_read = std::uint64_t{1} << 19U;

/// Whether the content is to blame and not the store: then it is passed over. A segment that is
/// damaged fails where it is read: damage that the catalog tells of is its own.
bool is_about_content(const Error& error) noexcept {
  return error.code() == ErrorCode::usage || error.code() == ErrorCode::conflict;
}

}  // namespace

IngestPass::IngestPass(const StoreLayout& layout, Catalog& catalog, const Progress& progress)
    : layout_(layout), catalog_(catalog), progress_(progress) {
  for (auto& problem : catalog_.problems()) known_problems_.insert(std::move(problem));
}

IngestPass::IngestPass(const StoreLayout& elsewhere, const StoreLayout& store, Catalog& catalog,
                       const Progress& progress)
    : IngestPass(elsewhere, catalog, progress) {
  store_ = &store;
}

void IngestPass::report_progress(std::string_view what, std::size_t done, std::size_t total) const {
  if (progress_ && !progress_(what, done, total)) {
    throw Error(ErrorCode::inconclusive, "cannot ingest journals: it was stopped");
  }
}

void IngestPass::take_content(std::span<const RunId> runs) {
  for (std::size_t i = 0; i < runs.size(); ++i) {
    report_progress("ingest", i, runs.size());
    if (!is_elsewhere() || !is_running_elsewhere(runs[i])) take_run(runs[i]);
  }
  flush();
}

std::vector<SegmentInfo> IngestPass::segments_of(const RunId& run) {
  std::vector<std::string> problems;
  std::vector<SegmentInfo> segments;
  try {
    segments = list_segments(layout_.journal(run), problems);
  } catch (const Error& error) {
    problems.emplace_back(error.what());
  }
  for (const auto& problem : problems) record_problem("run " + run.value, problem);
  // One that says it belongs to another run would be ingested under a name that it chose.
  std::erase_if(segments, [&](const SegmentInfo& info) {
    if (info.run == run) return false;
    record_problem(info.path.string(), "it belongs to run '" + info.run.value + "'");
    return true;
  });
  return segments;
}

void IngestPass::take_run(const RunId& run) {
  for (const auto& info : segments_of(run)) {
    try {
      take_segment(info);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::not_found) throw;  // its run has cleared it away
    }
  }
}

void IngestPass::take_segment(const SegmentInfo& info) {
  auto from = catalog_.cursor(info.segment).value_or(0);
  const bool has_news = info.committed > from || info.sealed || info.dropped > 0;
  if (!has_news) return;
  for (;;) {
    schemas::JournalBatch batch;
    try {
      batch = read_segment(info, from, info.packed ? k_points_a_packed_read : k_points_a_read);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::io && error.code() != ErrorCode::corrupt) throw;
      record_problem(info.path.string(), error.what());
      return;
    }
    if (is_elsewhere()) forget_locks(batch);
    const auto to = batch.to;
    add(std::move(batch));
    if (to >= info.committed || to <= from) return;
    from = to;
  }
}

void IngestPass::add(schemas::JournalBatch batch) {
  if (batch.to > batch.from) runs_.insert(batch.run);
  for (const auto& columns : batch.points) pending_points_ += columns.steps.size();
  pending_entries_ += batch.entries.size();
  pending_.push_back(std::move(batch));
  if (pending_points_ >= k_points || pending_entries_ >= k_entries ||
      pending_.size() >= k_batches) {
    flush();
  }
}

void IngestPass::flush() {
  const auto batches = std::exchange(pending_, {});
  pending_points_ = 0;
  pending_entries_ = 0;
  if (batches.empty()) return;
  try {
    count(catalog_.ingest(batches));
  } catch (const Error& error) {
    if (!is_about_content(error)) throw;
    // Something among them cannot be taken: the rest is, one by one.
    for (const auto& batch : batches) flush_one(batch);
  }
}

void IngestPass::flush_one(const schemas::JournalBatch& batch) {
  try {
    count(catalog_.ingest(std::span(&batch, 1)));
  } catch (const Error& error) {
    if (!is_about_content(error)) throw;
    record_problem("journal segment " + batch.segment.to_string(), error.what());
  }
}

void IngestPass::count(const IngestReport& report) {
  report_.segments += report.segments;
  report_.entries += report.entries;
  report_.points += report.points;
  report_.conflicts += report.conflicts;
  report_.invalid_records += report.invalid_records;
  report_.runs = runs_.size();
  report_.problems.insert(report_.problems.end(), report.problems.begin(), report.problems.end());
}

void IngestPass::record_problem(const std::string& subject, const std::string& detail) {
  report_.problems.push_back(subject + ": " + detail);
  // A transaction each time that anybody reads would be a high price for one broken file.
  if (!known_problems_.emplace(subject, detail).second) return;
  catalog_.record_problem(subject, detail, Clock::system().now());
}

}  // namespace track::storage
