#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "render/text.hpp"
#include "track/schemas/json_forms.hpp"

namespace track::cli {
namespace {

struct NoteArguments {
  std::string run;
  std::string text;
};

void print_note(const RunId& id, Context& context) {
  const RunRecord run = context.store().details(id).run;
  if (context.json) {
    context.print_json(schemas::Json::object().set("run", id.value).set("note", run.note));
  } else if (!run.note.empty()) {
    context.out << make_lines_visible(run.note, context.terminal) << '\n';
  }
}

}  // namespace

void add_note(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<NoteArguments>();  // shared with the callback
  auto* command = app.add_subcommand("note", "Show or set the note of a run");
  command->add_option("run", arguments->run, "The run")->type_name("RUN")->required();
  auto* text = command->add_option("text", arguments->text, "The new note; '' removes it")
                   ->type_name("TEXT");
  set_examples(*command, {"track note @latest", "track note a1b2 'warm-up was too short'"});
  command->callback([arguments, text, &context] {
    const RunId id = context.store().resolve(arguments->run);
    if (text->count() > 0) {
      context.say_redacted("the note", context.store().set_note(id, arguments->text));
    }
    if (text->count() == 0 || context.json) print_note(id, context);
  });
}

}  // namespace track::cli
