#include "render/record_text.hpp"

namespace track::cli {
namespace {

std::optional<double> value_of(const std::optional<StepValue>& point) {
  return point ? std::optional{point->value} : std::nullopt;
}

}  // namespace

std::string short_id(const RunId& id) { return id.value.substr(0, 8); }

std::string short_digest(const Digest& digest) { return digest.to_string().substr(0, 15); }

Style style_of(RunState state) {
  switch (state) {
    case RunState::running:
      return Style::heading;
    case RunState::finished:
      return Style::good;
    case RunState::failed:
    case RunState::killed:
      return Style::bad;
    case RunState::unknown:
      return Style::warning;
  }
  return Style::plain;
}

std::string describe_state(const RunRecord& run) {
  std::string text{to_string(run.state)};
  if (!run.end_reason.empty()) text += ": " + run.end_reason;
  return text;
}

std::optional<std::int64_t> duration_of(const RunRecord& run, Timestamp now) {
  if (run.end) return run.end->ms - run.start.ms;
  if (run.state == RunState::running) return now.ms - run.start.ms;
  return std::nullopt;
}

std::optional<double> summary_of(const MetricRecord& metric) {
  switch (metric.summary) {
    case Statistic::automatic:
      return metric.goal == Goal::none ? value_of(metric.last) : value_of(metric.best());
    case Statistic::last:
      return value_of(metric.last);
    case Statistic::best:
      return value_of(metric.best());
    case Statistic::min:
      return value_of(metric.min);
    case Statistic::max:
      return value_of(metric.max);
    case Statistic::mean:
      return metric.mean;
  }
  return std::nullopt;
}

bool is_system_metric(const SeriesKey& series) {
  return series.name.rfind("system/", 0) == 0 || series.name.rfind("time/", 0) == 0;
}

}  // namespace track::cli
