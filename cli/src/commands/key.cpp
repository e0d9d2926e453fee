#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "render/table.hpp"
#include "track/registry.hpp"
#include "track/schemas/json_forms.hpp"

namespace track::cli {
namespace {

void run_new(const std::string& name, Context& context) {
  const KeyRecord key = new_key(name);
  if (context.json) return context.print_json(schemas::to_json(key));
  context.out << key.key_id << '\n' << key.public_key;
  context.say("the secret is in " + context.visible(key.path));
}

void run_list(Context& context) {
  const auto keys = list_keys();
  if (context.json) {
    for (const KeyRecord& key : keys) context.print_json(schemas::to_json(key));
    return;
  }
  if (keys.empty()) return context.say("no keys");
  Table table({{"name"}, {"id"}, {"path"}});
  for (const KeyRecord& key : keys) table.add_row({key.name, key.key_id, key.path});
  table.print(context.out, context.terminal);
}

}  // namespace

void add_key(CLI::App& app, Context& context) {
  auto name = std::make_shared<std::string>();  // shared with the callback
  auto* command =
      app.add_subcommand("key", "Make or list signing keys, which lie outside any store");
  command->require_subcommand(1);
  auto* make = command->add_subcommand("new", "Make a key, and print its id and public half");
  make->add_option("name", *name, "What to call it")->type_name("NAME")->required();
  set_examples(*make, {"track key new ci"});
  make->callback([name, &context] { run_new(*name, context); });
  auto* list = command->add_subcommand("list", "List the keys");
  set_examples(*list, {"track key list"});
  list->callback([&context] { run_list(context); });
  set_examples(*command, {"track key new ci", "track key list"});
}

}  // namespace track::cli
