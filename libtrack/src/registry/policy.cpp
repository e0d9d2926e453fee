#include "registry/policy.hpp"

#include <array>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include "query/series_match.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/labels.hpp"
#include "track/storage/file.hpp"
#include "track/storage/hash.hpp"

namespace track::detail {
namespace {

/// Makes errors that say where in the file.
class Place final {
 public:
  explicit Place(const std::filesystem::path& path) : path_(path) {}

  [[noreturn]] void fail(const toml::source_region& where, std::string_view cause) const {
    throw Error(ErrorCode::usage, fmt::format("cannot read policy '{}': line {}: {}",
                                              path_.string(), where.begin.line, cause));
  }

 private:
  const std::filesystem::path& path_;
};

std::string get_text(const toml::node& node, std::string_view key, const Place& place) {
  const auto text = node.value_exact<std::string>();
  if (!text || text->empty()) place.fail(node.source(), fmt::format("'{}' must be a text", key));
  return *text;
}

double get_bound(const toml::node& node, std::string_view key, const Place& place) {
  const auto number = node.value<double>();
  if (!node.is_number() || !number || !std::isfinite(*number))
    place.fail(node.source(), fmt::format("'{}' must be a finite number", key));
  return *number;
}

Statistic get_statistic(const toml::node& node, const Place& place) {
  const auto text = get_text(node, "statistic", place);
  const auto statistic = parse_statistic(text);
  if (!statistic || *statistic == Statistic::automatic)
    place.fail(node.source(), "'statistic' must be last, best, min, max or mean");
  return *statistic;
}

void read_key(MetricGate& gate, std::string_view key, const toml::node& node, const Place& place) {
  if (key == "name") {
    gate.name = get_text(node, key, place);
  } else if (key == "metric") {
    gate.metric = get_text(node, key, place);
  } else if (key == "statistic") {
    gate.statistic = get_statistic(node, place);
  } else if (key == "min") {
    gate.min = get_bound(node, key, place);
  } else if (key == "max") {
    gate.max = get_bound(node, key, place);
  } else {
    place.fail(
        node.source(),
        fmt::format("a gate has no key '{}'; it has name, metric, statistic, min and max", key));
  }
}

MetricGate read_gate(const toml::table& table, const Place& place) {
  MetricGate gate;
  for (const auto& [key, node] : table) read_key(gate, key.str(), node, place);
  if (gate.metric.empty()) place.fail(table.source(), "the gate names no 'metric'");
  if (!gate.min && !gate.max)
    place.fail(table.source(),
               fmt::format("the gate on '{}' has neither 'min' nor 'max'", gate.metric));
  if (gate.min && gate.max && *gate.min > *gate.max)
    place.fail(table.source(),
               fmt::format("the gate on '{}' can never pass: 'min' is above 'max'", gate.metric));
  try {
    static_cast<void>(SeriesKey::parse(gate.metric));
  } catch (const Error& error) {
    place.fail(table.source(), error.what());
  }
  if (gate.name.empty()) gate.name = gate.metric;
  return gate;
}

toml::table parse(const std::string& text, const std::filesystem::path& path) {
  try {
    return toml::parse(text, path.string());
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCode::usage, fmt::format("cannot read policy '{}': line {}: {}", path.string(),
                                              error.source().begin.line, error.description()));
  }
}

void require_only_gates(const toml::table& table, const Place& place) {
  for (const auto& [key, node] : table) {
    if (key.str() != "gate")
      place.fail(node.source(),
                 fmt::format("unknown key '{}'; a policy holds [[gate]] tables", key.str()));
    if (!node.is_array_of_tables()) place.fail(node.source(), "gates are written as [[gate]]");
  }
}

std::string_view statistic_name(Statistic statistic) {
  return statistic == Statistic::automatic ? std::string_view("summary") : to_string(statistic);
}

std::string requirement(const MetricGate& gate) {
  if (gate.min && gate.max) return fmt::format("from {} to {}", *gate.min, *gate.max);
  return gate.min ? fmt::format(">= {}", *gate.min) : fmt::format("<= {}", *gate.max);
}

/// Why what is summed up by `statistic` must not be trusted: all but the last value leave out what
/// is not finite, and would let a run that diverged pass.
std::string left_out(const MetricRecord& metric, Statistic statistic) {
  const auto used = statistic == Statistic::automatic ? metric.summary : statistic;
  const auto lost = metric.n_nan + metric.n_inf;
  const bool last = used == Statistic::automatic || used == Statistic::last;
  if (last || lost == 0) return {};
  return fmt::format("{} of its {} values are not finite numbers", lost, metric.count);
}

std::optional<double> statistic_of(const MetricRecord& metric, Statistic statistic) {
  auto copy = metric;
  if (statistic != Statistic::automatic) copy.summary = statistic;
  return copy.summary_value();
}

}  // namespace

Policy read_policy(const std::filesystem::path& path) {
  const auto text = storage::read_text(path);
  const auto table = parse(text, path);
  const Place place(path);
  require_only_gates(table, place);
  Policy policy{.path = path, .digest = storage::blake3(text), .gates = {}};
  std::set<std::string> names;
  if (const auto* gates = table["gate"].as_array()) {
    for (const auto& node : *gates) {
      auto gate = read_gate(*node.as_table(), place);
      if (!names.insert(gate.name).second)
        place.fail(node.source(), fmt::format("two gates are called '{}'", gate.name));
      policy.gates.push_back(std::move(gate));
    }
  }
  if (policy.gates.empty()) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot read policy '{}': it has no gate", path.string()),
                "a policy without a gate lets everything pass");
  }
  return policy;
}

GateResult evaluate_gate(const MetricGate& gate, const std::vector<MetricRecord>& metrics) {
  GateResult result;
  result.gate = gate.name;
  result.required = requirement(gate);
  try {
    const auto match = match_one(metrics, gate.metric);
    const auto& metric = match.mean;
    const auto value = statistic_of(metric, gate.statistic);
    result.measured =
        fmt::format("{} {} = {}{}", metric.series.to_string(), statistic_name(gate.statistic),
                    value ? fmt::to_string(*value) : "none",
                    match.ranks > 1 ? fmt::format(" (mean of {} ranks)", match.ranks) : "");
    if (!value) {
      result.detail = gate.statistic == Statistic::best && metric.goal == Goal::none
                          ? "the metric has no declared goal"
                          : "it has no finite value";
    } else if (!std::isfinite(*value)) {
      result.detail = "it is not a finite number";
    } else if (auto lost = left_out(metric, gate.statistic); !lost.empty()) {
      result.detail = std::move(lost);
    } else {
      result.passed = (!gate.min || *value >= *gate.min) && (!gate.max || *value <= *gate.max);
    }
  } catch (const Error& error) {
    result.measured = fmt::format("{} is unknown", gate.metric);
    result.detail = error.what();
  }
  return result;
}

std::string explain_gate(const MetricGate& gate) {
  const auto what =
      gate.statistic == Statistic::automatic
          ? fmt::format("the summary of {} (its last value unless the run declares another)",
                        gate.metric)
          : fmt::format("the {} value of {}", statistic_name(gate.statistic), gate.metric);
  std::string bound;
  if (gate.min && gate.max) {
    bound = fmt::format("must lie from {} to {}", *gate.min, *gate.max);
  } else {
    bound = gate.min ? fmt::format("must be at least {}", *gate.min)
                     : fmt::format("must be at most {}", *gate.max);
  }
  return fmt::format("{}: {} {}; a missing metric or a NaN fails.", gate.name, what, bound);
}

}  // namespace track::detail
