#include "command/execute.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "command/child_process.hpp"
#include "command/object_watch.hpp"
#include "command/output_tee.hpp"
#include "command/param_sources.hpp"
#include "command/program_loop.hpp"
#include "command/program_path.hpp"
#include "command/scraper.hpp"
#include "command/signal_fence.hpp"
#include "command/terminal_link.hpp"
#include "query/output_file.hpp"
#include "run/identity.hpp"
#include "run/run_start.hpp"
#include "run/surroundings.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/journal_entry.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;
using Environment = std::vector<std::string>;

void set_variable(Environment& environment, std::string_view name, std::string_view value) {
  std::erase_if(environment, [&](const std::string& entry) {
    return entry.size() > name.size() && entry[name.size()] == '=' &&
           entry.compare(0, name.size(), name) == 0;
  });
  environment.push_back(fmt::format("{}={}", name, value));
}

std::string variable(const Environment& environment, std::string_view name,
                     std::string_view fallback) {
  for (const auto& entry : environment) {
    if (entry.size() > name.size() && entry[name.size()] == '=' &&
        entry.compare(0, name.size(), name) == 0) {
      return entry.substr(name.size() + 1);
    }
  }
  return std::string(fallback);
}

Environment base_environment(const CommandOptions& options, const ExecuteOptions& execute) {
  Environment environment;
  if (execute.environment) {
    environment = *execute.environment;
  } else {
    for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  }
  for (const auto& [name, value] : options.env) set_variable(environment, name, value);
  return environment;
}

/// A param is set once: one that the options give two values is a mistake of whoever wrote them.
void refuse_conflicts(const Params& params) {
  std::map<std::string_view, const Value*> seen;
  for (const auto& [name, value] : params) {
    const auto [found, is_new] = seen.emplace(name, &value);
    if (is_new || *found->second == value) continue;
    throw Error(ErrorCode::usage, fmt::format("cannot set param '{}' to '{}': it was set to '{}'",
                                              name, value.to_string(), found->second->to_string()));
  }
}

/// All params with the first of each name: the options' own, then the command line's, then the
/// files'.
Params gather_params(const CommandOptions& options) {
  Params all(options.params.begin(), options.params.end());
  refuse_conflicts(all);
  if (options.argv_params) {
    for (auto& param : read_argv_params(options.argv)) all.push_back(std::move(param));
  }
  for (const auto& file : options.param_files) {
    for (auto& param : read_param_file(file)) all.push_back(std::move(param));
  }
  Params result;
  for (auto& param : all) {
    const auto same = [&](const auto& other) { return other.first == param.first; };
    if (std::none_of(result.begin(), result.end(), same)) result.push_back(std::move(param));
  }
  return result;
}

Ending ending_of(const ChildEnd& end, bool timed_out) {
  Ending ending;
  if (end.signal != 0) {
    ending = failed_because("signal " + signal_name(end.signal));
    ending.signal = end.signal;
  } else {
    if (end.exit_code != 0) ending = failed_because(fmt::format("exit code {}", end.exit_code));
    ending.exit_code = end.exit_code;
  }
  if (timed_out) ending.reason = "timed out: " + ending.reason;
  return ending;
}

std::pair<storage::Fd, storage::Fd> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw Error(ErrorCode::io, "cannot make a pipe: " + std::generic_category().message(errno));
  }
  return {storage::Fd(ends[0]), storage::Fd(ends[1])};
}

/// One program run as a run.
class Execution {
 public:
  Execution(const CommandOptions& options, const ExecuteOptions& execute)
      : options_(options),
        execute_(execute),
        params_(gather_params(options)),
        directory_(execute.working_directory.empty() ? working_directory()
                                                     : fs::absolute(execute.working_directory)),
        environment_(base_environment(options, execute)),
        scraper_(options.scrape,
                 [this](std::string_view metric, std::int64_t step, double value) {
                   core_->append_named(metric, step, value);
                 }),
        tee_(execute.output, scraper_) {}

  CommandResult run() {
    if (!find_executable()) return result_;
    start_run();
    try {
      run_program();
    } catch (const Error& error) {
      if (error.code() == ErrorCode::not_found || error.code() == ErrorCode::permission) {
        result_.exit_code = error.code() == ErrorCode::not_found ? 127 : 126;
        core_->end({RunState::failed, error.what(), result_.exit_code, std::nullopt});
        warn(options_.run.on_warning, error.what(), error.hint());
        return result_;
      }
      core_->end(failed_because(error.what()));
      throw;
    }
    return result_;
  }

 private:
  bool find_executable() {
    if (options_.argv.empty())
      throw Error(ErrorCode::usage, "cannot run a program: none was given");
    const auto& name =
        execute_.executable.empty() ? options_.argv[0] : execute_.executable.string();
    const auto found = find_program(name, directory_,
                                    variable(environment_, "PATH", "/usr/local/bin:/usr/bin:/bin"));
    executable_ = found.path;
    if (found.exit_code == 0) return true;
    // Nothing ran, so nothing is recorded.
    result_.exit_code = found.exit_code;
    warn(options_.run.on_warning,
         fmt::format("cannot run '{}': {}", options_.argv[0],
                     found.exit_code == 126 ? "it is not executable" : "no such program"),
         {});
    return false;
  }

