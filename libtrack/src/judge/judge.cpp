#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "judge/judge_details.hpp"
#include "judge/levels.hpp"
#include "judge/series_compare.hpp"
#include "judge/suspects.hpp"
#include "query/store_impl.hpp"
#include "track/diff.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

bool ended(const RunRecord& run) {
  return run.state == RunState::finished || run.state == RunState::failed;
}

/// Whether all that was logged is there.
bool lossless(const RunRecord& run) { return run.dropped == 0 && run.losses.empty(); }
bool complete(const RunRecord& run) { return ended(run) && lossless(run); }

constexpr std::string_view k_missing = "missing";
constexpr std::string_view k_extra = "extra";

/// What machines and clocks decide is never required to repeat.
bool incidental(std::string_view name) {
  return name.starts_with("system/") || name.starts_with("time/");
}

ObservableVerdict make(std::string_view kind, std::string name, Verdict verdict,
                       std::string detail = {}) {
  return {.kind = std::string(kind),
          .name = std::move(name),
          .verdict = verdict,
          .detail = std::move(detail),
          .excluded = false,
          .divergence = {}};
}

/// Reads points of the runs; the one thing of the judge that touches the store.
class Points {
 public:
  explicit Points(const storage::Catalog& catalog) : catalog_(catalog) {}
  [[nodiscard]] SeriesPoints get(const RunId& run, const SeriesKey& key) const {
    return catalog_.points_all(run, key);
  }

 private:
  const storage::Catalog& catalog_;
};

/// Judges the observables of two runs one kind after the other.
class Bench final {
 public:
  Bench(const RunDetails& original, const RunDetails& other, const JudgeOptions& options,
        Points points)
      : original_(original),
        other_(other),
        options_(options),
        points_(points),
        both_complete_(complete(original.run) && complete(other.run)) {}

  std::vector<ObservableVerdict> judge_all() {
    judge_series();
    judge_artifacts();
    judge_params();
    judge_end();
    return std::move(results_);
  }

 private:
  /// One side lacks it: another shape, unless a record is known to be incomplete.
  [[nodiscard]] ObservableVerdict one_sided(std::string_view kind, std::string name,
                                            bool missing) const {
    return make(kind, std::move(name), both_complete_ ? Verdict::diverged : Verdict::incomparable,
                std::string(missing ? k_missing : k_extra));
  }

  void judge_series() {
    std::map<SeriesKey, std::pair<const MetricRecord*, const MetricRecord*>> all;
    for (const auto& metric : original_.metrics) all[metric.series].first = &metric;
    for (const auto& metric : other_.metrics) all[metric.series].second = &metric;
    for (const auto& [key, sides] : all) {
      const auto& [left, right] = sides;
      auto result = left != nullptr && right != nullptr
                        ? judge_one_series(key)
                        : one_sided("series", key.to_string(), right == nullptr);
      // Only the original says what may vary: a replay cannot excuse itself.
      result.excluded = incidental(key.name) || (left != nullptr && !left->deterministic);
      results_.push_back(std::move(result));
    }
  }

  [[nodiscard]] ObservableVerdict judge_one_series(const SeriesKey& key) const {
    auto comparison =
        compare_series(key, points_.get(original_.run.id, key), points_.get(other_.run.id, key),
                       options_.tolerance, !both_complete_);
    auto result = make("series", key.to_string(), comparison.verdict, std::move(comparison.detail));
    result.divergence = std::move(comparison.divergence);
    return result;
  }

  /// Artifacts by name and step; of one logged twice at a step, the last counts.
  void judge_artifacts() {
    using Key = std::pair<std::string, std::optional<std::int64_t>>;
    std::map<Key, std::pair<const ArtifactRecord*, const ArtifactRecord*>> all;
    for (const auto& artifact : original_.artifacts)
      all[{artifact.name, artifact.step}].first = &artifact;
    for (const auto& artifact : other_.artifacts)
      all[{artifact.name, artifact.step}].second = &artifact;
    for (const auto& [key, sides] : all) {
      const auto& [left, right] = sides;
      // What `track run` kept of the output is a record of the run, not a result of it.
      const bool output = (left != nullptr ? left : right)->kind == ArtifactKind::output;
      auto name = key.second ? fmt::format("{}@step={}", key.first, *key.second) : key.first;
      auto result = left != nullptr && right != nullptr
                        ? judge_one_artifact(std::move(name), *left, *right)
                        : one_sided("artifact", std::move(name), right == nullptr);
      result.excluded = output || (left != nullptr && !left->deterministic);
      results_.push_back(std::move(result));
    }
  }

