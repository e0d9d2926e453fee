#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "track/schemas/journal_batch.hpp"
#include "track/schemas/query.hpp"
#include "track/schemas/store_reports.hpp"
#include "track/storage/catalog/catalog.hpp"
#include "track/storage/journal/reader.hpp"
#include "track/storage/store_layout.hpp"

namespace track::storage {

/// One walk over the journals by whoever holds ingest.lock.
class IngestPass final {
 public:
  IngestPass(const StoreLayout& layout, Catalog& catalog, const Progress& progress);

  /// Moves what lies beyond the cursors into the catalog.
  void take_content(std::span<const RunId> runs);
  /// Unlinks what is consumed and will not grow, and the directories of runs that nobody is in.
  void clear_consumed(std::span<const RunId> runs);

  [[nodiscard]] const IngestReport& report() const noexcept { return report_; }

 private:
  void report_progress(std::string_view what, std::size_t done, std::size_t total) const;
  void take_run(const RunId& run);
  void take_segment(const SegmentInfo& info);
  void add(schemas::JournalBatch batch);
  void flush();
  void flush_one(const schemas::JournalBatch& batch);
  void count(const IngestReport& report);
  void record_problem(const std::string& subject, const std::string& detail);
  [[nodiscard]] std::vector<SegmentInfo> segments_of(const RunId& run);

  [[nodiscard]] bool is_consumed(const SegmentInfo& info) const;
  [[nodiscard]] bool has_dead_writer(const SegmentInfo& info,
                                     std::span<const MemberRecord> members) const;
  [[nodiscard]] bool has_live_file(const RunId& run, const std::set<std::string>& besides) const;
  void close_segment(const SegmentInfo& info);
  void clear_run(const RunId& run);
  void remove_directory(const RunId& run, std::span<const MemberRecord> members);
  bool unlink_file(const std::filesystem::path& path);

  const StoreLayout& layout_;
  Catalog& catalog_;
  const Progress& progress_;
  IngestReport report_;
  std::set<RunId> runs_;
  std::set<std::pair<std::string, std::string>> known_problems_;
  std::vector<schemas::JournalBatch> pending_;
  std::size_t pending_points_ = 0;
  std::size_t pending_entries_ = 0;
};

}  // namespace track::storage
