#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "track/ranks.hpp"
#include "track/schemas/api.hpp"
#include "track/schemas/digest.hpp"
#include "track/schemas/field.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/labels.hpp"
#include "track/schemas/query.hpp"
#include "track/schemas/records.hpp"
#include "track/schemas/store_reports.hpp"

namespace track {

struct StoreOptions {
  std::filesystem::path
      path;  ///< default: TRACK_STORE, the nearest .track upwards, the user's config
  bool ingest =
      true;  ///< move new journal content into the catalog on opening and before each query
};

/// How to make a store.
struct InitOptions {
  std::filesystem::path
      at;               ///< default: .track at the git top level, else in the working directory
  bool shared = false;  ///< group may read and write: 2770, 0660
  std::string group;    ///< with shared; default: the directory's group
};

/// Everything about one run.
struct RunDetails {
  RunRecord run;
  std::vector<ParamRecord> params;
  std::vector<TagRecord> tags;
  std::vector<MetricRecord> metrics;
  std::vector<ArtifactRecord> artifacts;
  std::vector<DatasetRecord> datasets;
  std::vector<SeedRecord> seeds;
  std::vector<CapturedField> fields;
  std::vector<AttemptRecord> attempts;
  std::vector<MemberRecord> members;
  std::vector<ConflictRecord> conflicts;
  std::vector<RunId> children;
};

/// A run with what a listing shows of it.
struct RunRow {
  RunRecord run;
  std::vector<ParamRecord> params;
  std::vector<MetricRecord> metrics;
  std::vector<TagRecord> tags;
};

/// Runs that agree in the params they are grouped by.
struct GroupMetric {
  SeriesKey series;
  std::uint64_t n = 0;        ///< runs with a finite value
  std::uint64_t missing = 0;  ///< runs without one: no such series, or NaN
  double mean = 0;
  std::optional<double> sd;  ///< of the sample; absent for n < 2
};
struct RunGroup {
  std::vector<std::pair<std::string, std::optional<Value>>> by;
  std::vector<RunId> runs;
  std::vector<GroupMetric> metrics;
};

/// One bucket of a down-sampled curve: nothing in it lies outside [min, max].
struct CurveBucket {
  std::int64_t first_step = 0;
  std::int64_t last_step = 0;
  double first_x = 0;  ///< where it lies on CurveOptions::axis; without one, the steps
  double last_x = 0;
  double min = 0;  ///< of finite values; NaN where none is finite
  double max = 0;
  double last = 0;
  std::uint64_t count = 0;
  std::uint64_t n_nan = 0;
  std::uint64_t n_inf = 0;
};

/// How points become a curve.
struct CurveOptions {
  std::size_t buckets = 1000;  ///< at most; of equal width in steps
  StepRange range;
  /// Weight of the past in an exponential moving average, in [0, 1); 0: the points as they are. The
  /// average is over the whole series, whatever range is asked for, and is divided by 1 - smooth^n
  /// so that its start is not drawn towards zero (Kingma and Ba, Adam, 2015, section 3). What is
  /// not finite stays as it is and is no part of it.
  double smooth = 0;
  /// The metric whose latest value at a step stands for the step, such as "epoch", of the same
  /// labels or of none; empty: the step. Points before its first are left out.
  std::string axis;
};

/// The curves of a metric over its ranks.
struct RankCurves {
  std::size_t ranks = 1;
  std::vector<CurveBucket> mean;   ///< of one series: its own
  std::vector<CurveBucket> least;  ///< of one series: empty
  std::vector<CurveBucket> greatest;
};

struct GcStoreOptions {
  bool dry_run = false;
  std::int64_t grace_ms = 3'600'000;
  Progress progress;
};

struct VerifyStoreOptions {
  bool data = false;  ///< read and hash every byte
  std::optional<std::int64_t> max_duration_ms;
  bool rebuild_index = false;
  Progress progress;
};

/// A store, open for questions. Every question first ingests what running processes wrote.
///
/// Errors: Error{not_found} for what does not exist, {ambiguous} for a prefix or name that fits
/// several, {permission}, {unsupported} for a newer store, {busy} when locked for over 10 s.
///
/// Thread safety: distinct objects may be used from different threads; one object may not.
/// Not to be used in a forked child.
class TRACK_API Store {
 public:
  /// Opens the store that `options` or the surroundings name.
  [[nodiscard]] static Store open(const StoreOptions& options = {});
  /// Makes one; an existing one is kept as it is. Returns where it is. Error{usage} where sharing
  /// is asked for and the existing one is private, or another group's.
  static std::filesystem::path init(const InitOptions& options = {});
  /// The path that open() would use; nothing where there is none.
  [[nodiscard]] static std::optional<std::filesystem::path> locate(
      const std::filesystem::path& given = {});
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  [[nodiscard]] const std::filesystem::path& path() const noexcept;
  /// The store's own id, a UUID.
  [[nodiscard]] const std::string& id() const noexcept;
  /// Why the last query may lack what runs wrote since somebody last ingested, as in a store that
  /// cannot be written or on a full disk; empty: it lacks nothing.
  [[nodiscard]] const std::string& lag() const noexcept;

  // Runs.

