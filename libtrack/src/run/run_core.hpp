#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "capture/capture.hpp"
#include "run/attempt.hpp"
#include "run/dataset_watch.hpp"
#include "run/identity.hpp"
#include "run/loss_log.hpp"
#include "store/locate.hpp"
#include "track/run.hpp"
#include "track/schemas/journal_entry.hpp"
#include "track/storage/journal/helper.hpp"
#include "track/storage/journal/live.hpp"
#include "track/storage/journal/writer.hpp"

namespace track::detail {

/// How a run ends.
struct Ending {
  RunState state = RunState::finished;
  std::string reason;
  std::optional<int> exit_code;
  std::optional<int> signal;
};
[[nodiscard]] Ending failed_because(std::string reason);

/// What is settled before a run is opened.
struct RunPlan {
  Identity identity;
  std::string name;
  std::string experiment;
  std::string group;
  /// Of a program that joins the run of the `track run` that started it: what it says itself and
  /// nobody settled before.
  struct Said {
    std::string name;
    std::string experiment;
    std::string group;
    RunKind kind = RunKind::train;
  };
  std::optional<Said> said;
  std::string source;
  RunKind kind = RunKind::train;
  std::optional<RunId> replay_of;
  bool strict = false;
  bool precise_time = false;
  WhenFull when_full = WhenFull::drop;
  Sync sync = Sync::periodic;
  std::uint64_t journal_cap = 0;
  double block_s = 0;
  WarningSink on_warning;
  std::optional<OpenedStore> store;  ///< absent where none could be used
  CaptureContext capture;
  bool captures = true;
};

/// An open run: what Run, its Metric handles and the C interface share.
///
/// One process has one RunCore a run. In a forked child the copy is idle until something is
/// logged; it then becomes a member of its own.
///
/// Thread safety: every member may be called from any thread.
class RunCore final : public std::enable_shared_from_this<RunCore> {
 public:
  explicit RunCore(RunPlan plan);
  RunCore(const RunCore&) = delete;
  RunCore& operator=(const RunCore&) = delete;
  ~RunCore();

  /// Makes the journal and its first records, and starts the helper; without a store, nothing.
  /// Throws Error; the run is then as good as one without a store.
  void open();
  /// Gives the one warning, of what is no loss.
  void announce(std::string_view said, std::string_view hint) noexcept;
  /// Starts capture: what is cheap on this thread, the rest on the helper.
  void capture();

  [[nodiscard]] const RunId& id() const noexcept { return plan_.identity.id; }
  /// What journals carry of its attempt; 1 before open().
  [[nodiscard]] std::int64_t attempt_stamp() const noexcept { return attempt_; }
  [[nodiscard]] const std::string& name() const noexcept { return plan_.name; }
  [[nodiscard]] const std::string& experiment() const noexcept { return plan_.experiment; }
  [[nodiscard]] const std::filesystem::path& store() const noexcept { return store_root_; }
  /// Empty where there is none.
  [[nodiscard]] const std::filesystem::path& journal_directory() const noexcept {
    return journal_directory_;
  }
  [[nodiscard]] bool strict() const noexcept { return plan_.strict; }
  [[nodiscard]] const RunPlan& plan() const noexcept { return plan_; }

  // Points. No answer is ever an exception.

  static constexpr std::uint32_t k_no_series = UINT32_MAX;
  /// k_no_series, and counted, where the name is not one.
  [[nodiscard]] std::uint32_t find_series(std::string_view name, const Labels& labels);
  bool append_point(std::uint32_t series, std::int64_t step, double value) noexcept {
    if (auto* writer = hot_.load(std::memory_order_relaxed);
        writer != nullptr && series != k_no_series) {
      return writer->append_point(series, step, value) || note_refused(*writer);
    }
    return append_point_slowly(series, step, value);
  }
  bool append_named(std::string_view name, std::int64_t step, double value) noexcept;
  std::size_t append_points(std::int64_t step, const storage::SeriesValue* values,
                            std::size_t count) noexcept;

  // Everything else. False, and counted as lost, where it could not be kept; strict runs throw
  // Error.

  bool set_param(std::string_view name, const Value& value);
  bool set_tag(std::string_view name, const std::optional<std::string_view>& value);
  bool set_note(std::string_view text);
  bool rewind(std::int64_t step);
  bool rewind(std::string_view axis, double value);
  bool record_seed(std::string_view stream, const Value& seed, std::string_view source);
  bool define_metric(std::string_view pattern, const MetricOptions& options);
  bool use_dataset(std::string_view name, const std::filesystem::path& path,
                   const DatasetOptions& options);
  /// A dataset that was read elsewhere; as the run ends, `watch` says whether it changed since.
  bool record_dataset(DatasetRecord record, DatasetWatch watch);
  bool declare_dataset(std::string_view name, std::string_view uri, const Digest& digest);
  bool log_artifact(const std::filesystem::path& path, const ArtifactOptions& options);
  /// What a program printed, as `output.log`.
  bool log_output(const std::filesystem::path& file);
  bool record_fields(std::vector<CapturedField> fields);
  bool sync();
  void wait_for_capture() noexcept;

