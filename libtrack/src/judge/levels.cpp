#include "judge/levels.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "capture/field_names.hpp"
#include "judge/field_compare.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/json.hpp"

namespace track::detail {
namespace {

using Fields = std::vector<CapturedField>;

struct HardwareField {
  HardwareLevel level;
  Section section;
  std::string_view name;
};

// The table of levels of the replay documentation, fields in the order in which they are shown.
constexpr std::array k_hardware_fields = {
    HardwareField{HardwareLevel::any, Section::hardware, fields::k_architecture},
    HardwareField{HardwareLevel::any, Section::hardware, fields::k_endianness},
    HardwareField{HardwareLevel::machine_class, Section::hardware, fields::k_cpu_vendor},
    HardwareField{HardwareLevel::machine_class, Section::hardware, fields::k_cpu_isa},
    HardwareField{HardwareLevel::machine_class, Section::hardware, fields::k_cpu_caches},
    HardwareField{HardwareLevel::machine_class, Section::hardware, fields::k_cpu_dispatch},
    HardwareField{HardwareLevel::machine_class, Section::threads, fields::k_cpu_count},
    HardwareField{HardwareLevel::machine_class, Section::threads, fields::k_cpu_quota},
    HardwareField{HardwareLevel::machine_class, Section::distributed, fields::k_world_size},
    HardwareField{HardwareLevel::product, Section::hardware, fields::k_cpu_model},
    HardwareField{HardwareLevel::product, Section::hardware, fields::k_hypervisor},
    HardwareField{HardwareLevel::product, Section::hardware, fields::k_numa},
    HardwareField{HardwareLevel::product, Section::threads, fields::k_affinity},
    HardwareField{HardwareLevel::machine, Section::hardware, fields::k_machine_id},
};

LevelMismatch mismatch(std::string_view level, const FieldPair& pair) {
  return {.level = std::string(level),
          .section = pair.section,
          .field = std::string(pair.name),
          .recorded = describe(pair.left),
          .present = describe(pair.right)};
}

LevelMismatch missing(std::string_view level, Section section, std::string_view name) {
  return {.level = std::string(level),
          .section = section,
          .field = std::string(name),
          .recorded = describe(nullptr),
          .present = describe(nullptr)};
}

/// Compares one named field; what does not agree is added to `mismatches`.
void require(std::string_view level, Section section, std::string_view name, const Fields& recorded,
             const Fields& present, std::vector<LevelMismatch>& mismatches) {
  const FieldPair pair{.section = section,
                       .name = name,
                       .left = find_field(recorded, section, name),
                       .right = find_field(present, section, name)};
  if (pair.left == nullptr && pair.right == nullptr) {
    mismatches.push_back(missing(level, section, name));
  } else if (relate(pair) != FieldRelation::equal) {
    mismatches.push_back(mismatch(level, pair));
  }
}

/// All allow-listed variables that were captured in a section. Where an environment was not
/// captured, none is known to be unset.
void require_environment(std::string_view level, Section section, const Fields& recorded,
                         const Fields& present, std::vector<LevelMismatch>& mismatches) {
  const bool left = captured_environment(recorded);
  const bool right = captured_environment(present);
  if (!left || !right) {
    const auto shown = [](bool known) { return known ? "[captured]" : "[not collected]"; };
    mismatches.push_back({.level = std::string(level),
                          .section = section,
                          .field = "env",
                          .recorded = shown(left),
                          .present = shown(right)});
  }
  for (const auto& pair : pair_fields(recorded, present)) {
    if (pair.section != section || pair.phase != Phase::start) continue;
    if (!pair.name.starts_with(fields::k_environment_prefix)) continue;
    if (relate(pair) != FieldRelation::equal) mismatches.push_back(mismatch(level, pair));
  }
}

bool is_integer(const CapturedField* field) noexcept {
  return field != nullptr && field->state == FieldState::known &&
         field->value.type() == Value::Type::integer;
}

/// Memory here must hold what the run needed at its peak. Of one that was killed the peak is not
/// known: it was no more than its machine had.
void require_memory(const Fields& recorded, const Fields& present,
                    std::vector<LevelMismatch>& mismatches) {
  const auto* peak = find_field(recorded, Section::resources, fields::k_peak_memory, Phase::finish);
  const auto* memory = find_field(present, Section::hardware, fields::k_memory);
  const auto* bound =
      is_integer(peak) ? peak : find_field(recorded, Section::hardware, fields::k_memory);
  const bool known = is_integer(bound) && is_integer(memory);
  if (known && memory->value.as_integer() >= bound->value.as_integer()) return;
  mismatches.push_back({.level = "capability",
                        .section = Section::hardware,
                        .field = std::string(fields::k_memory),
                        .recorded = (bound == peak ? "peak " : "all of ") + describe(bound),
                        .present = describe(memory)});
}

using Objects = std::map<std::string, std::string>;

/// Adds what one field names: soname → digest, empty where none could be made.
void add_objects(const CapturedField& field, Objects& objects) {
  const auto document = schemas::Json::parse(field.value.as_json());
  for (const auto& [soname, description] : document.as_object()) {
    const auto* digest = description.find("digest");
    objects[soname] = digest != nullptr && digest->is_string() ? digest->as_string() : "";
  }
}

bool names_objects(const CapturedField* field) noexcept {
  return field != nullptr && field->state == FieldState::known &&
         field->value.type() == Value::Type::json;
}

/// The union of what was loaded at start and at finish on both sides; nothing where either moment
/// is known on one side only, or not at all. Two that have no finish yet agree in that.
std::optional<std::pair<Objects, Objects>> all_objects(const Fields& recorded,
                                                       const Fields& present,
                                                       std::vector<LevelMismatch>& mismatches) {
  std::pair<Objects, Objects> objects;
  bool known = true;
  for (const auto phase : {Phase::start, Phase::finish}) {
    const auto* left = find_field(recorded, Section::software, fields::k_objects, phase);
    const auto* right = find_field(present, Section::software, fields::k_objects, phase);
    if (names_objects(left) && names_objects(right)) {
      add_objects(*left, objects.first);
      add_objects(*right, objects.second);
    } else if (phase == Phase::start || left != nullptr || right != nullptr) {
      known = false;
      const auto shown = [](const CapturedField* field) {
        return names_objects(field) ? std::string("[known]") : describe(field);
      };
      mismatches.push_back(
          {.level = "closure",
           .section = Section::software,
           .field = std::string(fields::k_objects) + (phase == Phase::finish ? " (at finish)" : ""),
           .recorded = shown(left),
           .present = shown(right)});
    }
  }
  if (!known) return std::nullopt;
  return objects;
}

void require_objects(const Fields& recorded, const Fields& present,
                     std::vector<LevelMismatch>& mismatches) {
  const auto objects = all_objects(recorded, present, mismatches);
  if (!objects) return;
  std::map<std::string, std::pair<std::string, std::string>> all;
  for (const auto& [soname, digest] : objects->first) all[soname].first = digest;
  for (const auto& [soname, digest] : objects->second) all[soname].second = digest;
  for (const auto& [soname, digests] : all) {
    // An empty digest is one that could not be made: it equals nothing.
    if (digests.first == digests.second && !digests.first.empty()) continue;
    const auto shown = [](const std::string& digest) {
      return digest.empty() ? std::string("[not loaded or not readable]") : digest;
    };
    mismatches.push_back({.level = "closure",
                          .section = Section::software,
                          .field = fmt::format("{}.{}", fields::k_objects, soname),
                          .recorded = shown(digests.first),
                          .present = shown(digests.second)});
  }
}

std::vector<LevelMismatch> hardware_mismatches(const Fields& recorded, const Fields& present) {
  std::vector<LevelMismatch> mismatches;
  for (const auto& field : k_hardware_fields) {
    if (field.level == HardwareLevel::machine_class && field.name == fields::k_cpu_vendor) {
      require_memory(recorded, present, mismatches);
    }
    require(to_string(field.level), field.section, field.name, recorded, present, mismatches);
  }
  require_environment("class", Section::threads, recorded, present, mismatches);
  return mismatches;
}

std::vector<LevelMismatch> software_mismatches(const Fields& recorded, const Fields& present) {
  std::vector<LevelMismatch> mismatches;
  require("compatible", Section::software, fields::k_libc, recorded, present, mismatches);
  require("locks", Section::software, fields::k_locks, recorded, present, mismatches);
  require("closure", Section::program, fields::k_program_digest, recorded, present, mismatches);
  require("closure", Section::program, fields::k_program_interpreter, recorded, present,
          mismatches);
  require("closure", Section::program, fields::k_program_script, recorded, present, mismatches);
  require_environment("closure", Section::software, recorded, present, mismatches);
  require_objects(recorded, present, mismatches);
  return mismatches;
}

/// The strongest level below the weakest that is broken; `any` can be broken too, and stays.
template <typename Level>
Level strongest(const std::vector<LevelMismatch>& mismatches, Level top,
                std::optional<Level> (*parse)(std::string_view) noexcept) {
  auto reached = static_cast<int>(top);
  for (const auto& each : mismatches) {
    if (const auto level = parse(each.level))
      reached = std::min(reached, static_cast<int>(*level) - 1);
  }
  return static_cast<Level>(std::max(reached, 0));
}

}  // namespace

LevelReport reach_levels(const Fields& recorded, const Fields& present) {
  LevelReport report;
  report.mismatches = hardware_mismatches(recorded, present);
  report.hardware = strongest(report.mismatches, HardwareLevel::machine, parse_hardware_level);
  auto software = software_mismatches(recorded, present);
  report.software = strongest(software, SoftwareLevel::closure, parse_software_level);
  for (auto& each : software) report.mismatches.push_back(std::move(each));
  return report;
}

Verdict claim_cap(HardwareLevel hardware, SoftwareLevel software) noexcept {
  if (hardware == HardwareLevel::any || software == SoftwareLevel::any) return Verdict::re_executed;
  if (hardware == HardwareLevel::capability || software == SoftwareLevel::compatible) {
    return Verdict::within_tolerance;
  }
  return Verdict::bit_exact;
}

Verdict cap_verdict(Verdict observed, Verdict cap) noexcept {
  if (observed < Verdict::re_executed) return observed;
  return std::min(observed, cap);
}

}  // namespace track::detail
