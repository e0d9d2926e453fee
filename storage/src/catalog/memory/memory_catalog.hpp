#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catalog/memory/memory_registry.hpp"
#include "catalog/memory/memory_run.hpp"
#include "track/storage/catalog/catalog.hpp"

namespace track::storage {

/// A catalog that lives as long as the object. It answers everything but SQL.
class MemoryCatalog final : public Catalog {
 public:
  explicit MemoryCatalog(std::filesystem::path journals) : journals_(std::move(journals)) {}

  IngestReport ingest(std::span<const schemas::JournalBatch> batches) override;
  [[nodiscard]] std::optional<std::uint64_t> cursor(const Uuid& segment) const override;
  [[nodiscard]] bool is_blank() const override;
  void record_problem(std::string_view subject, std::string_view detail, Timestamp time) override;
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> problems() const override;

  // memory_runs.cpp
  [[nodiscard]] std::optional<RunRecord> find_run(const RunId& id) const override;
  [[nodiscard]] std::vector<RunRecord> list_runs(const RunQuery& query) const override;
  [[nodiscard]] std::vector<std::string> experiments() const override;

  [[nodiscard]] std::vector<std::string> mixed_params(const RunQuery& query) const override;
  [[nodiscard]] std::vector<ParamRecord> params(std::span<const RunId> runs) const override;
  [[nodiscard]] std::vector<TagRecord> tags(std::span<const RunId> runs) const override;
  [[nodiscard]] std::vector<MetricRecord> metrics(std::span<const RunId> runs) const override;
  [[nodiscard]] std::vector<ArtifactRecord> artifacts(std::span<const RunId> runs) const override;
  [[nodiscard]] std::vector<DatasetRecord> datasets(std::span<const RunId> runs) const override;
  [[nodiscard]] std::vector<SeedRecord> seeds(const RunId& run) const override;
  [[nodiscard]] std::vector<CapturedField> fields(const RunId& run) const override;
  [[nodiscard]] std::vector<AttemptRecord> attempts(const RunId& run) const override;
  [[nodiscard]] std::vector<MemberRecord> members(const RunId& run) const override;
  [[nodiscard]] std::vector<ConflictRecord> conflicts(const RunId& run) const override;
  [[nodiscard]] SeriesPoints points(const RunId& run, const SeriesKey& series,
                                    StepRange range) const override;
  void scan_points(const RunId& run, const SeriesKey& series, const StepRange& range,
                   PointSink& sink) const override;
  [[nodiscard]] SeriesPoints points_all(const RunId& run, const SeriesKey& series) const override;
  [[nodiscard]] std::optional<std::string> clear_name(std::string_view hash) const override;

  void set_note(const RunId& run, std::string_view note) override;
  void set_tag(const RunId& run, std::string_view name,
               const std::optional<std::string>& value) override;
  void rename(const RunId& run, std::string_view name) override;
  void remove(std::span<const RunId> runs, Timestamp time) override;
  void restore(std::span<const RunId> runs) override;
  std::uint64_t purge(Timestamp removed_before) override;
  [[nodiscard]] std::vector<RunId> purgeable(Timestamp removed_before) const override;

  RegistryResult apply(const RegistryChange& change) override { return registry_.apply(change); }
  [[nodiscard]] std::vector<ModelRecord> models() const override { return registry_.models(); }
  [[nodiscard]] std::vector<ModelVersionRecord> versions(std::string_view model) const override {
    return registry_.versions(model);
  }
  [[nodiscard]] std::vector<AliasRecord> aliases(std::string_view model) const override {
    return registry_.aliases(model);
  }
  [[nodiscard]] std::vector<TransitionRecord> transitions(std::string_view model) const override {
    return registry_.transitions(model);
  }
  [[nodiscard]] std::optional<std::string> revoked(const Digest& digest) const override {
    return registry_.revocation(digest);
  }
  [[nodiscard]] std::vector<AuditRecord> audit(std::int64_t after) const override {
    return registry_.audit(after);
  }

  [[nodiscard]] std::vector<Digest> references(Timestamp removed_before) const override;
  [[nodiscard]] std::vector<std::string> owners(const Digest& digest) const override;
  void query(std::string_view sql, SqlSink& sink) const override;
  [[nodiscard]] std::vector<std::string> check() const override { return {}; }

 private:
  struct Segment {
    RunId run;
    std::uint64_t position = 0;
    std::uint64_t dropped = 0;
    std::uint64_t gaps = 0;
  };

  void check_cursors(std::span<const schemas::JournalBatch> batches) const;
  [[nodiscard]] bool is_purgeable(const RunId& id, const MemoryRun& run,
                                  Timestamp removed_before) const;
  bool take(const schemas::JournalBatch& batch, IngestReport& report);
  void count_dropped(const RunId& run);
  [[nodiscard]] const MemoryRun* find(const RunId& run) const;
  MemoryRun& get(const RunId& run, std::string_view action);

  std::filesystem::path journals_;
  std::map<RunId, MemoryRun> runs_;
  std::map<RunId, std::int64_t> purged_;  ///< with the latest attempt that went
  std::map<Uuid, Segment> segments_;
  MemoryNames names_;
  std::vector<std::pair<std::string, std::string>> problems_;
  std::uint64_t next_number_ = 1;
  MemoryRegistry registry_;
};

}  // namespace track::storage
