#include "query/selector.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "query/series_match.hpp"
#include "track/ranks.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/labels.hpp"

namespace track::detail {
namespace {

constexpr std::size_t k_min_prefix = 4;
constexpr std::size_t k_id_length = 16;
constexpr std::size_t k_candidates_shown = 6;

Error not_found(std::string_view selector, std::string_view cause,
                std::string hint = "list runs with track ls") {
  return {ErrorCode::not_found, fmt::format("cannot find run '{}': {}", selector, cause),
          std::move(hint)};
}

Error malformed(std::string_view selector, std::string_view cause) {
  return {
      ErrorCode::usage, fmt::format("cannot find run '{}': {}", selector, cause),
      "a run is an id prefix of 4 or more, a name, @latest, @latest~N, @best:METRIC[:min|:max], "
      "model:NAME@ALIAS or model:NAME/VERSION"};
}

[[noreturn]] void fail_ambiguous(std::string_view selector, const std::vector<RunRecord>& runs) {
  std::string candidates;
  for (std::size_t i = 0; i < runs.size() && i < k_candidates_shown; ++i) {
    candidates += fmt::format("{}{} ({})", i == 0 ? "" : ", ", runs[i].id.value, runs[i].name);
  }
  if (runs.size() > k_candidates_shown) candidates += ", …";
  throw Error(ErrorCode::ambiguous,
              fmt::format("cannot find run '{}': it fits {}", selector, candidates),
              "use more of the id");
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

bool could_be_id(std::string_view word) {
  constexpr std::string_view k_alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  return word.size() >= k_min_prefix && word.size() <= k_id_length &&
         word.find_first_not_of(k_alphabet) == std::string_view::npos;
}

RunId latest(const storage::Catalog& catalog, std::string_view selector) {
  constexpr std::string_view k_latest = "@latest";
  RunQuery query;
  query.replays = false;
  query.limit = 1;
  auto rest = selector.substr(k_latest.size());
  if (!rest.empty()) {
    const auto back = rest.front() == '~' ? parse_number(rest.substr(1)) : std::nullopt;
    if (!back) throw malformed(selector, "after @latest comes ~ and a number");
    query.offset = *back;
  }
  const auto runs = catalog.list_runs(query);
  if (runs.empty())
    throw not_found(selector,
                    query.offset == 0 ? "there are no runs" : "there are not so many runs");
  return runs.front().id;
}

/// The direction that all series agree on, or that the selector gave.
bool maximizes(std::string_view selector, std::string_view direction,
               const std::vector<MetricRecord>& metrics) {
  if (direction == "max") return true;
  if (direction == "min") return false;
  std::optional<Goal> goal;
  for (const auto& metric : metrics) {
    if (metric.goal == Goal::none) continue;
    if (goal && *goal != metric.goal)
      throw malformed(selector, "runs declare different goals for this metric; add :min or :max");
    goal = metric.goal;
  }
  if (!goal) throw malformed(selector, "this metric has no declared goal; add :min or :max");
  return *goal == Goal::maximize;
}

/// The metrics of that name, one of a run, ranks collapsed. Error{ambiguous}.
std::vector<MetricRecord> named_metrics(std::vector<MetricRecord> metrics, const SeriesKey& key) {
  std::erase_if(metrics, [&](const auto& metric) { return metric.series.name != key.name; });
  std::vector<MetricRecord> exact;
  std::vector<std::vector<RankedMetric>> labelled;
  for (auto begin = metrics.begin(); begin != metrics.end();) {
    const auto end = std::find_if(begin, metrics.end(),
                                  [&](const auto& metric) { return metric.run != begin->run; });
    const std::vector<MetricRecord> of_run(begin, end);
    if (auto found = find_ranked(of_run, key)) {
      exact.push_back(std::move(found->mean));
    } else if (key.labels.empty()) {
      labelled.push_back(collapse_ranks(of_run));
    }
    begin = end;
  }
  // A bare name means the bare series where there is one.
  if (!exact.empty()) return exact;
  std::vector<MetricRecord> only;
  for (auto& of_run : labelled) {
    require_one(of_run, key.name);
    only.push_back(std::move(of_run.front().mean));
  }
  return only;
}

RunId best(const storage::Catalog& catalog, std::string_view selector) {
  std::string_view text = selector.substr(std::string_view("@best:").size());
  std::string_view direction;
  if (text.ends_with(":min") || text.ends_with(":max")) {
    direction = text.substr(text.size() - 3);
    text.remove_suffix(4);
  }
  const auto key = SeriesKey::parse(text);
  RunQuery query;
  query.replays = false;
  std::vector<RunId> ids;
  for (const auto& run : catalog.list_runs(query)) ids.push_back(run.id);
  auto metrics = named_metrics(catalog.metrics(ids), key);
  if (metrics.empty()) throw not_found(selector, fmt::format("no run has the metric '{}'", text));
  const bool maximize = maximizes(selector, direction, metrics);
  const MetricRecord* winner = nullptr;
  const auto value = [&](const MetricRecord& metric) { return maximize ? metric.max : metric.min; };
  for (const auto& metric : metrics) {
    if (!value(metric)) continue;  // nothing finite: a NaN never wins
    if (winner == nullptr || (maximize ? value(metric)->value > value(*winner)->value
                                       : value(metric)->value < value(*winner)->value)) {
      winner = &metric;
    }
  }
  if (winner == nullptr)
    throw not_found(selector, fmt::format("no run has a finite value of '{}'", text));
  return winner->run;
}

RunId of_model(const storage::Catalog& catalog, std::string_view selector) {
  const auto text = selector.substr(std::string_view("model:").size());
  const auto at = text.rfind('@');
  const auto slash = text.rfind('/');
  if (at == std::string_view::npos && slash == std::string_view::npos) {
    throw malformed(selector, "after model: comes NAME@ALIAS or NAME/VERSION");
  }
  const bool by_alias = at != std::string_view::npos;
  const auto model = text.substr(0, by_alias ? at : slash);
  std::optional<std::uint64_t> version;
  if (by_alias) {
    for (const auto& alias : catalog.aliases(model)) {
      if (alias.alias == text.substr(at + 1)) version = static_cast<std::uint64_t>(alias.version);
    }
    if (!version)
      throw not_found(selector, "there is no such alias", "list models with track models");
  } else if (version = parse_number(text.substr(slash + 1)); !version) {
    throw malformed(selector, "a version is a number");
  }
  for (const auto& record : catalog.versions(model)) {
    if (record.version == static_cast<std::int64_t>(*version)) return record.run;
  }
  throw not_found(selector, "there is no such version", "list models with track models");
}

/// Where the word is an experiment's, its runs are what was meant.
std::string hint_for(const storage::Catalog& catalog, std::string_view word) {
  RunQuery query;
  query.experiment = std::string(word);
  query.limit = 1;
  if (word.empty() || catalog.list_runs(query).empty()) return "list runs with track ls";
  const bool plain =
      word.front() != '-' && std::all_of(word.begin(), word.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
      });
  return plain ? fmt::format("an experiment is called so: list its runs with track ls {}", word)
               : "an experiment is called so: list its runs with track ls";
}

}  // namespace

RunId resolve_word(const storage::Catalog& catalog, std::string_view word, bool removed) {
  std::vector<RunRecord> found;
  RunQuery query;
  query.removed = removed;
  query.limit = k_candidates_shown + 1;
  std::string folded(word);
  std::transform(folded.begin(), folded.end(), folded.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (could_be_id(folded)) {
    query.id_prefix = folded;
    found = catalog.list_runs(query);
    if (folded.size() == k_id_length && !found.empty()) return found.front().id;
    query.id_prefix.clear();
  }
  query.name = std::string(word);
  for (auto& run : catalog.list_runs(query)) {
    const auto same = [&](const auto& other) { return other.id == run.id; };
    if (std::none_of(found.begin(), found.end(), same)) found.push_back(std::move(run));
  }
  if (found.empty()) {
    const bool too_short = word.size() < k_min_prefix;
    if (removed && !too_short) {
      throw Error(ErrorCode::not_found,
                  fmt::format("cannot find run '{}': no removed run has that id or name", word),
                  "track ls --removed lists what can be restored; gc takes it for good");
    }
    throw not_found(word,
                    too_short
                        ? "there is no run of that name, and an id prefix has 4 characters or more"
                        : "there is no such run",
                    hint_for(catalog, word));
  }
  if (found.size() > 1) fail_ambiguous(word, found);
  return found.front().id;
}

RunId resolve_run(const storage::Catalog& catalog, std::string_view selector) {
  if (selector.empty()) throw malformed(selector, "it is empty");
  if (selector == "@latest" || selector.starts_with("@latest~")) return latest(catalog, selector);
  if (selector.starts_with("@best:")) return best(catalog, selector);
  if (selector.starts_with("model:")) return of_model(catalog, selector);
  if (selector.front() == '@') throw malformed(selector, "there is no such word");
  return resolve_word(catalog, selector, false);
}

}  // namespace track::detail
