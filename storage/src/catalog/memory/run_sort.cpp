#include "catalog/memory/run_sort.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "catalog/named_series.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

/// A key to sort by: numbers below text, as SQL has it. Null: missing.
using Key = Value;

/// Numbers compare with each other whatever their type; -1, 0, 1.
int compare(const Key& a, const Key& b) {
  const auto is_number = [](const Key& key) {
    return key.type() == Value::Type::integer || key.type() == Value::Type::real ||
           key.type() == Value::Type::boolean;
  };
  const auto sign = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
  if (is_number(a) != is_number(b)) return is_number(a) ? -1 : 1;
  if (is_number(a)) {
    const auto real = [](const Key& key) {
      if (key.type() == Value::Type::boolean) return key.as_bool() ? 1.0 : 0.0;
      return key.type() == Value::Type::real ? key.as_real()
                                             : static_cast<double>(key.as_integer());
    };
    if (a.type() == Value::Type::integer && b.type() == Value::Type::integer) {
      return sign(a.as_integer(), b.as_integer());
    }
    return sign(real(a), real(b));
  }
  return sign(a.to_string(), b.to_string());
}

template <typename T>
Key optional_key(const std::optional<T>& value) {
  return value ? Key(*value) : Key();
}

Key text_or_null(const std::string& text) { return text.empty() ? Key() : Key(text); }

Key param_key(const SortedRun& sorted, const std::string& name) {
  const auto found = sorted.run->params.find(name);
  if (found == sorted.run->params.end()) return {};
  const auto& value = found->second.what;
  return value.type() == Value::Type::real && std::isnan(value.as_real()) ? Key() : value;
}

Key metric_key(const SortedRun& sorted, const SeriesKey& series) {
  NamedSeries named(series);
  for (const auto& metric : metrics_of(*sorted.run)) {
    if (metric.series.name != series.name) continue;
    auto value = metric.summary_value();
    if (value && !std::isfinite(*value)) value.reset();
    named.add(metric.series.labels, value);
  }
  const auto value = named.value();
  return value ? Key(*value) : Key();
}

using KeyOf = std::function<Key(const SortedRun&)>;

KeyOf column_key(std::string_view name) {
  static const std::array<std::pair<std::string_view, Key (*)(const RunRecord&)>, 19> k_columns{{
      {"id", [](const RunRecord& run) { return Key(run.id.value); }},
      {"name", [](const RunRecord& run) { return Key(run.name); }},
      {"experiment", [](const RunRecord& run) { return Key(run.experiment); }},
      {"parent", [](const RunRecord& run) { return run.parent ? Key(run.parent->value) : Key(); }},
      {"replay_of",
       [](const RunRecord& run) { return run.replay_of ? Key(run.replay_of->value) : Key(); }},
      {"group", [](const RunRecord& run) { return text_or_null(run.group); }},
      {"kind", [](const RunRecord& run) { return Key(to_string(run.kind)); }},
      {"state", [](const RunRecord& run) { return Key(to_string(run.state)); }},
      {"end_reason", [](const RunRecord& run) { return Key(run.end_reason); }},
      {"exit_code", [](const RunRecord& run) { return optional_key(run.exit_code); }},
      {"end_signal", [](const RunRecord& run) { return optional_key(run.end_signal); }},
      {"attempt", [](const RunRecord& run) { return Key(run.attempt); }},
      {"note", [](const RunRecord& run) { return text_or_null(run.note); }},
      {"user", [](const RunRecord& run) { return Key(run.user); }},
      {"host", [](const RunRecord& run) { return Key(run.host); }},
      {"source", [](const RunRecord& run) { return Key(run.source); }},
      {"start", [](const RunRecord& run) { return Key(run.start.ms); }},
      {"end", [](const RunRecord& run) { return run.end ? Key(run.end->ms) : Key(); }},
      {"dropped", [](const RunRecord& run) { return Key(run.dropped); }},
  }};
  const auto found = std::find_if(k_columns.begin(), k_columns.end(),
                                  [&](const auto& column) { return column.first == name; });
  if (found == k_columns.end()) {
    throw Error(ErrorCode::usage, "cannot sort runs by '" + std::string(name) + "': no such column",
                "sort by a column of runs, by param:NAME or by metric:NAME");
  }
  return [read = found->second](const SortedRun& sorted) { return read(sorted.record); };
}

KeyOf key_of(std::string_view sort) {
  if (sort.starts_with("param:")) {
    return
        [name = std::string(sort.substr(6))](const SortedRun& run) { return param_key(run, name); };
  }
  if (sort.starts_with("metric:")) {
    return [series = SeriesKey::parse(sort.substr(7))](const SortedRun& run) {
      return metric_key(run, series);
    };
  }
  return column_key(sort);
}

}  // namespace

void sort_runs(std::vector<SortedRun>& runs, std::string_view sort) {
  std::sort(runs.begin(), runs.end(), [](const SortedRun& a, const SortedRun& b) {
    return std::pair(b.record.start.ms, b.run->number) <
           std::pair(a.record.start.ms, a.run->number);
  });
  if (sort.empty()) return;
  const bool descending = sort.starts_with('-');
  const auto key = key_of(sort.substr(descending ? 1 : 0));
  std::vector<std::pair<Key, SortedRun>> keyed;
  for (auto& run : runs) keyed.emplace_back(key(run), std::move(run));
  std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
    if (a.first.is_null() || b.first.is_null()) return !a.first.is_null() && b.first.is_null();
    const int order = compare(a.first, b.first);
    return descending ? order > 0 : order < 0;
  });
  runs.clear();
  for (auto& [ignored, run] : keyed) runs.push_back(std::move(run));
}

}  // namespace track::storage
