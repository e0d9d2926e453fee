#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "track/metric.hpp"
#include "track/run_options.hpp"
#include "track/schemas/api.hpp"
#include "track/schemas/digest.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/labels.hpp"
#include "track/schemas/value.hpp"

namespace track {

/// What could not be kept of a run.
struct FinishReport {
  std::uint64_t points = 0;         ///< accepted from this process
  std::uint64_t dropped = 0;        ///< points that were not
  std::vector<std::string> losses;  ///< everything else that was not, a sentence each
  [[nodiscard]] bool complete() const noexcept { return dropped == 0 && losses.empty(); }
};

/// One execution of an experiment, open for logging.
///
/// Destroyed in the normal course, a Run is recorded as finished; destroyed by an exception
/// unwinding, as failed. exit(n) and uncaught exceptions are recorded too. One whose process
/// died is found killed. A rank that joined, and a forked child, record only their own leaving.
///
/// Nothing here throws, blocks for long or stops a training run: what cannot be kept is counted,
/// warned of once, and reported by finish(). With RunOptions::strict it throws Error instead.
/// Wrong use (a name that is empty, not UTF-8, over 512 bytes, or with control characters) is
/// counted the same way.
///
/// Thread safety: every member may be called from any thread, except that moving and destroying
/// need the object to oneself.
class TRACK_API Run {
 public:
  Run(Run&&) noexcept;
  Run& operator=(Run&&) noexcept;
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run();

  [[nodiscard]] const RunId& id() const noexcept;
  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] const std::string& experiment() const noexcept;
  /// Where it is recorded; empty where no store could be used.
  [[nodiscard]] const std::filesystem::path& store() const noexcept;

  /// Records a hyperparameter: immutable once set. Another value under the same name is a
  /// conflict: the first stays, the conflict is recorded (strict: Error{conflict}).
  void set_param(std::string_view name, const Value& value);
  void set_params(std::initializer_list<std::pair<std::string_view, Value>> params);
  void set_params(const std::vector<std::pair<std::string, Value>>& params);

  /// Sets a tag, replacing what it was.
  void set_tag(std::string_view name, std::string_view value);
  void remove_tag(std::string_view name);
  void set_note(std::string_view text);

  /// Records an input by its digest: a file, or a directory as a tree. Reads it through on the
  /// calling thread unless the stat cache knows it.
  void use_dataset(std::string_view name, const std::filesystem::path& path,
                   const DatasetOptions& options = {});
  /// Records an input whose digest is only declared, such as a table in a warehouse.
  void declare_dataset(std::string_view name, std::string_view uri, const Digest& digest);

  /// Records the seed of a stream of random numbers.
  void record_seed(std::string_view stream, const Value& seed, std::string_view source = "given");

  /// Declares goal, unit and axis for metrics; `pattern` may hold `*`. The last declaration that
  /// fits holds.
  void define_metric(std::string_view pattern, const MetricOptions& options);

  /// A handle for logging.
  [[nodiscard]] Metric metric(std::string_view name, const Labels& labels = {});

  /// As Metric::log(), by name.
  template <typename Step, typename Number,
            std::enable_if_t<std::is_integral_v<Step> && std::is_arithmetic_v<Number>, int> = 0>
  bool log(std::string_view name, Step step, Number value) noexcept {
    return append(name, static_cast<std::int64_t>(step), static_cast<double>(value));
  }
  /// Several at one step with one time stamp: `run.log(step, {{loss, 0.5}, {accuracy, 0.9}})`; true
  /// where all were kept.
  template <typename Step, std::enable_if_t<std::is_integral_v<Step>, int> = 0>
  bool log(Step step, std::initializer_list<std::pair<const Metric&, double>> values) noexcept {
    return append(static_cast<std::int64_t>(step), values);
  }

  /// Says that the run goes on from `step`, as after loading a checkpoint: what this rank logged
  /// before the call, at or after that step, leaves the default view (not metric_points_all), in
  /// every series but system/*. Points that other threads log meanwhile may be on either side.
  void rewind(std::int64_t step);
  /// The same where a metric stands for the step, such as "epoch": from the first step on at which
  /// this rank had logged `value` or more of `axis`. Nothing leaves where it never had.
  void rewind(std::string_view axis, double value);

  /// Stores a file or a directory under a name; durable when it returns. The same name may be
  /// logged again: a new version. Below the free-space floor only the digest is kept.
  void log_artifact(const std::filesystem::path& path, const ArtifactOptions& options = {});

  /// Waits until all that was logged so far survives power loss.
  void sync();
  /// Waits until capture of code and program is done.
  void wait_for_capture();

  /// Ends the run as finished and says what was lost. Later calls do nothing.
  FinishReport finish();
  /// Ends the run as failed.
  FinishReport fail(std::string_view reason);

 private:
  friend TRACK_API Run start_run(const RunOptions& options);
  explicit Run(std::shared_ptr<detail::RunCore> core) noexcept;
  bool append(std::string_view name, std::int64_t step, double value) noexcept;
  bool append(std::int64_t step,
              std::initializer_list<std::pair<const Metric&, double>> values) noexcept;

  std::shared_ptr<detail::RunCore> core_;  // shared with the Metric handles, which may live longer
};

/// Starts a run, or joins the one that TRACK_RUN_ID names (see Join). Makes its journal and
/// returns; code and program are captured beside training. Throws in strict mode only.
[[nodiscard]] TRACK_API Run start_run(const RunOptions& options = {});

}  // namespace track
