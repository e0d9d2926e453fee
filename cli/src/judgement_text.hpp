#pragma once

#include <iosfwd>
#include <string>

#include "render/colour.hpp"
#include "render/terminal.hpp"
#include "track/schemas/judge_reports.hpp"

namespace track::cli {

[[nodiscard]] Style style_of(Verdict verdict);

/// "bit-exact" rather than "bit_exact".
[[nodiscard]] std::string describe_verdict(Verdict verdict);

/// 0 for a claim that passes, 1 diverged, 3 incomparable, 4 refused, 2 failed.
[[nodiscard]] int exit_code_of(Verdict verdict) noexcept;

/// What was judged: the verdict and why, what differs first, what is suspected, and how far
/// machine and software agree.
void print_judgement(const JudgeReport& report, std::ostream& out, const Terminal& terminal);

/// The fields that keep levels from being reached: field, recorded, present.
void print_mismatches(const LevelReport& levels, std::ostream& out, const Terminal& terminal);

}  // namespace track::cli
