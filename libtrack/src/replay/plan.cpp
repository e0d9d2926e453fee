#include "replay/plan.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "capture/field_names.hpp"
#include "judge/levels.hpp"
#include "query/store_impl.hpp"
#include "replay/checks.hpp"

namespace track::detail {
namespace {

/// What a program needs to run at all and the record does not hold, from here.
void fill_environment(ReplayPlan& plan) {
  for (const char* name : {"HOME", "USER", "LOGNAME", "TMPDIR", "PATH"}) {
    if (plan.environment.contains(name)) continue;
    if (const char* value = std::getenv(name); value != nullptr) plan.environment[name] = value;
  }
}

bool is_redacted(const RunDetails& run, const std::string& variable) {
  const auto field = std::string(fields::k_environment_prefix) + variable;
  return std::any_of(run.fields.begin(), run.fields.end(), [&](const CapturedField& each) {
    return each.name == field && each.state == FieldState::redacted;
  });
}

void change_environment(ReplayPlan& plan, const ReplayOptions& options) {
  for (const auto& [name, value] : options.supply) {
    plan.environment[name] = value;
    plan.changes.push_back(fmt::format("with supplied {}", name));
  }
  for (const auto& name : options.pass_env) {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) {
      plan.refusals.push_back(fmt::format("--pass-env {}: it is not set here", name));
      continue;
    }
    plan.environment[name] = value;
    plan.changes.push_back(is_redacted(plan.original, name)
                               ? fmt::format("with supplied {}", name)
                               : fmt::format("{} was taken from here", name));
  }
  for (const auto& [name, value] : options.env) {
    const auto before = plan.environment.find(name);
    const auto recorded =
        before == plan.environment.end() ? std::string("not set") : "'" + before->second + "'";
    plan.changes.push_back(fmt::format("{} was {} and is set to '{}'", name, recorded, value));
    plan.environment[name] = value;
  }
}

}  // namespace

ReplayPlan make_plan(Store& store, const RunId& run, const ReplayOptions& options) {
  ReplayPlan plan;
  plan.original = store.details(run);
  plan.wanted = options.verdict.value_or(claim_cap(options.same, options.software));
  check_record(plan, store, options);
  const auto before_capture = plan.refusals.size();
  check_code(plan, store);
  check_program(plan, store);
  check_invocation(plan, options);
  check_paths(plan, options);
  fill_environment(plan);
  change_environment(plan, options);
  check_inputs(plan, store, options);
  check_seeds(plan);
  check_levels(plan, options, store.impl().config(), store.impl().layout());
  if (auto cause = find_cut_capture(plan.original)) {
    // What was found since then says the same in other words.
    plan.refusals.resize(before_capture);
    plan.refusals.push_back(std::move(*cause));
  }
  return plan;
}

std::vector<std::string> describe_plan(const ReplayPlan& plan) {
  std::vector<std::string> lines;
  std::string command;
  for (const auto& argument : plan.argv) command += (command.empty() ? "" : " ") + argument;
  lines.push_back("command: " + command);
  if (!plan.executable.empty()) {
    lines.push_back(fmt::format("program: {}, unchanged", plan.executable.string()));
  } else if (!plan.program_relative.empty()) {
    lines.push_back(fmt::format("program: {} from the store", plan.program.to_string()));
  }
  if (!plan.code_root.empty()) {
    lines.push_back(
        fmt::format("code: snapshot of {}, in a fresh directory", plan.code_root.string()));
  }
  for (const auto& input : plan.inputs) {
    lines.push_back(
        input.source.empty()
            ? fmt::format("input {}: {} from the store", input.name, input.relative.string())
            : fmt::format("input {}: {}, verified and linked", input.name, input.source.string()));
  }
  for (const auto& change : plan.changes) lines.push_back("change: " + change);
  lines.push_back(fmt::format("levels reached: hardware '{}', software '{}'",
                              to_string(plan.levels.hardware), to_string(plan.levels.software)));
  return lines;
}

}  // namespace track::detail

namespace track {

LevelReport compare_levels(Store& store, const RunId& run) {
  return detail::make_plan(store, run, {}).levels;
}

}  // namespace track
