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

/// One walk over journals by whoever holds ingest.lock: the store's own, or those of an inbox or a
/// spool, which lie elsewhere.
///
/// From elsewhere a run is taken once nobody is in it, as far as can be told from here. Locks that
/// cannot be judged from here are forgotten, so that its state is never guessed.
class IngestPass final {
 public:
  IngestPass(const StoreLayout& layout, Catalog& catalog, const Progress& progress);
  /// Of journals in `elsewhere`; what lies beside their segments goes to those of `store`.
  IngestPass(const StoreLayout& elsewhere, const StoreLayout& store, Catalog& catalog,
             const Progress& progress);

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

  [[nodiscard]] bool is_elsewhere() const noexcept { return store_ != nullptr; }
  [[nodiscard]] bool is_running_elsewhere(const RunId& run);
  void forget_locks(schemas::JournalBatch& batch) const;
  [[nodiscard]] bool is_gone(const MemberRecord& member) const;
  void remove_elsewhere(const RunId& run, std::span<const MemberRecord> members);
  bool hand_over(const RunId& run, const std::filesystem::path& file);

  const StoreLayout& layout_;
  const StoreLayout* store_ = nullptr;  // set: the journals lie elsewhere
  Catalog& catalog_;
  const Progress& progress_;
  IngestReport report_;
  std::set<RunId> runs_;
  std::set<RunId> waiting_;
  std::set<std::pair<std::string, std::string>> known_problems_;
  std::vector<schemas::JournalBatch> pending_;
  std::size_t pending_points_ = 0;
  std::size_t pending_entries_ = 0;
};

}  // namespace track::storage
