#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "completion_scripts.hpp"

namespace track::cli {
namespace {

struct CompletionOptions {
  std::string shell;
};

void run_completion(const CompletionOptions& options, Context& context) {
  context.out << completion_script(options.shell);
}

}  // namespace

void add_completion(CLI::App& app, Context& context) {
  auto options = std::make_shared<CompletionOptions>();  // shared with the callback
  auto* command = app.add_subcommand("completion", "Print the completion script of a shell");
  add_choice(*command, "shell", options->shell, {"bash", "zsh", "fish"}, "The shell")->required();
  set_examples(*command,
               {"source <(track completion bash)", "track completion zsh > \"${fpath[1]}/_track\"",
                "track completion fish > ~/.config/fish/completions/track.fish"});
  command->callback([options, &context] { run_completion(*options, context); });
}

}  // namespace track::cli
