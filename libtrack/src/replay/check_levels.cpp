#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "capture/capture.hpp"
#include "capture/field_names.hpp"
#include "judge/levels.hpp"
#include "replay/checks.hpp"
#include "replay/field_access.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/objects/hasher.hpp"

namespace track::detail {
namespace {

using Fields = std::vector<CapturedField>;

std::optional<Digest> digest_now(storage::Hasher& hasher, const std::string& path) {
  try {
    return hasher.file(path).digest;
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// A script's interpreter as it is now.
CapturedField interpreter_now(const RunDetails& original, const CapturedField& recorded,
                              storage::Hasher& hasher) {
  auto present = recorded;
  if (recorded.state != FieldState::known) return present;
  const auto path = known_text(original, Section::program, fields::k_program_interpreter_path);
  const auto digest = path ? digest_now(hasher, *path) : std::nullopt;
  if (!digest)
    return unknown_field(Section::program, recorded.name, recorded.field_class,
                         FieldState::unavailable, "it is missing here");
  present.value = digest->to_string();
  return present;
}

void replace_field(Fields& all, CapturedField field) {
  const auto same = [&](const CapturedField& other) {
    return other.section == field.section && other.name == field.name && other.phase == field.phase;
  };
  std::erase_if(all, same);
  all.push_back(std::move(field));
}

/// What is recorded and comes with the snapshot or the plan, so that it is the same by
/// construction.
void take_over(Fields& present, const ReplayPlan& plan, const CaptureContext& context,
               storage::Hasher& hasher) {
  for (const auto& field : plan.original.fields) {
    const bool variable = std::string_view(field.name).starts_with(fields::k_environment_prefix);
    if (variable) continue;
    if (field.section == Section::software && field.name == fields::k_objects) {
      replace_field(present, present_objects(field, context));
    } else if (field.section == Section::program && field.name == fields::k_program_interpreter) {
      replace_field(present, interpreter_now(plan.original, field, hasher));
    } else if (field.section == Section::program || field.section == Section::distributed ||
               field.name == fields::k_locks) {
      replace_field(present, field);
    }
  }
}

bool breaks(const LevelMismatch& mismatch, const ReplayOptions& options) {
  const auto hardware = parse_hardware_level(mismatch.level);
  const auto software = parse_software_level(mismatch.level);
  return (hardware && *hardware <= options.same) || (software && *software <= options.software);
}

}  // namespace

void check_levels(ReplayPlan& plan, const ReplayOptions& options, const StoreConfig& config,
                  const storage::StoreLayout& layout) {
  CaptureContext context;
  context.config = config;
  context.store_root = layout.root;
  context.own_process = false;
  context.args = plan.argv;
  context.executable = plan.executable;
  context.working_directory = plan.working_directory;
  for (const auto& [name, value] : plan.environment)
    context.environment.push_back(name + "=" + value);
  auto present = capture_present(context);
  storage::Hasher hasher(layout);
  take_over(present, plan, context, hasher);
  plan.levels = reach_levels(plan.original.fields, present);
  for (const auto& mismatch : plan.levels.mismatches) {
    if (!breaks(mismatch, options)) continue;
    plan.refusals.push_back(fmt::format("{}.{}: recorded {}, present {} (needed for level '{}')",
                                        to_string(mismatch.section), mismatch.field,
                                        mismatch.recorded, mismatch.present, mismatch.level));
  }
  const auto cap = claim_cap(options.same, options.software);
  if (options.verdict && *options.verdict > cap) {
    plan.refusals.push_back(
        fmt::format("verdict '{}' cannot be claimed at --same {} --software {}: at most '{}'",
                    to_string(*options.verdict), to_string(options.same),
                    to_string(options.software), to_string(cap)));
  }
}

}  // namespace track::detail
