#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "track/schemas/field.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/journal_batch.hpp"
#include "track/schemas/query.hpp"
#include "track/schemas/records.hpp"
#include "track/schemas/store_reports.hpp"
#include "track/schemas/time.hpp"
#include "track/storage/store_layout.hpp"

namespace track::storage {

/// One change to a model, applied whole or not at all.
struct RegistryChange {
  Action action = Action::promote;
  std::string model;
  std::string alias;
  /// promote: the version to point at; made if no version of the model has its digest and run.
  /// `version` is assigned by the catalog.
  std::optional<ModelVersionRecord> candidate;
  std::optional<std::int64_t> to_version;  ///< rollback
  std::optional<Digest> digest;            ///< revoke, approve, waive
  std::optional<std::int64_t>
      expected_sequence;  ///< of the alias; Error{conflict} naming the holder if moved
  std::string actor;
  std::string reason;
  std::optional<Digest> policy;
  std::optional<Digest> evidence;
  std::string idempotency_key;  ///< empty: none
  std::string detail;           ///< JSON
  Timestamp time;
};

struct RegistryResult {
  TransitionRecord transition;
  bool repeated = false;  ///< the idempotency key was known: this is the first result again
};

/// What a stretch of a series comes to.
struct PointBlock {
  std::int64_t first_step = 0;
  std::int64_t last_step = 0;
  std::uint64_t count = 0;
  std::uint64_t n_nan = 0;
  std::uint64_t n_inf = 0;
  std::optional<double> min;  ///< of the finite values
  std::optional<double> max;
  double last = 0;
};

/// Takes the default view of a series in order of step, piece by piece.
class PointSink {
 public:
  PointSink() = default;
  PointSink(const PointSink&) = delete;
  PointSink& operator=(const PointSink&) = delete;
  virtual ~PointSink();

  /// Comes first, where there is a point at all.
  virtual void begin(std::int64_t first_step, std::int64_t last_step) = 0;
  /// Whether the points from `first` to `last`, which come next, may come as one block.
  virtual bool takes_block(std::int64_t first, std::int64_t last) = 0;
  virtual void block(const PointBlock& block) = 0;
  virtual void points(std::span<const std::int64_t> steps, std::span<const double> values) = 0;
};

/// Persists runs and what was logged to them.
///
/// Every call is atomic: it takes effect whole or not at all, and is durable
/// when it returns. Absence is a value (std::nullopt, empty); failure throws Error:
/// busy after 10 s of someone else's lock, unsupported on a newer schema, corrupt, io, no_space.
///
/// Thread safety: distinct Catalog objects may be used from different threads
/// and processes at once; one object may not. Never used in a forked child.
class Catalog {
 public:
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;
  virtual ~Catalog();

  // Ingest.

