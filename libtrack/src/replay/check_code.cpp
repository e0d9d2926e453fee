#include <string>

#include <fmt/format.h>

#include "capture/code/listing.hpp"
#include "capture/field_names.hpp"
#include "capture/system_text.hpp"
#include "judge/field_compare.hpp"
#include "query/store_impl.hpp"
#include "replay/checks.hpp"
#include "replay/code_faults.hpp"
#include "replay/field_access.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

/// Which files; nothing where the listing cannot be read.
CodeFaults read_faults(const ReplayPlan& plan, Store& store) {
  const auto& original = plan.original;
  try {
    return find_code_faults(
        read_listing(original.fields, store.impl().objects()), original, plan.code_root,
        known_text(original, Section::invocation, fields::k_working_directory).value_or("."));
  } catch (const Error&) {
    return {};  // the refusal stands without names
  }
}

void check_complete(ReplayPlan& plan, const CodeFaults& faults) {
  const auto* complete = find_field(plan.original.fields, Section::code, fields::k_code_complete);
  if (known_bool(plan.original, Section::code, fields::k_code_complete) == true) return;
  std::string detail;
  if (!faults.left_out.empty()) {
    detail = ": " + describe_left_out(faults.left_out);
  } else if (complete != nullptr && !complete->detail.empty()) {
    detail = ": " + complete->detail;
  }
  plan.refusals.push_back("code.complete: the snapshot left files out" + detail);
}

void check_torn(ReplayPlan& plan, const CodeFaults& faults) {
  constexpr std::string_view k_torn =
      "code.torn: files changed while the run started, so what it ran is not known exactly";
  const auto* torn = find_field(plan.original.fields, Section::code, fields::k_code_torn);
  if (known_bool(plan.original, Section::code, fields::k_code_torn) != true) return;
  if (!faults.torn.empty()) {
    plan.refusals.push_back(fmt::format("{}: {}", k_torn, describe_torn(faults.torn)));
  } else if (!torn->detail.empty()) {
    plan.refusals.push_back(fmt::format("{}: {}", k_torn, torn->detail));
  } else if (faults.outputs.empty()) {
    plan.refusals.emplace_back(k_torn);
  }
  plan.left_out = faults.outputs;
  for (const auto& path : faults.outputs) {
    plan.changes.push_back(fmt::format(
        "'{}' is left out: the run wrote it as it began, and logged it", escape_bytes(path)));
  }
}

}  // namespace

void check_code(ReplayPlan& plan, Store& store) {
  const auto& original = plan.original;
  const auto root = known_text(original, Section::code, fields::k_code_root);
  if (root) plan.code_root = *root;
  const auto* snapshot = find_field(original.fields, Section::code, fields::k_code_snapshot);
  if (!root || snapshot == nullptr || snapshot->state != FieldState::known || !snapshot->object) {
    plan.refusals.push_back("no code was captured: " +
                            why_unknown(original, Section::code, fields::k_code_snapshot));
    return;
  }
  if (!store.impl().objects().find(*snapshot->object))
    plan.refusals.push_back(fmt::format("code.snapshot: its bytes {} are missing from the store",
                                        snapshot->object->to_string()));
  const auto faults = read_faults(plan, store);
  check_complete(plan, faults);
  check_torn(plan, faults);
}

}  // namespace track::detail
