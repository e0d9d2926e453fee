#include "judgement_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "exit_code.hpp"
#include "render/number.hpp"
#include "render/table.hpp"
#include "render/text.hpp"

namespace track::cli {
namespace {

constexpr std::size_t k_observables = 20;
constexpr std::size_t k_mismatches = 12;

std::string format_reached(const Divergence& divergence) {
  if (!divergence.equal_through) {
    return fmt::format("differs at its first logged step {}", divergence.step);
  }
  return fmt::format(
      "equal through logged step {}, differs at logged step {}: it arose in ({}, {}]",
      *divergence.equal_through, divergence.step, *divergence.equal_through, divergence.step);
}

void print_divergence(const Divergence& divergence, std::ostream& out, const Terminal& terminal) {
  out << "first difference: " << make_visible(divergence.series.to_string(), terminal) << ' '
      << format_reached(divergence) << '\n';
  Table values({{""}, {"value", Align::right}, {"bits"}});
  values.add_row({"  original", format_number(divergence.original), divergence.original_bits});
  values.add_row({"  other", format_number(divergence.other), divergence.other_bits});
  values.print_rows(out, terminal);
  if (divergence.ulp) out << fmt::format("  apart by {} ulp\n", *divergence.ulp);
}

void print_suspects(const JudgeReport& report, std::ostream& out, const Terminal& terminal) {
  if (report.suspects.empty()) {
    if (report.observed == Verdict::diverged) {
      out << "no captured difference: nondeterminism, or something that is not captured\n";
    }
    return;
  }
  if (report.observed == Verdict::diverged) {
    const Suspect& first = report.suspects.front();
    out << "suspected: "
        << paint(
               make_visible(fmt::format("{}: {}", to_string(first.section), first.field), terminal),
               Style::warning, terminal)
        << '\n';
  } else {
    out << "captured differences, without effect on what was judged:\n";
  }
  Table table({{"  differs"}, {"original"}, {"other"}});
  for (const Suspect& suspect : report.suspects) {
    table.add_row({fmt::format("  {}: {}", to_string(suspect.section), suspect.field),
                   suspect.original, suspect.other});
  }
  table.print(out, terminal);
}

void print_observables(const JudgeReport& report, std::ostream& out, const Terminal& terminal) {
  Table table({{"  judged"}, {"name"}, {"verdict"}, {"detail"}});
  std::size_t shown = 0;
  std::size_t equal = 0;
  for (const ObservableVerdict& observable : report.observables) {
    if (observable.excluded) continue;
    if (observable.verdict == Verdict::bit_exact) {
      ++equal;
    } else if (shown < k_observables) {
      ++shown;
      table.add_row({"  " + observable.kind,
                     observable.name,
                     {describe_verdict(observable.verdict), style_of(observable.verdict)},
                     observable.detail});
    }
  }
  if (!table.empty()) table.print(out, terminal);
  const std::size_t judged = report.observables.size() - report.excluded;
  out << fmt::format("{} of {} equal bit for bit", equal, judged);
  if (report.excluded > 0) out << fmt::format(", {} excluded", report.excluded);
  out << '\n';
}

}  // namespace

Style style_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::bit_exact:
    case Verdict::within_tolerance:
    case Verdict::statistically_consistent:
      return Style::good;
    case Verdict::re_executed:
    case Verdict::incomparable:
      return Style::warning;
    case Verdict::diverged:
    case Verdict::failed:
    case Verdict::refused:
      return Style::bad;
  }
  return Style::plain;
}

std::string describe_verdict(Verdict verdict) {
  std::string text{to_string(verdict)};
  std::replace(text.begin(), text.end(), '_', verdict == Verdict::bit_exact ? '-' : ' ');
  return text;
}

int exit_code_of(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::bit_exact:
    case Verdict::within_tolerance:
    case Verdict::statistically_consistent:
    case Verdict::re_executed:
      return k_exit_ok;
    case Verdict::diverged:
      return k_exit_different;
    case Verdict::incomparable:
      return k_exit_inconclusive;
    case Verdict::refused:
      return k_exit_refused;
    case Verdict::failed:
      return k_exit_trouble;
  }
  return k_exit_trouble;
}

void print_mismatches(const LevelReport& levels, std::ostream& out, const Terminal& terminal) {
  if (levels.mismatches.empty()) return;
  Table table({{"  level"}, {"field"}, {"recorded"}, {"present"}});
  const std::size_t shown = std::min(levels.mismatches.size(), k_mismatches);
  for (std::size_t i = 0; i < shown; ++i) {
    const LevelMismatch& mismatch = levels.mismatches[i];
    table.add_row({"  " + mismatch.level,
                   fmt::format("{}: {}", to_string(mismatch.section), mismatch.field),
                   mismatch.recorded, mismatch.present});
  }
  table.print(out, terminal);
  if (shown < levels.mismatches.size()) {
    out << fmt::format("  and {} more; --json lists all\n", levels.mismatches.size() - shown);
  }
}

void print_judgement(const JudgeReport& report, std::ostream& out, const Terminal& terminal) {
  out << paint(describe_verdict(report.claim), style_of(report.claim), terminal);
  if (report.observed != report.claim) {
    out << " (observed: " << describe_verdict(report.observed) << ')';
  }
  if (!report.reason.empty()) out << ": " << make_visible(report.reason, terminal);
  out << '\n';
  if (report.prefix_to) {
    out << fmt::format("judged up to step {}, where the original died\n", *report.prefix_to);
  }
  print_observables(report, out, terminal);
  if (report.first) print_divergence(*report.first, out, terminal);
  print_suspects(report, out, terminal);
  if (!report.unknown_fields.empty()) {
    out << "not known on both sides:";
    for (const auto& field : report.unknown_fields) out << ' ' << make_visible(field, terminal);
    out << '\n';
  }
  out << fmt::format("machines agree to level {}, software to level {}\n",
                     to_string(report.levels.hardware), to_string(report.levels.software));
  // Nothing stronger than that can be claimed, so what stands in the way is of no interest.
  if (report.claim != Verdict::bit_exact) print_mismatches(report.levels, out, terminal);
}

}  // namespace track::cli