  [[nodiscard]] static ObservableVerdict judge_one_artifact(std::string name,
                                                            const ArtifactRecord& left,
                                                            const ArtifactRecord& right) {
    if (!left.digest || !right.digest)
      return make("artifact", std::move(name), Verdict::incomparable, "no digest was made");
    if (*left.digest == *right.digest) return make("artifact", std::move(name), Verdict::bit_exact);
    return make("artifact", std::move(name), Verdict::diverged, "digest differs");
  }

  /// Params are inputs as much as results: a difference is named as a suspect, and a param that
  /// only one side has is another shape of record, but neither is a result that diverged.
  void judge_params() {
    std::map<std::string, std::pair<bool, bool>> all;
    for (const auto& param : original_.params) all[param.name].first = true;
    for (const auto& param : other_.params) all[param.name].second = true;
    for (const auto& [name, sides] : all) {
      if (sides.first && sides.second) continue;
      results_.push_back(one_sided("param", name, !sides.second));
    }
  }

  void judge_end() {
    const auto text = [](const RunRecord& run) {
      if (run.end_signal) return fmt::format("signal {}", *run.end_signal);
      if (run.exit_code) return fmt::format("exit code {}", *run.exit_code);
      return std::string(to_string(run.state));
    };
    if (!ended(original_.run) || !ended(other_.run)) {
      results_.push_back(make("end", "end", Verdict::incomparable,
                              fmt::format("{} and {}", text(original_.run), text(other_.run))));
      return;
    }
    const bool same = original_.run.state == other_.run.state &&
                      original_.run.end_signal == other_.run.end_signal &&
                      original_.run.exit_code.value_or(0) == other_.run.exit_code.value_or(0);
    results_.push_back(make(
        "end", "end", same ? Verdict::bit_exact : Verdict::diverged,
        same ? std::string() : fmt::format("{} and {}", text(original_.run), text(other_.run))));
  }

  const RunDetails& original_;
  const RunDetails& other_;
  const JudgeOptions& options_;
  Points points_;
  bool both_complete_;
  std::vector<ObservableVerdict> results_;
};

/// diverged before incomparable before the weakest of those that pass.
Verdict overall(const std::vector<ObservableVerdict>& observables, bool& any_result) {
  Verdict weakest = Verdict::bit_exact;
  any_result = false;
  for (const auto& observable : observables) {
    if (observable.excluded) continue;
    if (observable.kind != "end" && observable.kind != "param") any_result = true;
    weakest = std::min(weakest, observable.verdict);
  }
  return weakest;
}

std::optional<Divergence> first_divergence(const std::vector<ObservableVerdict>& observables) {
  std::optional<Divergence> first;
  for (const auto& observable : observables) {
    if (observable.excluded || observable.verdict != Verdict::diverged || !observable.divergence)
      continue;
    if (!first || observable.divergence->step < first->step) first = observable.divergence;
  }
  return first;
}

/// How far an original that died got: the greatest step that it logged.
std::optional<std::int64_t> last_step(const RunDetails& run) {
  std::optional<std::int64_t> last;
  for (const auto& metric : run.metrics) {
    if (incidental(metric.series.name) || !metric.last) continue;
    last = std::max(last.value_or(std::numeric_limits<std::int64_t>::min()), metric.last->step);
  }
  return last;
}

/// The overall verdict of a killed original: its prefix, without its end and what the other made
/// besides or later.
Verdict prefix_verdict(const std::vector<ObservableVerdict>& observables) {
  Verdict weakest = Verdict::bit_exact;
  bool any = false;
  for (const auto& observable : observables) {
    if (observable.excluded || observable.kind == "end") continue;
    if (observable.verdict == Verdict::incomparable && observable.detail == k_extra) continue;
    weakest = std::min(weakest, observable.verdict);
    any = any || observable.kind != "param";
  }
  return any ? weakest : Verdict::incomparable;
}