  void start_run() {
    StartRequest request;
    request.options = options_.run;
    request.source = schemas::k_command_source;
    request.replay_of = execute_.replay_of;
    if (execute_.replay_of) request.options.kind = RunKind::replay;
    request.program =
        ProgramToRun{options_.argv, executable_, directory_, environment_, own_words()};
    core_ = start(request);
    if (!core_->store().empty()) result_.run = core_->id();
    if (!execute_.fields.empty()) core_->record_fields(execute_.fields);
    for (const auto& [name, value] : params_) core_->set_param(name, value);
    for (const auto& [name, path] : options_.datasets) core_->use_dataset(name, path, {});
    if (core_->store().empty()) return;
    set_variable(environment_, k_run_id_variable, core_->id().value);
    set_variable(environment_, k_run_attempt_variable, std::to_string(core_->attempt_stamp()));
    if (const auto& of = core_->plan().identity; !of.labels.empty())
      set_variable(environment_, k_rank_variable, std::to_string(of.rank));
    set_variable(environment_, k_run_name_variable, core_->name());
    set_variable(environment_, k_experiment_variable, core_->experiment());
    set_variable(environment_, k_run_settled_variable, settled_words());
    set_variable(environment_, k_store_variable, core_->store().string());
    std::erase_if(environment_, [](const auto& entry) {
      return entry.rfind(std::string(k_run_pid_variable) + "=", 0) == 0 ||
             entry.rfind(std::string(k_run_key_variable) + "=", 0) == 0;  // it was taken
    });
    log_ = core_->journal_directory() / k_output_file;
    try {
      tee_.log_to(log_, core_->plan().store->layout.file_mode());
    } catch (const Error& error) {
      core_->lose(error.what());
    }
  }

  [[nodiscard]] std::vector<std::string> own_words() const {
    auto words = options_.argv;
    words.push_back("--name=" + options_.run.name);
    words.push_back("--group=" + options_.run.group);
    for (const auto& [name, value] : params_) words.push_back(name + "=" + value.to_string());
    return words;
  }

  /// What the program cannot say otherwise; of a replay that is all.
  [[nodiscard]] std::string settled_words() const {
    const auto& given = options_.run;
    const bool replays = execute_.replay_of.has_value();
    std::string words;
    const auto add = [&](bool settled, const std::string& word) {
      if (settled || replays) words += word + '\n';
    };
    add(!given.name.empty(), "name");
    add(!given.experiment.empty(), "experiment");
    add(!given.group.empty(), "group");
    add(!given.note.empty(), "note");
    add(given.kind != RunKind::train, "kind");
    for (const auto& [name, value] : given.tags) add(true, "tag:" + name);
    return words;
  }

  void run_program() {
    SignalFence signals;
    auto link = execute_.output ? std::nullopt : TerminalLink::make();
    ProgramLoop::Streams streams;
    const pid_t program = start_program(signals, link ? &*link : nullptr, streams);
    if (link) {
      link->close_terminal();
      link->take_terminal();
    }
    watch_objects(program);
    ProgramLoop loop(program, std::move(streams), link ? &*link : nullptr, signals, tee_);
    const auto end = loop.run(execute_.timeout_s);
    if (link) link->restore();
    result_.exit_code = end.exit_code;
    result_.signal = end.signal;
    result_.timed_out = loop.timed_out();
    finish_run(ending_of(end, loop.timed_out()));
  }

  pid_t start_program(const SignalFence& signals, TerminalLink* link,
                      ProgramLoop::Streams& streams) {
    ChildSetup setup;
    setup.executable = executable_;
    setup.argv = options_.argv;
    setup.environment = environment_;
    if (!core_->store().empty()) setup.pid_variable = k_run_pid_variable;
    setup.directory = execute_.working_directory;
    setup.signal_mask = signals.mask_before();
    storage::Fd nothing;
    storage::Fd output;
    storage::Fd error;
    if (execute_.output) nothing = storage::open_file("/dev/null", O_RDONLY);
    if (nothing) setup.input = nothing.get();
    if (link != nullptr) {
      setup.own_session = true;
      setup.input = setup.output = link->terminal();
    } else {
      std::tie(streams.output, output) = make_pipe();
      setup.output = output.get();
    }
    if (link != nullptr && ::isatty(STDERR_FILENO) != 0) {
      setup.error = link->terminal();
    } else {
      std::tie(streams.error, error) = make_pipe();
      setup.error = error.get();
    }
    return start_child(setup);
  }

  /// Of a program that joins its run its own account holds: it is the later one to start.
  void watch_objects(pid_t program) {
    if (core_->store().empty() || !core_->plan().captures) return;
    objects_.emplace(ChildObjects(program, core_->plan().capture),
                     [this](CapturedField field) { core_->record_fields({std::move(field)}); });
  }

  void finish_run(const Ending& ending) {
    if (objects_) objects_->finish();
    if (!tee_.trouble().empty())
      core_->lose(
          fmt::format("cannot keep all output of run '{}': {}", core_->id().value, tee_.trouble()));
    record_inputs();
    for (const auto& path : options_.artifacts) core_->log_artifact(directory_ / path, {});
    // While it is not in the store the file stays where it can be read.
    std::error_code ignored;
    if (!log_.empty() && (!tee_.logged_anything() || core_->log_output(log_)))
      fs::remove(log_, ignored);
    core_->end(ending);
  }

  void record_inputs() {
    if (!execute_.inputs || core_->store().empty()) return;
    try {
      for (auto& [record, watch] : execute_.inputs(core_->id()))
        core_->record_dataset(std::move(record), std::move(watch));
    } catch (const Error& error) {
      core_->lose(error.what(), error.hint());
    }
  }

  const CommandOptions& options_;
  const ExecuteOptions& execute_;
  Params params_;
  fs::path directory_;
  Environment environment_;
  fs::path executable_;
  std::shared_ptr<RunCore> core_;  // shared with the handlers of the process
  Scraper scraper_;
  OutputTee tee_;
  std::optional<ObjectWatch> objects_;
  fs::path log_;
  CommandResult result_;
};

}  // namespace

CommandResult execute_command(const CommandOptions& options, const ExecuteOptions& execute) {
  return Execution(options, execute).run();
}

}  // namespace track::detail
