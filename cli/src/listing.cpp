#include "listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "render/number.hpp"
#include "render/record_text.hpp"
#include "track/schemas/error.hpp"

namespace track::cli {
namespace {

constexpr const char* k_missing = "-";
constexpr std::size_t k_undeclared_metrics = 3;

Cell missing() { return {k_missing, Style::muted}; }

Cell text_or_missing(const std::string& text) { return text.empty() ? missing() : Cell{text}; }

template <typename Number>
Cell number_or_missing(const std::optional<Number>& number) {
  return number ? Cell{std::to_string(*number)} : missing();
}

Cell format_losses(const RunRecord& run) {
  if (run.losses.empty()) return missing();
  std::string text;
  for (const auto& loss : run.losses) text += (text.empty() ? "" : "; ") + loss;
  return {text, Style::bad};
}

Cell format_param(const RunRow& row, const std::string& name) {
  for (const ParamRecord& param : row.params) {
    if (param.name == name) return {param.value.to_string()};
  }
  return missing();
}

Cell format_tag(const RunRow& row, const std::string& name) {
  for (const TagRecord& tag : row.tags) {
    if (tag.name == name) return {tag.value};
  }
  return missing();
}

Cell format_metric(const MetricRecord& metric) {
  if (const auto value = metric.summary_value()) return {format_rounded(*value, 6)};
  return metric.n_nan + metric.n_inf > 0 ? Cell{"NaN", Style::bad} : missing();
}

Cell format_metric(const RunRow& row, const SeriesKey& series) {
  for (const MetricRecord& metric : row.metrics) {
    if (metric.series == series) return format_metric(metric);
  }
  const auto ranked = find_ranked(row.metrics, series);
  return ranked ? format_metric(ranked->mean) : missing();
}

Cell format_duration_of(const RunRow& row, Timestamp now) {
  const auto duration = duration_of(row.run, now);
  return duration ? Cell{format_duration(*duration)} : missing();
}

using MakeCell = std::function<Cell(const RunRecord&, Timestamp)>;

const std::map<std::string, std::pair<Align, MakeCell>>& run_columns() {
  static const std::map<std::string, std::pair<Align, MakeCell>> k_columns = {
      {"id", {Align::left, [](const RunRecord& run, Timestamp) { return Cell{short_id(run.id)}; }}},
      {"name", {Align::left, [](const RunRecord& run, Timestamp) { return Cell{run.name}; }}},
      {"experiment",
       {Align::left, [](const RunRecord& run, Timestamp) { return Cell{run.experiment}; }}},
      {"state",
       {Align::left,
        [](const RunRecord& run, Timestamp) {
          return Cell{std::string{to_string(run.state)}, style_of(run.state)};
        }}},
      {"kind",
       {Align::left,
        [](const RunRecord& run, Timestamp) { return Cell{std::string{to_string(run.kind)}}; }}},
      {"group",
       {Align::left, [](const RunRecord& run, Timestamp) { return text_or_missing(run.group); }}},
      {"parent",
       {Align::left,
        [](const RunRecord& run, Timestamp) {
          return run.parent ? Cell{short_id(*run.parent)} : missing();
        }}},
      {"attempt",
       {Align::right,
        [](const RunRecord& run, Timestamp) { return Cell{std::to_string(run.attempt)}; }}},
      {"user",
       {Align::left, [](const RunRecord& run, Timestamp) { return text_or_missing(run.user); }}},
      {"host",
       {Align::left, [](const RunRecord& run, Timestamp) { return text_or_missing(run.host); }}},
      {"note",
       {Align::left, [](const RunRecord& run, Timestamp) { return text_or_missing(run.note); }}},
      {"start",
       {Align::left, [](const RunRecord& run,
                        Timestamp now) { return Cell{format_relative(run.start.ms, now.ms)}; }}},
      {"end",
       {Align::left,
        [](const RunRecord& run, Timestamp now) {
          return run.end ? Cell{format_relative(run.end->ms, now.ms)} : missing();
        }}},
      {"source",
       {Align::left, [](const RunRecord& run, Timestamp) { return text_or_missing(run.source); }}},
      {"replay_of",
       {Align::left,
        [](const RunRecord& run, Timestamp) {
          return run.replay_of ? Cell{short_id(*run.replay_of)} : missing();
        }}},
      {"end_reason",
       {Align::left,
        [](const RunRecord& run, Timestamp) { return text_or_missing(run.end_reason); }}},
      {"exit_code",
       {Align::right,
        [](const RunRecord& run, Timestamp) { return number_or_missing(run.exit_code); }}},
      {"end_signal",
       {Align::right,
        [](const RunRecord& run, Timestamp) { return number_or_missing(run.end_signal); }}},
      {"dropped",
       {Align::right,
        [](const RunRecord& run, Timestamp) {
          return Cell{std::to_string(run.dropped), run.dropped > 0 ? Style::bad : Style::plain};
        }}},
      {"losses", {Align::left, [](const RunRecord& run, Timestamp) { return format_losses(run); }}},
  };
  return k_columns;
}

bool starts_with(const std::string& text, const char* prefix) { return text.rfind(prefix, 0) == 0; }

/// Params whose value is not the same in all rows.
std::vector<std::string> varying_params(const std::vector<RunRow>& rows) {
  std::map<std::string, std::pair<std::size_t, Value>> seen;
  std::set<std::string> varying;
  for (const RunRow& row : rows) {
    for (const ParamRecord& param : row.params) {
      const auto [found, added] = seen.try_emplace(param.name, 0, param.value);
      ++found->second.first;
      if (!added && found->second.second != param.value) varying.insert(param.name);
    }
  }
  for (const auto& [name, entry] : seen) {
    if (entry.first != rows.size()) varying.insert(name);
  }
  return {varying.begin(), varying.end()};
}

std::vector<std::string> telling_metrics(const std::vector<RunRow>& rows) {
  std::set<std::string> declared;
  std::vector<std::string> others;
  for (const RunRow& row : rows) {
    for (const MetricRecord& metric : row.metrics) {
      if (!is_told_by_name(metric.series) || is_system_metric(metric.series)) continue;
      const std::string& name = metric.series.name;
      if (metric.goal != Goal::none) {
        declared.insert(name);
      } else if (others.size() < k_undeclared_metrics &&
                 std::find(others.begin(), others.end(), name) == others.end()) {
        others.push_back(name);
      }
    }
  }
  std::sort(others.begin(), others.end());
  if (declared.empty()) return others;
  return {declared.begin(), declared.end()};
}

template <typename Field>
bool differs(const std::vector<RunRow>& rows, Field field) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](const RunRow& row) { return row.run.*field != rows.front().run.*field; });
}

}  // namespace