/// An original that died: what it logged can be reproduced, its end cannot.
void decide_prefix(JudgeReport& report, const RunDetails& original, const RunDetails& other,
                   bool wanted) {
  const auto state = to_string(original.run.state);
  report.prefix_to = last_step(original);
  const auto& end = report.prefix_to;
  report.reason = end ? fmt::format("the original is {}: judged to step {}", state, *end)
                      : fmt::format("the original is {} and logged nothing", state);
  const auto prefix = prefix_verdict(report.observables);
  const bool whole = lossless(original.run) && complete(other.run);
  if (prefix == Verdict::diverged || (wanted && whole)) {
    report.observed = prefix;
  } else {
    report.observed = Verdict::incomparable;
    if (!whole) report.reason += "; a record is incomplete";
  }
}

void decide(JudgeReport& report, const RunDetails& original, const RunDetails& other,
            const JudgeOptions& options) {
  bool any_result = false;
  report.observed = overall(report.observables, any_result);
  if (!ended(original.run)) {
    decide_prefix(report, original, other, options.prefix);
  } else if (report.observed == Verdict::diverged) {
    return;
  } else if (!complete(original.run) || !complete(other.run)) {
    // What is there may all be equal: what was lost is still not known to be.
    report.observed = Verdict::incomparable;
    report.reason = "a record is incomplete";
  } else if (!any_result) {
    report.observed = Verdict::incomparable;
    report.reason = "nothing is left to compare: no series or artifact is required";
  } else if (report.observed == Verdict::incomparable) {
    report.reason = "something could not be compared";
  }
}

/// The claim is bounded by what was asked for and by what was found; both are named.
void cap(JudgeReport& report, const RunDetails& original, const RunDetails& other,
         const JudgeOptions& options) {
  const auto hardware = std::min(options.hardware, report.levels.hardware);
  const auto software = std::min(options.software, report.levels.software);
  report.claim = cap_verdict(report.observed, claim_cap(hardware, software));
  if (report.claim != report.observed) {
    report.reason = fmt::format("claim capped: hardware agrees to '{}', software to '{}'",
                                to_string(hardware), to_string(software));
  }
  const bool resumed = original.run.attempt > 1 || other.run.attempt > 1;
  if (resumed && report.claim > Verdict::within_tolerance) {
    report.claim = Verdict::within_tolerance;
    report.reason = "claim capped: a resumed run was judged";
  }
}

}  // namespace

JudgeReport judge_details(const storage::Catalog& catalog, const RunDetails& original,
                          const RunDetails& other, const JudgeOptions& options) {
  JudgeReport report;
  report.original = original.run.id;
  report.other = other.run.id;
  report.levels = reach_levels(original.fields, other.fields);
  report.observables = Bench(original, other, options, Points(catalog)).judge_all();
  std::stable_sort(report.observables.begin(), report.observables.end(),
                   [](const auto& a, const auto& b) {
                     return std::pair(a.excluded, a.verdict) < std::pair(b.excluded, b.verdict);
                   });
  for (const auto& observable : report.observables) report.excluded += observable.excluded ? 1 : 0;
  decide(report, original, other, options);
  cap(report, original, other, options);
  report.first = first_divergence(report.observables);
  auto differences = find_differences(original, other);
  report.suspects = std::move(differences.suspects);
  if (report.suspects.empty() && report.observed == Verdict::diverged)
    report.suspects = find_uncaptured_variables(original, other);
  report.unknown_fields = std::move(differences.unknown);
  return report;
}

}  // namespace track::detail

namespace track {

JudgeReport judge(Store& store, const RunId& original, const RunId& other,
                  const JudgeOptions& options) {
  const auto left = store.details(original);
  const auto right = store.details(other);
  return detail::judge_details(store.impl().current(), left, right, options);
}

}  // namespace track
