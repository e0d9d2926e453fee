#include "run/run_start.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "capture/redaction.hpp"
#include "run/name_rules.hpp"
#include "run/process_hooks.hpp"
#include "run/resume.hpp"
#include "run/surroundings.hpp"
#include "store/spool.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

Identity find_identity(const StartRequest& request, Problems& problems) {
  const auto environment = JoinEnvironment::read();
  const auto join =
      request.program ? Join::never : request.options.join;  // `track run` owns what it starts
  auto identity = decide_identity(environment, join, ::getpid(), false);
  if (identity.joins != JoinReason::none && !claim_joining(identity.id)) {
    identity = decide_identity(environment, join, ::getpid(), true);
  }
  if (!identity.problem.empty()) {
    problems.emplace_back(ErrorCode::usage, identity.problem, "it is recorded as a run of its own");
  }
  return identity;
}

/// The given name where it may be one, without secrets, else the default.
std::string settle_name(std::string_view action, const std::string& given, std::string fallback,
                        Problems& problems) {
  if (given.empty()) return fallback;
  try {
    check_name(action, given);
    return redact_text(given).text;
  } catch (const Error& error) {
    problems.push_back(error);
    return fallback;
  }
}

/// The words that `track run` was given by its user, where this program joins its run.
std::set<std::string, std::less<>> read_settled(const Identity& identity) {
  std::set<std::string, std::less<>> words;
  if (identity.joins == JoinReason::none) return words;
  const auto text = environment_variable(k_run_settled_variable).value_or("");
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    words.insert(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

/// The options without what the user of `track run` settled.
RunOptions unsettled(RunOptions options, const Identity& identity) {
  const auto settled = read_settled(identity);
  if (settled.count("name") > 0) options.name.clear();
  if (settled.count("experiment") > 0) options.experiment.clear();
  if (settled.count("group") > 0) options.group.clear();
  if (settled.count("kind") > 0) options.kind = RunKind::train;
  if (settled.count("note") > 0) options.note.clear();
  std::erase_if(options.tags,
                [&](const auto& tag) { return settled.count("tag:" + tag.first) > 0; });
  return options;
}

std::optional<RunPlan::Said> what_is_said(const RunPlan& plan, const RunOptions& options) {
  // Of the ranks one is enough. A run that no `track run` made keeps the words of its owner.
  if (plan.identity.joins == JoinReason::none || plan.identity.rank != 0 ||
      std::getenv(k_run_settled_variable) == nullptr)
    return std::nullopt;
  RunPlan::Said said;
  if (!options.name.empty()) said.name = plan.name;
  if (!options.experiment.empty()) said.experiment = plan.experiment;
  said.group = plan.group;
  said.kind = plan.kind;
  const bool nothing = said.name.empty() && said.experiment.empty() && said.group.empty() &&
                       said.kind == RunKind::train;
  return nothing ? std::nullopt : std::optional(said);
}

OpenedStore find_store(const fs::path& given, const Identity& identity) {
  // A run that is joined lies where its owner made it, whatever this program would choose.
  const bool joins = identity.joins != JoinReason::none && environment_variable(k_store_variable);
  const auto found = locate_store(joins ? fs::path() : given);
  if (!found) return create_store(default_store_path(), false, {});
  // A place that was named is made; one whose parent is missing, too, is rather not mounted.
  std::error_code ignored;
  const bool missing =
      !fs::exists(*found, ignored) && fs::is_directory(found->parent_path(), ignored);
  return missing && !joins ? create_store(*found, false, {}) : open_store(*found);
}

CaptureContext make_context(const StartRequest& request, const std::vector<std::string>& args) {
  CaptureContext context;
  context.args = args;
  context.start = Clock::system().now();
  context.code = request.options.capture_code;
  context.program = request.options.capture_program;
  context.own_process = !request.program;
  if (request.program) {
    context.working_directory = request.program->working_directory;
    context.executable = request.program->executable;
    context.environment = request.program->environment;
  } else {
    context.working_directory = working_directory();
    context.executable = process_executable();
    context.environment = process_environment();
  }
  return context;
}

RunPlan make_plan(StartRequest& request, Problems& problems) {
  RunPlan plan;
  plan.identity = find_identity(request, problems);
  request.options = unsettled(std::move(request.options), plan.identity);
  const auto& options = request.options;
  auto args = request.program        ? request.program->args
              : options.args.empty() ? process_arguments()
                                     : options.args;
  plan.capture = make_context(request, args);
  if (plan.identity.joins == JoinReason::started) plan.capture.code = plan.capture.program = false;
  const auto experiment = options.experiment.empty()
                              ? environment_variable(k_experiment_variable).value_or("")
                              : options.experiment;
  plan.experiment = settle_name("name experiment", experiment,
                                default_experiment(plan.capture.working_directory), problems);
  plan.group = settle_name("name group", options.group, "", problems);
  plan.source = request.source;
  plan.kind = options.kind;
  plan.replay_of = request.replay_of;
  plan.strict = options.strict;
  plan.precise_time = options.precise_time;
  plan.journal_cap = options.journal_cap;
  plan.when_full = options.when_full;
  plan.block_s = options.block_s;
  plan.sync = options.sync;
  plan.on_warning = options.on_warning;
  return plan;
}

std::string default_name(const RunPlan& plan) {
  return program_name(plan.capture.args) + "-" + plan.identity.id.value.substr(0, 4);
}

/// What waits for whose run it is.
void settle_words(RunPlan& plan, const RunOptions& options, Problems& problems) {
  const auto& identity = plan.identity;
  const bool joins = identity.joins != JoinReason::none;
  // Ranks beside the owner would record the same again.
  plan.captures = identity.joins != JoinReason::rank && !(identity.keyed && identity.rank != 0);
  plan.name = settle_name("name run", options.name,
                          (joins ? environment_variable(k_run_name_variable) : std::nullopt)
                              .value_or(default_name(plan)),
                          problems);
  plan.said = what_is_said(plan, options);
}

Error unrecorded(const RunPlan& plan, ErrorCode code, std::string_view cause) {
  return Error(code, fmt::format("cannot record run '{}': {}", plan.name, cause),
               "training goes on unrecorded; track doctor says more");
}

/// Why the store cannot be used; nothing where it was found or made.
std::optional<Error> settle_store(RunPlan& plan, const fs::path& given) {
  try {
    plan.store = find_store(given, plan.identity);
    plan.capture.config = plan.store->config;
    plan.capture.store_root = plan.store->layout.root;
    return std::nullopt;
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& error) {
    return Error(ErrorCode::io, error.what());
  }
}

/// The store that a spool for the run waits for.
fs::path meant_store(const RunPlan& plan, const fs::path& given) {
  if (plan.store) return plan.store->spool_of.value_or(plan.store->layout.root);
  const bool joins =
      plan.identity.joins != JoinReason::none && environment_variable(k_store_variable);
  return intended_store(joins ? fs::path() : given);
}

/// How the run gets from the spool to a store.
std::string way_out(const fs::path& spool, const fs::path& store, ErrorCode cause) {
  if (cause == ErrorCode::refused) {
    return fmt::format(
        "it is kept in '{}'; make a store with track init --at DIR, then: track "
        "ingest --store DIR {}",
        spool.string(), shell_word(spool));
  }
  return fmt::format("it is kept in '{}'; once the store can be used: track ingest --store {}",
                     spool.string(), shell_word(store));
}

/// An unusable store loses no run: it goes to the spool. Nothing where that cannot be used either.
std::shared_ptr<RunCore> open_in_spool(RunPlan plan, const fs::path& given, const Error& cause,
                                       Problems& problems) {
  try {
    const auto store = meant_store(plan, given);
    plan.store = open_spool(store);
    const auto root = plan.capture.store_root = plan.store->layout.root;
    auto core = std::make_shared<RunCore>(plan);
    core->open();
    core->announce(
        fmt::format("cannot record run '{}' in its store: {}", core->name(), cause.what()),
        way_out(root, store, cause.code()));
    return core;
  } catch (const std::exception& error) {
    const auto both = fmt::format("{}; {}", cause.what(), error.what());
    problems.push_back(unrecorded(plan, cause.code(), both));
    return nullptr;
  }
}

// What comes back is shared by the Run and its Metric handles, whichever goes last, and by the
// handlers of the process.
std::shared_ptr<RunCore> open_journal(RunPlan plan, const RunOptions& options,
                                      std::optional<Error> unusable, Problems& problems) {
  auto core = std::make_shared<RunCore>(std::move(plan));
  if (!unusable) {
    try {
      core->open();
      return core;
    } catch (const Error& error) {
      if (options.strict) throw;
      unusable = error;
    }
  }
  auto spooled = open_in_spool(core->plan(), options.store, *unusable, problems);
  return spooled ? spooled : core;
}

}  // namespace

std::shared_ptr<RunCore> start(StartRequest request) {
  const auto& options = request.options;
  Problems problems;
  auto plan = make_plan(request, problems);
  settle_key(plan, request, problems);
  settle_words(plan, options, problems);
  const auto unusable = settle_store(plan, options.store);
  if (yield_to_living(plan, problems) && options.name.empty()) plan.name = default_name(plan);
  if (options.strict && !problems.empty()) throw Error(problems.front());
  if (options.strict && unusable) throw unrecorded(plan, unusable->code(), unusable->what());
  auto core = open_journal(std::move(plan), options, unusable, problems);
  if (const auto& store = core->plan().store; store && store->made && !store->spool_of)
    warn(options.on_warning, fmt::format("made a store at '{}'", store->layout.root.string()), {});
  for (const auto& problem : problems) core->lose(problem.what(), problem.hint());
  for (const auto& [name, value] : options.tags) core->set_tag(name, value);
  if (!options.note.empty()) core->set_note(options.note);
  core->capture();
  core->set_started();
  return core;
}

}  // namespace track::detail