ListColumn make_column(const std::string& name, Timestamp now) {
  if (starts_with(name, "param:")) {
    return {{name.substr(6), Align::right},
            [param = name.substr(6)](const RunRow& row) { return format_param(row, param); }};
  }
  if (starts_with(name, "tag:")) {
    return {{name.substr(4), Align::left},
            [tag = name.substr(4)](const RunRow& row) { return format_tag(row, tag); }};
  }
  if (starts_with(name, "metric:")) {
    const SeriesKey series = SeriesKey::parse(name.substr(7));
    return {{name.substr(7), Align::right},
            [series](const RunRow& row) { return format_metric(row, series); }};
  }
  if (name == "duration") {
    return {{name, Align::right},
            [now](const RunRow& row) { return format_duration_of(row, now); }};
  }
  const auto found = run_columns().find(name);
  if (found == run_columns().end()) {
    throw Error(ErrorCode::usage, fmt::format("cannot show column '{}': no such column", name),
                "a field of a run, param:NAME, metric:NAME or tag:NAME");
  }
  const auto& [align, make] = found->second;
  return {{name, align}, [make = make, now](const RunRow& row) { return make(row.run, now); }};
}

std::vector<std::string> choose_columns(const std::vector<RunRow>& rows) {
  std::vector<std::string> columns = {"id", "name"};
  if (differs(rows, &RunRecord::experiment)) columns.emplace_back("experiment");
  if (differs(rows, &RunRecord::kind)) columns.emplace_back("kind");
  columns.emplace_back("state");
  columns.emplace_back("start");
  for (const auto& name : varying_params(rows)) columns.push_back("param:" + name);
  for (const auto& name : telling_metrics(rows)) columns.push_back("metric:" + name);
  return columns;
}

}  // namespace track::cli