  /// Finds the run that `selector` names: a unique id prefix (4+), a unique name, @latest,
  /// @latest~N,
  /// @best:METRIC[:min|:max], model:NAME@ALIAS, model:NAME/VERSION.
  [[nodiscard]] RunId resolve(std::string_view selector);
  [[nodiscard]] std::optional<RunRecord> find_run(const RunId& id);
  [[nodiscard]] RunDetails details(const RunId& id);
  [[nodiscard]] std::vector<RunRecord> list(const RunQuery& query);
  /// list() with params, metrics and tags of each.
  [[nodiscard]] std::vector<RunRow> list_rows(const RunQuery& query);
  /// What to know before one trusts the answer to `query`, a sentence each: a param by which it
  /// compares or sorts, text in some runs and a number in others.
  [[nodiscard]] std::vector<std::string> cautions(const RunQuery& query);
  /// Runs of `query`, replays left out, grouped by equal params; each metric's summary as n, mean,
  /// sd.
  [[nodiscard]] std::vector<RunGroup> group(const RunQuery& query,
                                            const std::vector<std::string>& params);
  [[nodiscard]] std::vector<std::string> experiments();

  // Series.

  /// The one series of `run` that `text` ("name" or "name{label=value,…}") names; Error{ambiguous}
  /// lists the candidates. Of the ranks of one series, where `text` names none, the mean, as
  /// RankedMetric has it, under the name without rank.
  [[nodiscard]] MetricRecord find_metric(const RunId& run, std::string_view text);
  /// All that it names: every labelled series of a bare name.
  [[nodiscard]] std::vector<MetricRecord> find_metrics(const RunId& run, std::string_view text);
  /// The same with ranks collapsed, where `text` names none.
  [[nodiscard]] std::vector<RankedMetric> find_ranked(const RunId& run, std::string_view text);
  /// Of a series, or the mean at each step over the ranks' series of that name; NaN where a
  /// rank logged one.
  [[nodiscard]] SeriesPoints points(const RunId& run, const SeriesKey& series,
                                    StepRange range = {});
  /// At most `buckets` buckets of equal width in steps; keeps min and max of each.
  [[nodiscard]] std::vector<CurveBucket> curve(const RunId& run, const SeriesKey& series,
                                               std::size_t buckets, StepRange range = {});
  /// Error{not_found} where the run logged no such axis, Error{usage} for another `smooth`.
  [[nodiscard]] std::vector<CurveBucket> curve(const RunId& run, const SeriesKey& series,
                                               const CurveOptions& options);
  /// The one axis that all series which `text` names in these runs were declared over, and that was
  /// logged beside each, so that it can be a CurveOptions::axis of all of them.
  [[nodiscard]] std::optional<std::string> find_axis(const std::vector<RunId>& runs,
                                                     std::string_view text);
  /// The same of mean, least and greatest of the ranks.
  [[nodiscard]] RankCurves rank_curves(const RunId& run, const SeriesKey& series,
                                       std::size_t buckets, StepRange range = {});
  [[nodiscard]] RankCurves rank_curves(const RunId& run, const SeriesKey& series,
                                       const CurveOptions& options);

  // Words.

  // What looks like a secret is kept as "[redacted]"; each answers the rules by which it does, one
  // a replacement.
  // Error{usage} for a name that is empty, not UTF-8, over 512 bytes or with control characters,
  // and for text that is not UTF-8 or over 1 MiB.

  std::vector<std::string> set_note(const RunId& run, std::string_view text);
  std::vector<std::string> set_tag(const RunId& run, std::string_view name,
                                   const std::optional<std::string>& value);
  std::vector<std::string> rename(const RunId& run, std::string_view name);

  // Artifacts.

  /// `text`: "name", "name@step=N", "name@last" or "name@best:METRIC".
  [[nodiscard]] ArtifactRecord find_artifact(const RunId& run, std::string_view text);
  /// Writes the verified bytes to `to`, which must not exist unless `overwrite`. A directory gets a
  /// tree.
  void restore_artifact(const ArtifactRecord& artifact, const std::filesystem::path& to,
                        bool overwrite = false);
  /// The output that `track run` kept: a running one's so far. False where there is none.
  bool read_output(const RunId& run, const std::function<void(std::string_view)>& sink);
  /// Writes the exact tree of the code as it was, modes included, into a directory that is absent
  /// or empty. Returns what the snapshot left out, a sentence each. Error{not_found} where none was
  /// captured.
  std::vector<std::string> restore_code(const RunId& run, const std::filesystem::path& directory);

  // Store care.

  /// Read-only SQL over the public views.
  void query(std::string_view sql, SqlSink& sink);
  /// Moves new journal content into the catalog, what lies in the inbox, and what waits for this
  /// store in this user's spool.
  IngestReport ingest(const Progress& progress = {});
  /// Takes what directories hold: spools, copies of them from another machine, other stores'
  /// journals, or directories of such. A spool is emptied as far as what it held is durable here; a
  /// store stays as it is. Idempotent. Error{not_found} where there is nothing of the kind,
  /// Error{permission} where it is another user's or others may write to it.
  IngestReport ingest_from(const std::vector<std::filesystem::path>& directories,
                           const Progress& progress = {});
  [[nodiscard]] VerifyReport verify(const VerifyStoreOptions& options = {});
  [[nodiscard]] GcReport gc(const GcStoreOptions& options = {});
  [[nodiscard]] UsageReport usage();
  /// Hides runs; restore() brings them back until gc takes them after its grace.
  void remove(const std::vector<RunId>& runs);
  void restore(const std::vector<RunId>& runs);
  /// A removed run by id prefix or name.
  [[nodiscard]] RunId resolve_removed(std::string_view selector);

  class Impl;
  /// For the library's other parts.
  [[nodiscard]] Impl& impl() noexcept { return *impl_; }

 private:
  explicit Store(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

/// Checks machine, store, file system, git and GPU probes, and says what capture would miss.
[[nodiscard]] TRACK_API DoctorReport doctor(const std::filesystem::path& store = {});

}  // namespace track
