#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "track/schemas/api.hpp"
#include "track/schemas/field.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/labels.hpp"
#include "track/schemas/value.hpp"

// What diff, the judge and replay report.

namespace track {

/// How far the machines agree, weakest first; cumulative.
enum class HardwareLevel : std::uint8_t { any, capability, machine_class, product, machine };
/// How far the software agrees, weakest first; cumulative.
enum class SoftwareLevel : std::uint8_t { any, compatible, locks, closure };

/// Weakest claim first within those that pass; see docs/cli.md for the exit code of each.
enum class Verdict : std::uint8_t {
  refused,
  failed,
  diverged,
  incomparable,
  re_executed,
  statistically_consistent,
  within_tolerance,
  bit_exact,
};

/// A field that keeps a level from being reached.
struct LevelMismatch {
  std::string level;  ///< the level it breaks, "class" or "closure"
  Section section = Section::hardware;
  std::string field;
  std::string recorded;  ///< for people: the value, or the state where it is not known
  std::string present;
};

struct LevelReport {
  HardwareLevel hardware = HardwareLevel::any;
  SoftwareLevel software = SoftwareLevel::any;
  std::vector<LevelMismatch> mismatches;
};

/// The first place where two series part.
struct Divergence {
  SeriesKey series;
  std::optional<std::int64_t> equal_through;  ///< last logged step that is equal; absent: none
  std::int64_t step = 0;  ///< first that differs: it arose in (equal_through, step]
  double original = 0;
  double other = 0;
  std::string original_bits;  ///< "0x…", 16 digits
  std::string other_bits;
  std::optional<std::uint64_t> ulp;  ///< distance in units in the last place; absent for NaN
};

/// What was judged of one observable.
struct ObservableVerdict {
  std::string kind;  ///< "series", "artifact", "param", "end"
  std::string name;
  Verdict verdict = Verdict::incomparable;
  std::string detail;     ///< "missing", "extra", "digest differs", …
  bool excluded = false;  ///< declared non-deterministic, or system/* or time/*
  std::optional<Divergence> divergence;
};

/// A captured difference that may be the cause: suspected, never asserted.
struct Suspect {
  Section section = Section::params;
  std::string field;
  std::string original;
  std::string other;
};

struct JudgeReport {
  RunId original;
  RunId other;
  Verdict observed = Verdict::incomparable;  ///< the fact
  Verdict claim = Verdict::incomparable;     ///< capped by the levels
  std::string reason;                        ///< why incomparable or capped; empty otherwise
  LevelReport levels;
  std::vector<ObservableVerdict> observables;  ///< differing ones first
  std::uint64_t excluded = 0;
  std::optional<Divergence> first;  ///< smallest step over all series
  std::vector<Suspect> suspects;    ///< in the order of design; the first is the suspected one
  std::vector<std::string> unknown_fields;
  std::optional<std::int64_t> prefix_to;  ///< the original died: judged up to this step
};

struct ReplayReport {
  RunId original;
  std::optional<RunId> replay;  ///< absent where nothing was run
  Verdict verdict = Verdict::refused;
  bool reached = false;  ///< the claim reaches the verdict asked for
  Verdict wanted = Verdict::bit_exact;
  std::vector<std::string> refusals;  ///< each names a field and what to do
  std::vector<std::string> plan;      ///< what is run, where, with what; for people
  std::vector<std::string> changes;   ///< what --env, --pass-env, --supply changed
  std::optional<JudgeReport> judge;
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::string directory;  ///< where it ran
  bool dry_run = false;
};

enum class ChangeKind : std::uint8_t { added, removed, changed, unknown };

/// One thing that differs between two runs.
struct DiffEntry {
  std::string name;
  ChangeKind kind = ChangeKind::changed;
  std::optional<Value> left;
  std::optional<Value> right;
  std::string left_type;  ///< of params: "integer", "real", …
  std::string right_type;
  std::string detail;  ///< a unified diff, "binary, 3 KiB → 4 KiB", "part at step 120", …
};

struct DiffSection {
  std::string name;  ///< code, program, environment, hardware, params, seeds, inputs, metrics,
                     ///< artifacts, resources
  std::uint64_t equal = 0;  ///< how many are the same
  std::vector<DiffEntry> entries;
};

struct DiffReport {
  RunId left;
  RunId right;
  std::vector<DiffSection> sections;

  /// Whether nothing but the resources that were used differs, and all could be compared.
  [[nodiscard]] bool equal() const noexcept {
    for (const auto& section : sections) {
      if (section.name != "resources" && !section.entries.empty()) return false;
    }
    return true;
  }
  /// Whether something is known to differ, the resources that were used apart.
  [[nodiscard]] bool differs() const noexcept {
    for (const auto& section : sections) {
      if (section.name == "resources") continue;
      for (const auto& entry : section.entries) {
        if (entry.kind != ChangeKind::unknown) return true;
      }
    }
    return false;
  }
};

[[nodiscard]] TRACK_API std::string_view to_string(
    HardwareLevel level) noexcept;  ///< "class" for machine_class
[[nodiscard]] TRACK_API std::string_view to_string(SoftwareLevel level) noexcept;
[[nodiscard]] TRACK_API std::string_view to_string(Verdict verdict) noexcept;
[[nodiscard]] TRACK_API std::string_view to_string(ChangeKind kind) noexcept;
[[nodiscard]] TRACK_API std::optional<HardwareLevel> parse_hardware_level(
    std::string_view text) noexcept;
[[nodiscard]] TRACK_API std::optional<SoftwareLevel> parse_software_level(
    std::string_view text) noexcept;
[[nodiscard]] TRACK_API std::optional<Verdict> parse_verdict(std::string_view text) noexcept;

}  // namespace track
