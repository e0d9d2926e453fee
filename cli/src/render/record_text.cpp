#include "render/record_text.hpp"

namespace track::cli {
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

bool is_told_by_name(const SeriesKey& series) {
  return series.labels.size() == series.labels.count(k_rank_label);
}

bool is_system_metric(const SeriesKey& series) {
  return series.name.rfind("system/", 0) == 0 || series.name.rfind("time/", 0) == 0;
}

}  // namespace track::cli
