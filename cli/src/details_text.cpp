#include "details_text.hpp"

#include <fmt/format.h>

#include <memory>
#include <ostream>
#include <utility>

#include "render/number.hpp"
#include "render/record_text.hpp"
#include "render/table.hpp"
#include "render/text.hpp"

namespace track::cli {
namespace {

/// "name  value" lines under a heading, the values aligned.
class Facts {
 public:
  Facts(std::ostream& out, const Terminal& terminal, std::string heading)
      : out_(out), terminal_(terminal), heading_(std::move(heading)) {}

  void add(const std::string& name, const std::string& value, Style style = Style::plain) {
    if (!value.empty()) table_.add_row({"  " + name, {value, style}});
  }

  void print() const {
    if (table_.empty()) return;
    if (!heading_.empty()) {
      out_ << '\n' << paint(heading_, Style::heading, terminal_) << '\n';
    }
    table_.print_rows(out_, terminal_);
  }

 private:
  std::ostream& out_;
  const Terminal& terminal_;
  std::string heading_;
  Table table_{{{""}, {""}}};
};

void print_section(std::ostream& out, const Terminal& terminal, const std::string& heading,
                   const Table& table) {
  if (table.empty()) return;
  out << '\n' << paint(heading, Style::heading, terminal) << '\n';
  table.print(out, terminal);
}

void print_run(const RunDetails& details, Timestamp now, std::ostream& out,
               const Terminal& terminal) {
  const RunRecord& run = details.run;
  out << paint(make_visible(run.name, terminal), Style::heading, terminal) << '\n';
  Facts facts(out, terminal, "");
  facts.add("id", run.id.value);
  facts.add("experiment", run.experiment);
  facts.add("state", describe_state(run), style_of(run.state));
  if (run.kind != RunKind::train) facts.add("kind", std::string{to_string(run.kind)});
  if (run.replay_of) facts.add("replay of", run.replay_of->value);
  if (run.parent) facts.add("parent", run.parent->value);
  facts.add("group", run.group);
  facts.add("started", fmt::format("{} ({})", format_local_time(run.start.ms),
                                   format_relative(run.start.ms, now.ms)));
  if (const auto duration = duration_of(run, now)) facts.add("took", format_duration(*duration));
  facts.add("by", run.user.empty() || run.host.empty() ? run.user + run.host
                                                       : run.user + " on " + run.host);
  if (!details.children.empty()) facts.add("children", std::to_string(details.children.size()));
  for (const TagRecord& tag : details.tags) facts.add("tag " + tag.name, tag.value);
  facts.add("note", run.note);
  if (run.dropped > 0) {
    facts.add("lost", fmt::format("{} points", run.dropped), Style::bad);
  }
  for (const auto& loss : run.losses) facts.add("lost", loss, Style::bad);
  for (const ConflictRecord& conflict : details.conflicts) {
    facts.add("conflict", conflict.subject + ": " + conflict.detail, Style::warning);
  }
  facts.print();
}

/// Of a run that was resumed; the last is what the run itself says.
void print_attempts(const RunDetails& details, std::ostream& out, const Terminal& terminal) {
  if (details.attempts.size() < 2) return;
  Facts facts(out, terminal, "attempts");
  for (const AttemptRecord& attempt : details.attempts) {
    const bool is_last = attempt.attempt == details.run.attempt;
    auto end = is_last         ? describe_state(details.run)
               : attempt.state ? std::string{to_string(*attempt.state)}
                               : "no end recorded";
    if (!is_last && !attempt.end_reason.empty()) end += " (" + attempt.end_reason + ")";
    const auto start = attempt.start ? format_local_time(attempt.start->ms) : "an unknown time";
    facts.add(std::to_string(attempt.attempt),
              fmt::format("started {} on {}: {}", start, attempt.host, end));
  }
  facts.print();
}

void print_params(const RunDetails& details, std::ostream& out, const Terminal& terminal) {
  Facts params(out, terminal, "params");
  for (const ParamRecord& param : details.params) params.add(param.name, param.value.to_string());
  params.print();
  Facts seeds(out, terminal, "seeds");
  for (const SeedRecord& seed : details.seeds) {
    seeds.add(seed.stream, fmt::format("{} ({})", seed.value.to_string(), seed.source));
  }
  seeds.print();
}

std::string format_point(const std::optional<StepValue>& point) {
  return point ? format_number(point->value) : "-";
}

void add_metric(Table& table, const std::string& name, const MetricRecord& metric) {
  const auto best = metric.best();
  const std::uint64_t non_finite = metric.n_nan + metric.n_inf;
  table.add_row({"  " + name,
                 {format_point(metric.last), metric.last_is_nan ? Style::bad : Style::plain},
                 format_point(best),
                 best ? std::to_string(best->step) : "-",
                 format_point(metric.min),
                 format_point(metric.max),
                 std::to_string(metric.count),
                 {std::to_string(non_finite), non_finite > 0 ? Style::bad : Style::muted}});
}

void print_metrics(const RunDetails& details, std::ostream& out, const Terminal& terminal) {
  Table table({{"  metric"},
               {"last", Align::right},
               {"best", Align::right},
               {"at step", Align::right},
               {"min", Align::right},
               {"max", Align::right},
               {"points", Align::right},
               {"NaN/Inf", Align::right}});
  for (const RankedMetric& metric : collapse_ranks(details.metrics)) {
    if (!metric.least || !metric.greatest) {
      add_metric(table, metric.mean.series.to_string(), metric.mean);
      continue;
    }
    add_metric(table, fmt::format("{} (mean of {} ranks)", metric.name.to_string(), metric.ranks),
               metric.mean);
    add_metric(table, "  least of them", *metric.least);
    add_metric(table, "  greatest of them", *metric.greatest);
  }
  print_section(out, terminal, "metrics", table);
}

void print_files(const RunDetails& details, std::ostream& out, const Terminal& terminal) {
  Table artifacts({{"  artifact"},
                   {"step", Align::right},
                   {"kind"},
                   {"size", Align::right},
                   {"state"},
                   {"digest"}});
  for (const ArtifactRecord& artifact : details.artifacts) {
    artifacts.add_row({"  " + artifact.name,
                       artifact.step ? std::to_string(*artifact.step) : "-",
                       std::string{to_string(artifact.kind)},
                       format_bytes(artifact.size),
                       {std::string{to_string(artifact.state)},
                        artifact.state == ArtifactState::lost ? Style::bad : Style::plain},
                       artifact.digest ? short_digest(*artifact.digest) : artifact.detail});
  }
  print_section(out, terminal, "artifacts", artifacts);
  Table datasets({{"  dataset"}, {"size", Align::right}, {"method"}, {"digest"}, {"from"}});
  for (const DatasetRecord& dataset : details.datasets) {
    datasets.add_row({"  " + dataset.name, format_bytes(dataset.size),
                      std::string{to_string(dataset.method)},
                      dataset.digest ? short_digest(*dataset.digest) : dataset.detail,
                      dataset.changed.value_or(false)
                          ? Cell{dataset.uri + " (changed during the run)", Style::bad}
                          : Cell{dataset.uri}});
  }
  print_section(out, terminal, "datasets", datasets);
}

std::string describe_field(const CapturedField& field) {
  if (field.state == FieldState::known) return field.value.to_string();
  std::string text = fmt::format("({}", to_string(field.state));
  if (!field.detail.empty()) text += ": " + field.detail;
  return text + ')';
}

/// All that was captured, or only what says which experiment it was.
void print_fields(const RunDetails& details, bool all, std::ostream& out,
                  const Terminal& terminal) {
  std::string section;
  std::unique_ptr<Facts> facts;
  const auto finish = [&] {
    if (facts) facts->print();
  };
  for (const CapturedField& field : details.fields) {
    const bool telling = field.field_class == FieldClass::key && field.phase == Phase::start &&
                         field.state == FieldState::known;
    if (!all && !telling) continue;
    if (!facts || section != to_string(field.section)) {
      finish();
      section = to_string(field.section);
      facts = std::make_unique<Facts>(out, terminal, section);
    }
    const char* when = field.phase == Phase::finish ? " (at the end)" : "";
    facts->add(field.name + when, describe_field(field),
               field.state == FieldState::known ? Style::plain : Style::muted);
  }
  finish();
}

}  // namespace

void print_details(const RunDetails& details, bool captured, Timestamp now, std::ostream& out,
                   const Terminal& terminal) {
  print_run(details, now, out, terminal);
  print_attempts(details, out, terminal);
  print_params(details, out, terminal);
  print_metrics(details, out, terminal);
  print_files(details, out, terminal);
  print_fields(details, captured, out, terminal);
}

}  // namespace track::cli
