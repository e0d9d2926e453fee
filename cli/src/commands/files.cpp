#include <CLI/CLI.hpp>
#include <memory>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "render/number.hpp"
#include "render/record_text.hpp"
#include "render/table.hpp"
#include "track/schemas/json_forms.hpp"

namespace track::cli {
namespace {

struct FilesArguments {
  std::string run;
};

void run_files(const FilesArguments& arguments, Context& context) {
  Store& store = context.store();
  const RunDetails details = store.details(store.resolve(arguments.run));
  if (context.json) {
    for (const auto& artifact : details.artifacts) context.print_json(schemas::to_json(artifact));
    return;
  }
  if (details.artifacts.empty()) return context.say("no artifacts");
  Table table({{"name"},
               {"step", Align::right},
               {"kind"},
               {"size", Align::right},
               {"state"},
               {"digest"},
               {"detail"}});
  for (const ArtifactRecord& artifact : details.artifacts) {
    table.add_row({artifact.name,
                   artifact.step ? std::to_string(*artifact.step) : "-",
                   std::string{to_string(artifact.kind)},
                   format_bytes(artifact.size),
                   {std::string{to_string(artifact.state)},
                    artifact.state == ArtifactState::lost ? Style::bad : Style::plain},
                   artifact.digest ? short_digest(*artifact.digest) : "-",
                   artifact.detail});
  }
  table.print(context.out, context.terminal);
}

}  // namespace

void add_files(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<FilesArguments>();  // shared with the callback
  auto* command = app.add_subcommand("files", "List the artifacts of a run");
  command->add_option("run", arguments->run, "The run")->type_name("RUN")->required();
  set_examples(*command, {"track files @latest", "track files a1b2 --json"});
  command->callback([arguments, &context] { run_files(*arguments, context); });
}

}  // namespace track::cli
