#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/command.hpp"

namespace track::cli {
namespace {

struct LogArtifactArguments {
  std::string path;
  std::string name;
  std::string kind = "file";
  std::optional<std::int64_t> step;
  bool digest_only = false;
};

void run_log_artifact(const LogArtifactArguments& arguments, Context& context) {
  ArtifactOptions options;
  options.name = arguments.name;
  options.kind = parse_artifact_kind(arguments.kind).value_or(ArtifactKind::file);
  options.step = arguments.step;
  options.store = !arguments.digest_only;
  AttachedRun run = AttachedRun::open(context.store_path);
  run.log_artifact(arguments.path, options);
  if (context.json) {
    context.print_json(
        schemas::Json::object().set("run", run.id().value).set("path", arguments.path));
  }
}

}  // namespace

void add_log_artifact(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<LogArtifactArguments>();  // shared with the callback
  auto* command = app.add_subcommand(
      "log-artifact", "Store a file or directory with the run that this process is part of");
  command->add_option("path", arguments->path, "The file or directory")
      ->type_name("PATH")
      ->required();
  command->add_option("--name", arguments->name, "Default: the file's name")->type_name("NAME");
  add_choice(*command, "--kind", arguments->kind,
             {"file", "model", "checkpoint", "dataset", "figure", "table", "output", "tree"},
             "What it is");
  add_integer(
      *command, "--step", [arguments](std::int64_t step) { arguments->step = step; },
      "The step that it belongs to");
  command->add_flag("--digest-only", arguments->digest_only, "Record its digest, not its bytes");
  set_examples(*command, {"track log-artifact model.bin --kind model",
                          "track log-artifact out/ckpt --name ckpt --kind checkpoint --step 500"});
  command->callback([arguments, &context] { run_log_artifact(*arguments, context); });
}

}  // namespace track::cli
