#include "track/run.hpp"

#include <array>
#include <utility>

#include "run/run_core.hpp"
#include "run/run_start.hpp"

namespace track {
namespace {

// What a moved-from Run answers. Never destroyed, as static Runs may be asked late.
template <typename T>
const T& nothing() {
  static const auto* const value = new T();  // NOLINT(cppcoreguidelines-owning-memory)
  return *value;
}

}  // namespace

Run start_run(const RunOptions& options) {
  detail::StartRequest request;
  request.options = options;
  return Run(detail::start(request));
}

Run::Run(std::shared_ptr<detail::RunCore> core) noexcept : core_(std::move(core)) {}
Run::Run(Run&&) noexcept = default;

Run& Run::operator=(Run&& other) noexcept {
  if (this == &other) return *this;
  if (core_) core_->end_by_destruction();
  core_ = std::move(other.core_);
  return *this;
}

Run::~Run() {
  if (core_) core_->end_by_destruction();
}

const RunId& Run::id() const noexcept { return core_ ? core_->id() : nothing<RunId>(); }
const std::string& Run::name() const noexcept {
  return core_ ? core_->name() : nothing<std::string>();
}
const std::string& Run::experiment() const noexcept {
  return core_ ? core_->experiment() : nothing<std::string>();
}
const std::filesystem::path& Run::store() const noexcept {
  return core_ ? core_->store() : nothing<std::filesystem::path>();
}

void Run::set_param(std::string_view name, const Value& value) {
  if (core_) core_->set_param(name, value);
}

void Run::set_params(std::initializer_list<std::pair<std::string_view, Value>> params) {
  for (const auto& [name, value] : params) set_param(name, value);
}

void Run::set_params(const std::vector<std::pair<std::string, Value>>& params) {
  for (const auto& [name, value] : params) set_param(name, value);
}

void Run::set_tag(std::string_view name, std::string_view value) {
  if (core_) core_->set_tag(name, value);
}

void Run::remove_tag(std::string_view name) {
  if (core_) core_->set_tag(name, std::nullopt);
}

void Run::set_note(std::string_view text) {
  if (core_) core_->set_note(text);
}

void Run::use_dataset(std::string_view name, const std::filesystem::path& path,
                      const DatasetOptions& options) {
  if (core_) core_->use_dataset(name, path, options);
}

void Run::declare_dataset(std::string_view name, std::string_view uri, const Digest& digest) {
  if (core_) core_->declare_dataset(name, uri, digest);
}

void Run::record_seed(std::string_view stream, const Value& seed, std::string_view source) {
  if (core_) core_->record_seed(stream, seed, source);
}

void Run::define_metric(std::string_view pattern, const MetricOptions& options) {
  if (core_) core_->define_metric(pattern, options);
}

Metric Run::metric(std::string_view name, const Labels& labels) {
  return core_ ? Metric(core_, core_->find_series(name, labels)) : Metric();
}

bool Run::append(std::string_view name, std::int64_t step, double value) noexcept {
  return core_ && core_->append_named(name, step, value);
}

bool Run::append(std::int64_t step,
                 std::initializer_list<std::pair<const Metric&, double>> values) noexcept {
  std::array<storage::SeriesValue, 32> batch;
  std::size_t filled = 0;
  bool kept = true;
  const auto flush = [&] {
    if (filled > 0) kept &= core_->append_points(step, batch.data(), filled) == filled;
    filled = 0;
  };
  for (const auto& [metric, value] : values) {
    if (metric.core_ != core_ || metric.series_ == detail::RunCore::k_no_series) {
      kept &= metric.core_ && metric.core_->append_point(metric.series_, step, value);
      continue;
    }
    batch[filled++] = {metric.series_, value};
    if (filled == batch.size()) flush();
  }
  if (core_) flush();
  return kept;
}

void Run::log_artifact(const std::filesystem::path& path, const ArtifactOptions& options) {
  if (core_) core_->log_artifact(path, options);
}

void Run::rewind(std::int64_t step) {
  if (core_) core_->rewind(step);
}
void Run::rewind(std::string_view axis, double value) {
  if (core_) core_->rewind(axis, value);
}

void Run::sync() {
  if (core_) core_->sync();
}

void Run::wait_for_capture() {
  if (core_) core_->wait_for_capture();
}

FinishReport Run::finish() { return core_ ? core_->end_or_throw({}) : FinishReport(); }

FinishReport Run::fail(std::string_view reason) {
  return core_ ? core_->end_or_throw(detail::failed_because(std::string(reason))) : FinishReport();
}

}  // namespace track
