#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/json_forms.hpp"

namespace track::cli {
namespace {

struct GetArguments {
  std::string run;
  std::string artifact;
  std::string to;
  bool overwrite = false;
};

void run_get(const GetArguments& arguments, Context& context) {
  Store& store = context.store();
  const ArtifactRecord artifact =
      store.find_artifact(store.resolve(arguments.run), arguments.artifact);
  // A name holds slashes at will; what is written stays in this directory.
  const std::filesystem::path to = arguments.to.empty()
                                       ? std::filesystem::path(artifact.name).filename()
                                       : std::filesystem::path(arguments.to);
  try {
    store.restore_artifact(artifact, to, arguments.overwrite);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::conflict) throw;
    throw Error(error.code(), error.what(),
                artifact.is_tree ? "--to names another place" : "--overwrite replaces it");
  }
  if (context.json) {
    context.print_json(schemas::Json::object()
                           .set("path", to.string())
                           .set("artifact", schemas::to_json(artifact)));
  } else {
    context.out << context.visible(to.string()) << '\n';
  }
}

}  // namespace

void add_get(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<GetArguments>();  // shared with the callback
  auto* command = app.add_subcommand("get", "Write an artifact of a run to a file, verified");
  command->add_option("run", arguments->run, "The run")->type_name("RUN")->required();
  command
      ->add_option("artifact", arguments->artifact,
                   "Its name; @step=N, @last or @best:METRIC picks a version")
      ->type_name("ARTIFACT")
      ->required();
  command->add_option("--to", arguments->to, "Default: the artifact's name, here")
      ->type_name("PATH");
  command->add_flag("--overwrite", arguments->overwrite, "Replace what is there");
  set_examples(*command, {"track get @latest model", "track get a1b2 ckpt@step=500 --to old.ckpt",
                          "track get a1b2 ckpt@best:val/acc --to best.ckpt --overwrite"});
  command->callback([arguments, &context] { run_get(*arguments, context); });
}

}  // namespace track::cli
