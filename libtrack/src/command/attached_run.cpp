#include <unistd.h>

#include <utility>

#include <fmt/format.h>

#include "command/auto_steps.hpp"
#include "run/artifact_source.hpp"
#include "run/attempt.hpp"
#include "run/identity.hpp"
#include "run/name_rules.hpp"
#include "store/locate.hpp"
#include "track/command.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/journal_entry.hpp"
#include "track/storage/journal/writer.hpp"

namespace track {
namespace {

RunId named_run() {
  const auto text = detail::environment_variable(detail::k_run_id_variable);
  if (!text) {
    throw Error(ErrorCode::usage, "cannot find the run to log to: TRACK_RUN_ID is not set",
                "it is set for what 'track run' starts");
  }
  const auto id = RunId::parse(*text);
  if (!id) {
    throw Error(
        ErrorCode::usage,
        fmt::format("cannot find the run to log to: TRACK_RUN_ID is '{}', which is no run id",
                    detail::printable(*text)));
  }
  return *id;
}

detail::OpenedStore named_store(const std::filesystem::path& given) {
  const auto path = detail::locate_store(given);
  if (!path)
    throw Error(ErrorCode::not_found, "cannot find a store",
                "set TRACK_STORE, or run 'track init'");
  return detail::open_store(*path);
}

}  // namespace

class AttachedRun::Impl {
 public:
  explicit Impl(const std::filesystem::path& given)
      : id_(named_run()),
        rank_(detail::find_rank(detail::JoinEnvironment::read(), Join::declared)
                  .value_or(detail::Rank())),
        store_(named_store(given)),
        directory_(store_.layout.journal(id_)) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(directory_, ignored)) {
      throw Error(ErrorCode::not_found,
                  fmt::format("cannot log to run '{}': it has no journal in '{}'", id_.value,
                              store_.layout.root.string()));
    }
  }

  [[nodiscard]] const RunId& id() const noexcept { return id_; }

  void log(std::string_view text, std::optional<std::int64_t> step, double value) {
    auto series = SeriesKey::parse(text);
    detail::check_name("log metric", series.name);
    detail::check_labels(series.name, series.labels);
    series.labels.insert(rank_.labels.begin(), rank_.labels.end());  // counted apart, too
    detail::AutoSteps steps(directory_, store_.layout.file_mode());
    if (!step) {
      step = steps.take_next(series.to_string());
    } else {
      steps.note(series.to_string(), *step);
    }
    auto& writer = this->writer();
    if (!writer.append_point(writer.intern(series), *step, value))
      refuse(fmt::format("'{}'", text));
  }

  void log_artifact(const std::filesystem::path& path, const ArtifactOptions& options) {
    auto record = detail::describe_artifact(path, options);
    record.run = id_;
    record.rank = rank_.number;
    const auto taken = detail::take_artifact(store_, path, options, std::move(record));
    if (taken.record.state == ArtifactState::lost)
      throw Error(*taken.trouble);  // nothing is known of it
    if (!writer().append(schemas::ArtifactEntry{taken.record}))
      refuse(fmt::format("artifact '{}'", taken.record.name));
    writer().sync();
    if (taken.trouble) throw Error(*taken.trouble);
  }

 private:
  /// A small segment of this process's own, sealed as it ends.
  storage::JournalWriter& writer() {
    if (!writer_) {
      storage::JournalOptions options;
      options.directory = directory_;
      options.directory_mode = store_.layout.directory_mode();
      options.file_mode = store_.layout.file_mode();
      options.run = id_;
      options.attempt = detail::attempt_to_join(directory_);
      options.rank = rank_.number;
      options.periodic_sync = false;
      writer_ = storage::JournalWriter::open(options);
    }
    return *writer_;
  }

  [[noreturn]] void refuse(const std::string& what) {
    throw Error(ErrorCode::no_space, fmt::format("cannot log {} to run '{}': {}", what, id_.value,
                                                 writer().stats().last_error));
  }

  RunId id_;
  detail::Rank rank_;
  detail::OpenedStore store_;
  std::filesystem::path directory_;
  std::unique_ptr<storage::JournalWriter> writer_;  // made when first needed
};

AttachedRun AttachedRun::open(const std::filesystem::path& store) {
  return AttachedRun(std::make_unique<Impl>(store));
}

AttachedRun::AttachedRun(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
AttachedRun::AttachedRun(AttachedRun&&) noexcept = default;
AttachedRun& AttachedRun::operator=(AttachedRun&&) noexcept = default;
AttachedRun::~AttachedRun() = default;

const RunId& AttachedRun::id() const noexcept { return impl_->id(); }

void AttachedRun::log(std::string_view series, std::optional<std::int64_t> step, double value) {
  impl_->log(series, step, value);
}

void AttachedRun::log_artifact(const std::filesystem::path& path, const ArtifactOptions& options) {
  impl_->log_artifact(path, options);
}

}  // namespace track
