#include "track/replay.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "capture/field_names.hpp"
#include "command/execute.hpp"
#include "judge/judge_details.hpp"
#include "judge/levels.hpp"
#include "query/store_impl.hpp"
#include "replay/materialize.hpp"
#include "replay/plan.hpp"
#include "track/command.hpp"
#include "track/schemas/error.hpp"

namespace track {
namespace {

CommandOptions describe_command(const Store& store, const detail::ReplayPlan& plan) {
  CommandOptions command;
  command.argv = plan.argv;
  command.run.store = store.path();
  command.run.experiment = plan.original.run.experiment;
  command.run.name = "replay-" + plan.original.run.name;
  command.run.kind = RunKind::replay;
  command.run.capture_code = false;  // it is the original's, written from the store just now
  command.run.group = plan.original.run.group;
  for (const auto& change : plan.changes)
    command.run.note += (command.run.note.empty() ? "" : "; ") + change;
  return command;
}

/// The code of a replay is the original's by construction, and it runs where the original did in
/// it: the fresh directory around it, without a repository and with inputs linked in, is no change.
std::vector<CapturedField> inherited_fields(const RunDetails& original) {
  std::vector<CapturedField> fields;
  for (const auto& field : original.fields) {
    const bool place =
        field.section == Section::invocation && field.name == detail::fields::k_working_directory;
    if (place || (field.section == Section::code && field.name != detail::fields::k_code_root)) {
      fields.push_back(field);
    }
  }
  return fields;
}

detail::ExecuteOptions describe_execution(const detail::ReplayPlan& plan,
                                          const ReplayOptions& options,
                                          std::filesystem::path executable,
                                          std::filesystem::path directory) {
  detail::ExecuteOptions execute;
  execute.replay_of = plan.original.run.id;
  execute.fields = inherited_fields(plan.original);
  execute.executable = std::move(executable);
  execute.working_directory = std::move(directory);
  execute.environment.emplace();
  for (const auto& [name, value] : plan.environment)
    execute.environment->push_back(name + "=" + value);
  execute.output = options.output;
  execute.timeout_s = options.timeout_s;
  return execute;
}

using WatchedInputs = std::vector<std::pair<DatasetRecord, detail::DatasetWatch>>;

WatchedInputs watch_inputs(const detail::ReplayPlan& plan, const std::filesystem::path& code) {
  WatchedInputs inputs;
  for (const auto& input : plan.verified)
    inputs.emplace_back(input.record, detail::DatasetWatch(code / input.path));
  return inputs;
}

/// What was verified for a run is its input, unless its program says of that name what it read.
WatchedInputs not_recorded_by(Store& store, const RunId& run, WatchedInputs inputs) {
  const auto recorded = store.details(run).datasets;
  std::erase_if(inputs, [&](const auto& input) {
    return std::any_of(recorded.begin(), recorded.end(), [&](const DatasetRecord& dataset) {
      return dataset.name == input.first.name;
    });
  });
  return inputs;
}

/// Ended in a way that says nothing of the program: it never ran, ran too long, or was killed.
bool failed_to_run(const CommandResult& result, const RunRecord& original) {
  constexpr int k_own_failure = 125;
  constexpr int k_not_found = 127;
  if (result.timed_out) return true;
  if (result.signal != 0) return original.end_signal != result.signal;
  return result.exit_code >= k_own_failure && result.exit_code <= k_not_found &&
         original.exit_code != result.exit_code;
}

ReplayReport start_report(const detail::ReplayPlan& plan, const ReplayOptions& options) {
  ReplayReport report;
  report.original = plan.original.run.id;
  report.wanted = plan.wanted;
  report.refusals = plan.refusals;
  report.plan = detail::describe_plan(plan);
  report.changes = plan.changes;
  report.dry_run = options.dry_run;
  return report;
}

void judge_replay(Store& store, const detail::ReplayPlan& plan, const ReplayOptions& options,
                  ReplayReport& report) {
  const JudgeOptions judge_options{.tolerance = options.tolerance,
                                   .hardware = options.same,
                                   .software = options.software,
                                   .prefix = options.prefix};
  // The original again: a run that was alive when the plan was made has ended since.
  report.judge = judge(store, plan.original.run.id, *report.replay, judge_options);
  report.verdict = report.judge->claim;
  // What diverged or could not be compared is less than any claim, re_executed included.
  report.reached = report.verdict >= report.wanted;
}

}  // namespace

ReplayReport replay(Store& store, const RunId& run, const ReplayOptions& options) {
  const auto plan = detail::make_plan(store, run, options);
  auto report = start_report(plan, options);
  if (!plan.refusals.empty()) return report;
  if (options.dry_run) {
    report.verdict = Verdict::incomparable;
    return report;
  }
  const detail::ReplayDirectory directory(options.directory, options.keep);
  report.directory = directory.path().string();
  auto executable = detail::materialize(plan, store.impl().objects(), directory);
  auto execute = describe_execution(plan, options, std::move(executable),
                                    detail::replay_working_directory(plan, directory));
  execute.inputs = [&store, inputs = watch_inputs(plan, directory.code())](const RunId& id) {
    return not_recorded_by(store, id, inputs);
  };
  const auto result = detail::execute_command(describe_command(store, plan), execute);
  report.replay = result.run;
  report.exit_code = result.exit_code;
  if (result.signal != 0) report.signal = result.signal;
  if (failed_to_run(result, plan.original.run)) {
    report.verdict = Verdict::failed;
    return report;
  }
  judge_replay(store, plan, options, report);
  return report;
}

}  // namespace track
