#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "capture/field_names.hpp"
#include "judge/field_compare.hpp"
#include "query/store_impl.hpp"
#include "replay/checks.hpp"
#include "replay/field_access.hpp"
#include "track/schemas/json.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

bool owned_by_us(const std::filesystem::path& root) {
  struct stat info {};
  return ::stat(root.c_str(), &info) == 0 && info.st_uid == ::geteuid();
}

/// Whether a redacted variable has a value all the same.
bool is_given(const std::string& name, const ReplayOptions& options) {
  const auto& passed = options.pass_env;
  return options.supply.contains(name) || options.env.contains(name) ||
         std::find(passed.begin(), passed.end(), name) != passed.end();
}

}  // namespace

void check_record(ReplayPlan& plan, Store& store, const ReplayOptions& options) {
  const auto& original = plan.original;
  if (original.run.state == RunState::running)
    plan.refusals.emplace_back("the run is still running: wait for its end");
  if (!options.trust && !owned_by_us(store.path())) {
    plan.refusals.push_back(
        fmt::format("the store '{}' belongs to someone else, and replay runs recorded code: add "
                    "--trust if you trust it",
                    store.path().string()));
  }
  const auto ranked = [](const MemberRecord& member) {
    return member.role == MemberRole::rank && member.rank > 0;
  };
  if (std::any_of(original.members.begin(), original.members.end(), ranked)) {
    plan.refusals.emplace_back(
        "distributed.ranks: the run had several ranks and no recorded launcher that could start "
        "them again");
  }
}

std::optional<std::string> find_cut_capture(const RunDetails& original) {
  const auto state = original.run.state;
  if (state != RunState::killed && state != RunState::unknown) return std::nullopt;
  const auto captured = [&](Section section) {
    return std::any_of(original.fields.begin(), original.fields.end(),
                       [&](const CapturedField& field) { return field.section == section; });
  };
  // What the helper captures is recorded whole, and never without the hardware: where that is
  // there and the code is not, the code is missing for a reason of its own.
  if (captured(Section::hardware)) return std::nullopt;
  std::string missing;
  for (const auto section : {Section::code, Section::program, Section::invocation,
                             Section::software, Section::hardware}) {
    if (captured(section)) continue;
    missing += (missing.empty() ? "" : ", ") + std::string(to_string(section));
  }
  return fmt::format(
      "the run is {} and ended before this was captured: {}. Without it the run cannot be repeated",
      to_string(state), missing);
}

void check_invocation(ReplayPlan& plan, const ReplayOptions& options) {
  const auto& original = plan.original;
  const auto* argv = find_field(original.fields, Section::invocation, fields::k_argv);
  if (argv == nullptr || argv->state != FieldState::known ||
      argv->value.type() != Value::Type::json) {
    plan.refusals.push_back(why_unknown(original, Section::invocation, fields::k_argv));
  } else {
    const auto document = schemas::Json::parse(argv->value.as_json());
    for (const auto& argument : document.as_array()) plan.argv.push_back(argument.as_string());
    if (plan.argv.empty()) plan.refusals.emplace_back("invocation.argv is empty");
  }
  const std::filesystem::path directory =
      known_text(original, Section::invocation, fields::k_working_directory).value_or(".");
  plan.working_directory = (plan.code_root / directory).lexically_normal();
  for (const auto& field : original.fields) {
    if (field.phase != Phase::start ||
        !std::string_view(field.name).starts_with(fields::k_environment_prefix))
      continue;
    const auto name = field.name.substr(fields::k_environment_prefix.size());
    if (field.state == FieldState::known) {
      plan.environment[name] = field.value.to_string();
    } else if (field.state == FieldState::redacted && !is_given(name, options)) {
      plan.refusals.push_back(
          fmt::format("{}.{} was redacted: give its value with --supply {}=VALUE, or --pass-env {}",
                      to_string(field.section), field.name, name, name));
    }
  }
}

void check_seeds(ReplayPlan& plan) {
  if (plan.wanted != Verdict::bit_exact) return;
  for (const auto& seed : plan.original.seeds) {
    if (seed.source == "entropy") {
      plan.refusals.push_back(
          fmt::format("seeds.{} came from the system's entropy: bit_exact cannot be asked for; ask "
                      "for less by --verdict",
                      seed.stream));
    }
  }
}

}  // namespace track::detail