  /// Ends the run once: the owner with `ending`, others with their own leaving. Later calls answer
  /// the same.
  FinishReport end(const Ending& ending) noexcept;
  /// end(); throws what went wrong in it where the run is strict.
  FinishReport end_or_throw(const Ending& ending);
  /// As the handle is destroyed: failed where an exception is unwinding.
  void end_by_destruction() noexcept;
  /// The handle is about to be given to its user.
  void set_started() noexcept { exit_watch_due_ = true; }
  /// Counts something as lost; the first such is the one warning.
  void lose(std::string_view sentence, std::string_view hint = {}) noexcept;
  /// What was kept and lost so far.
  [[nodiscard]] FinishReport report() const;
  /// The last thing that was lost, for the C interface.
  [[nodiscard]] std::string last_loss() const;

  void before_fork() noexcept { mutex_.lock(); }
  void after_fork_in_parent() noexcept { mutex_.unlock(); }
  void after_fork_in_child() noexcept;

 private:
  // run_core.cpp
  [[nodiscard]] storage::JournalOptions journal_options() const;
  [[nodiscard]] std::int64_t find_attempt() const;
  void write_member_start(MemberRole role);
  void write_run_start();
  void write_said(const RunPlan::Said& said);
  [[nodiscard]] storage::JournalWriter* writer() noexcept;
  void become_member() noexcept;
  bool note_refused(const storage::JournalWriter& writer) noexcept;
  /// k_no_series, and one point counted as lost, where the name is not one.
  std::uint32_t intern_checked(storage::JournalWriter& writer, std::string_view name) noexcept;
  bool append_point_slowly(std::uint32_t series, std::int64_t step, double value) noexcept;
  bool append(const schemas::JournalEntry& entry);
  /// Throws Error saying that `what` could not be recorded.
  void keep(const schemas::JournalEntry& entry, std::string_view what);
  void keep_rewind(const schemas::RewindEntry& entry);
  [[noreturn]] void refuse(const storage::JournalWriter* writer, std::string_view what);
  bool tick() noexcept;
  void check_journal_is_there() noexcept;

  // run_losses.cpp
  bool attempt(const std::function<void()>& body);
  void watch_exit_again() noexcept;

  // run_end.cpp
  static void mark_helper_thread() noexcept;
  void end_here(const Ending& ending);
  void finish_capture();
  void stop_helper();
  void write_end(const Ending& ending);
  void close_journal();
  void leave_forked();
  /// Runs a step of the end; one that fails does not stop those after it.
  void step(const std::function<void()>& body) noexcept;

  // run_capture.cpp
  void capture_slowly() noexcept;
  void capture_without_objects() noexcept;
  void record_captured(std::vector<CapturedField> fields);

  // run_artifacts.cpp
  void keep_artifact(const std::filesystem::path& path, const ArtifactOptions& options,
                     ArtifactRecord record, bool inside_store);

  // run_datasets.cpp
  void keep_dataset(const std::filesystem::path& path, bool store, DatasetRecord record);
  void recheck_datasets();

  const RunPlan plan_;
  const pid_t owner_pid_;
  const std::thread::id start_thread_;
  const int uncaught_at_start_;
  std::filesystem::path store_root_;
  std::filesystem::path journal_directory_;
  MemberRole role_ = MemberRole::owner;
  std::int64_t attempt_ = k_only_attempt;

  std::unique_ptr<storage::JournalWriter> journal_;  // set once; absent without a store
  /// The journal, while points may go straight to it: not before, not after the end, not in a
  /// forked child that is no member yet.
  std::atomic<storage::JournalWriter*> hot_ = nullptr;
  std::atomic<std::uint64_t> unkept_points_ = 0;  // that no journal counted
  std::atomic<bool> refusal_noted_ = false;
  std::atomic<bool> journal_gone_ = false;
  std::unique_ptr<storage::Helper> helper_;
  std::int64_t next_check_ns_ = 0;  // the helper's, as what follows
  std::atomic<bool> exit_watch_due_ = false;
  std::atomic<bool> capturing_ = false;  // from capture() until the helper is done with it

  std::mutex end_mutex_;  // one end at a time; never taken in a forked child
  std::atomic<std::thread::id> ending_thread_;
  std::optional<FinishReport> final_;
  std::exception_ptr end_failure_;   // of a strict run
  std::shared_ptr<RunCore> itself_;  // of one that must stay for good

  mutable std::mutex mutex_;  // guards what follows; taken before a journal's own locks
  bool ended_ = false;
  bool forked_ = false;   // a copy in a child that is no member yet
  pid_t member_pid_ = 0;  // of a forked child that is one
  Uuid member_;
  std::unique_ptr<storage::LiveFile> live_;
  std::map<std::string, Value, std::less<>> params_;
  std::vector<std::pair<DatasetRecord, DatasetWatch>> datasets_;
  LossLog losses_;
  std::string last_loss_;
  bool warned_ = false;
};

}  // namespace track::detail