  /// Stores a batch and its cursor in one transaction. A batch at or below the cursor does
  /// nothing; one beyond it is Error{conflict}. Conflicting content (a param set twice: the
  /// lowest rank wins) is recorded and reported, never thrown.
  virtual IngestReport ingest(std::span<const schemas::JournalBatch> batches) = 0;
  /// Bytes consumed of a segment, also when the segment or its run is long gone.
  [[nodiscard]] virtual std::optional<std::uint64_t> cursor(const Uuid& segment) const = 0;
  /// Whether nothing was ever ingested; runs that were purged count as something.
  [[nodiscard]] virtual bool is_blank() const = 0;
  /// Keeps what ingest could not understand, for doctor to show. `subject` is a file or a run.
  virtual void record_problem(std::string_view subject, std::string_view detail,
                              Timestamp time) = 0;
  [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> problems() const = 0;

  // Runs.

  [[nodiscard]] virtual std::optional<RunRecord> find_run(const RunId& id) const = 0;
  [[nodiscard]] virtual std::vector<RunRecord> list_runs(const RunQuery& query) const = 0;
  /// The params that the query's expression and order name and that are text in some runs and
  /// numbers in others: SQL puts all text above all numbers.
  [[nodiscard]] virtual std::vector<std::string> mixed_params(const RunQuery& query) const = 0;
  /// Parts of many runs at once, ordered by run as asked for, then by name.
  [[nodiscard]] virtual std::vector<ParamRecord> params(std::span<const RunId> runs) const = 0;
  [[nodiscard]] virtual std::vector<TagRecord> tags(std::span<const RunId> runs) const = 0;
  [[nodiscard]] virtual std::vector<MetricRecord> metrics(std::span<const RunId> runs) const = 0;
  [[nodiscard]] virtual std::vector<ArtifactRecord> artifacts(
      std::span<const RunId> runs) const = 0;
  [[nodiscard]] virtual std::vector<DatasetRecord> datasets(std::span<const RunId> runs) const = 0;
  [[nodiscard]] virtual std::vector<SeedRecord> seeds(const RunId& run) const = 0;
  [[nodiscard]] virtual std::vector<CapturedField> fields(const RunId& run) const = 0;
  [[nodiscard]] virtual std::vector<AttemptRecord> attempts(const RunId& run) const = 0;
  [[nodiscard]] virtual std::vector<MemberRecord> members(const RunId& run) const = 0;
  [[nodiscard]] virtual std::vector<ConflictRecord> conflicts(const RunId& run) const = 0;
  /// Default view: of a repeated step the last by order. Empty where there is no such series.
  [[nodiscard]] virtual SeriesPoints points(const RunId& run, const SeriesKey& series,
                                            StepRange range = {}) const = 0;
  /// The same for who can do with less than every point: of 10^8 it need not read each. An error
  /// may come after some pieces were given.
  virtual void scan_points(const RunId& run, const SeriesKey& series, const StepRange& range,
                           PointSink& sink) const = 0;
  /// Every point, duplicates too, in order of (step, order of append).
  [[nodiscard]] virtual SeriesPoints points_all(const RunId& run,
                                                const SeriesKey& series) const = 0;
  [[nodiscard]] virtual std::vector<std::string> experiments() const = 0;
  /// The keyed hash's clear name, where this machine's local table has it.
  [[nodiscard]] virtual std::optional<std::string> clear_name(std::string_view hash) const = 0;

  // People's words. Error{not_found} on an unknown run.

  virtual void set_note(const RunId& run, std::string_view note) = 0;
  virtual void set_tag(const RunId& run, std::string_view name,
                       const std::optional<std::string>& value) = 0;
  virtual void rename(const RunId& run, std::string_view name) = 0;
  /// Hides runs; restore brings them back until purge takes them for good.
  virtual void remove(std::span<const RunId> runs, Timestamp time) = 0;
  virtual void restore(std::span<const RunId> runs) = 0;
  /// Erases what was removed before; what a model version was made by stays, hidden: whoever trusts
  /// the model may ask for it. Returns how many it erased.
  virtual std::uint64_t purge(Timestamp removed_before) = 0;
  /// The runs that purge() would erase.
  [[nodiscard]] virtual std::vector<RunId> purgeable(Timestamp removed_before) const = 0;

  // Registry.

  virtual RegistryResult apply(const RegistryChange& change) = 0;
  [[nodiscard]] virtual std::vector<ModelRecord> models() const = 0;
  [[nodiscard]] virtual std::vector<ModelVersionRecord> versions(std::string_view model) const = 0;
  [[nodiscard]] virtual std::vector<AliasRecord> aliases(std::string_view model) const = 0;
  /// Of one model, or of all where it is empty; oldest first.
  [[nodiscard]] virtual std::vector<TransitionRecord> transitions(std::string_view model) const = 0;
  /// The reason, where the digest is revoked.
  [[nodiscard]] virtual std::optional<std::string> revoked(const Digest& digest) const = 0;
  [[nodiscard]] virtual std::vector<AuditRecord> audit(std::int64_t after = 0) const = 0;

  // Store care.

  /// Every digest that a run, a version or the registry's history names, as if what purge() would
  /// erase were erased.
  [[nodiscard]] virtual std::vector<Digest> references(Timestamp removed_before) const = 0;
  /// Runs and model versions that name the digest directly.
  [[nodiscard]] virtual std::vector<std::string> owners(const Digest& digest) const = 0;
  /// Read-only SQL over the public views. Error{usage} with the backend's words;
  /// Error{unsupported} from a backend without SQL.
  virtual void query(std::string_view sql, SqlSink& sink) const = 0;
  /// Structure and cross-references; a sentence a finding.
  [[nodiscard]] virtual std::vector<std::string> check() const = 0;

 protected:
  Catalog() = default;
};

struct CatalogOptions {
  bool read_only = false;
  int busy_timeout_ms = 10'000;
};

/// Opens or makes `layout.catalog_db()`, migrating it forward.
[[nodiscard]] std::unique_ptr<Catalog> open_sqlite_catalog(const StoreLayout& layout,
                                                           const CatalogOptions& options = {});
/// `journals`: where liveness is probed; empty: every open run is unknown.
[[nodiscard]] std::unique_ptr<Catalog> make_memory_catalog(
    const std::filesystem::path& journals = {});

}  // namespace track::storage
