#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "catalog/sqlite/connection.hpp"
#include "track/storage/catalog/catalog.hpp"

namespace track::storage {

/// The catalog in catalog.db. Its members stand in several sources, by subject.
class SqliteCatalog final : public Catalog {
 public:
  SqliteCatalog(const StoreLayout& layout, const CatalogOptions& options);

  // ingest.cpp
  IngestReport ingest(std::span<const schemas::JournalBatch> batches) override;
  [[nodiscard]] std::optional<std::uint64_t> cursor(const Uuid& segment) const override;
  [[nodiscard]] bool is_blank() const override;
  void record_problem(std::string_view subject, std::string_view detail, Timestamp time) override;
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> problems() const override;

  // runs.cpp
  [[nodiscard]] std::optional<RunRecord> find_run(const RunId& id) const override;
  [[nodiscard]] std::vector<RunRecord> list_runs(const RunQuery& query) const override;
  [[nodiscard]] std::vector<std::string> experiments() const override;
  [[nodiscard]] std::optional<std::string> clear_name(std::string_view hash) const override;

  // parts.cpp
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

  // points.cpp
  [[nodiscard]] SeriesPoints points(const RunId& run, const SeriesKey& series,
                                    StepRange range) const override;
  void scan_points(const RunId& run, const SeriesKey& series, const StepRange& range,
                   PointSink& sink) const override;
  [[nodiscard]] SeriesPoints points_all(const RunId& run, const SeriesKey& series) const override;

  // words.cpp
  void set_note(const RunId& run, std::string_view note) override;
  void set_tag(const RunId& run, std::string_view name,
               const std::optional<std::string>& value) override;
  void rename(const RunId& run, std::string_view name) override;
  void remove(std::span<const RunId> runs, Timestamp time) override;
  void restore(std::span<const RunId> runs) override;
  std::uint64_t purge(Timestamp removed_before) override;
  [[nodiscard]] std::vector<RunId> purgeable(Timestamp removed_before) const override;

  // registry.cpp
  RegistryResult apply(const RegistryChange& change) override;
  [[nodiscard]] std::vector<ModelRecord> models() const override;
  [[nodiscard]] std::vector<ModelVersionRecord> versions(std::string_view model) const override;
  [[nodiscard]] std::vector<AliasRecord> aliases(std::string_view model) const override;
  [[nodiscard]] std::vector<TransitionRecord> transitions(std::string_view model) const override;
  [[nodiscard]] std::optional<std::string> revoked(const Digest& digest) const override;
  [[nodiscard]] std::vector<AuditRecord> audit(std::int64_t after) const override;

  // care.cpp
  [[nodiscard]] std::vector<Digest> references(Timestamp removed_before) const override;
  [[nodiscard]] std::vector<std::string> owners(const Digest& digest) const override;
  void query(std::string_view sql, SqlSink& sink) const override;
  [[nodiscard]] std::vector<std::string> check() const override;

 private:
  void insert_problem(std::string_view subject, std::string_view detail, Timestamp time);
  /// The connection on which only the public views can be read; opened when first needed.
  [[nodiscard]] const Connection& views() const;
  /// Ids of the runs for which an expression holds, as a JSON array.
  [[nodiscard]] std::string matching_runs(const RunQuery& query) const;
  void judge(std::vector<RunRecord>& runs, const std::vector<std::size_t>& open) const;
  void add_losses(std::vector<RunRecord>& runs) const;

  StoreLayout layout_;
  CatalogOptions options_;
  Connection connection_;
  mutable std::unique_ptr<Connection> views_;
};

}  // namespace track::storage
