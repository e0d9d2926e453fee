#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "catalog/precedence.hpp"
#include "catalog/sqlite/connection.hpp"
#include "track/schemas/journal_batch.hpp"
#include "track/schemas/journal_entry.hpp"
#include "track/schemas/store_reports.hpp"

namespace track::storage {

/// Writes what one segment says of its run, points apart, within a transaction of the caller.
/// The run's row exists. Content that conflicts is recorded, never thrown.
class EntryWriter final {
 public:
  EntryWriter(const Connection& connection, const RunId& run, const schemas::SegmentOrder& order,
              std::int64_t attempt, IngestReport& report);

  void write(const schemas::JournalEntry& entry);

  /// What the caller brings up to date for the run once all entries are in.
  [[nodiscard]] bool members_changed() const noexcept { return members_changed_; }
  [[nodiscard]] bool definitions_changed() const noexcept { return definitions_changed_; }
  [[nodiscard]] bool went_back() const noexcept { return went_back_; }
  [[nodiscard]] std::uint64_t gaps() const noexcept { return gaps_; }
  [[nodiscard]] std::int64_t last_seen() const noexcept { return last_seen_; }

 private:
  void take(const schemas::SeriesEntry&) {}  // the reader has bound points to series already
  void take(const schemas::AnchorEntry&) {}  // and to real time
  void take(const schemas::RunStartEntry& entry);
  void take_joined(const schemas::RunStartEntry& entry);
  void take(const schemas::RunEndEntry& entry);
  void take(const schemas::MemberStartEntry& entry);
  void take(const schemas::MemberEndEntry& entry);
  void take(const schemas::ParamEntry& entry);
  void take(const schemas::SeedEntry& entry);
  void take(const schemas::TagEntry& entry);
  void take(const schemas::NoteEntry& entry);
  void take(const schemas::MetricDefinitionEntry& entry);
  void take(const schemas::ArtifactEntry& entry);
  void take(const schemas::DatasetEntry& entry);
  void take(const schemas::FieldsEntry& entry);
  void take(const schemas::GapEntry& entry);
  void take(const schemas::LossEntry& entry);
  void take(const schemas::RewindEntry& entry);
  void take(const schemas::UnknownEntry& entry);

  void write_field(const CapturedField& field);
  void write_dataset(const DatasetRecord& record);
  void remember(const schemas::PersonalName& name);
  void record_loss(const std::string& what, Timestamp time);
  void record_conflict(const std::string& subject, const std::string& detail);
  void settle(Verdict verdict, const std::string& subject, const std::string& held,
              std::int64_t held_rank, const std::string& said);
  void seen(Timestamp time) noexcept;

  const Connection& connection_;
  const RunId& run_;
  const schemas::SegmentOrder& order_;
  const std::int64_t attempt_;  ///< its number
  Precedence said_;
  IngestReport& report_;
  bool members_changed_ = false;
  bool definitions_changed_ = false;
  bool went_back_ = false;
  std::uint64_t gaps_ = 0;
  std::int64_t last_seen_ = 0;
};

}  // namespace track::storage
