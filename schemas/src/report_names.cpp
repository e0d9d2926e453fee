#include "names.hpp"
#include "track/schemas/judge_reports.hpp"
#include "track/schemas/store_reports.hpp"

namespace track {
namespace {

using schemas::name_of;
using schemas::Names;
using schemas::parse_name;

constexpr Names<5> k_hardware_levels{"any", "capability", "class", "product", "machine"};
constexpr Names<4> k_software_levels{"any", "compatible", "locks", "closure"};
constexpr Names<8> k_verdicts{"refused",          "failed",      "diverged",
                              "incomparable",     "re_executed", "statistically_consistent",
                              "within_tolerance", "bit_exact"};
constexpr Names<4> k_change_kinds{"added", "removed", "changed", "unknown"};
constexpr Names<3> k_check_states{"ok", "warning", "failure"};

}  // namespace

std::string_view to_string(HardwareLevel level) noexcept {
  return name_of(k_hardware_levels, level);
}
std::string_view to_string(SoftwareLevel level) noexcept {
  return name_of(k_software_levels, level);
}
std::string_view to_string(Verdict verdict) noexcept { return name_of(k_verdicts, verdict); }
std::string_view to_string(ChangeKind kind) noexcept { return name_of(k_change_kinds, kind); }
std::string_view to_string(CheckState state) noexcept { return name_of(k_check_states, state); }

std::optional<HardwareLevel> parse_hardware_level(std::string_view text) noexcept {
  return parse_name<HardwareLevel>(k_hardware_levels, text);
}

std::optional<SoftwareLevel> parse_software_level(std::string_view text) noexcept {
  return parse_name<SoftwareLevel>(k_software_levels, text);
}

std::optional<Verdict> parse_verdict(std::string_view text) noexcept {
  return parse_name<Verdict>(k_verdicts, text);
}

}  // namespace track
