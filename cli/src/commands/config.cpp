#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "render/table.hpp"
#include "track/config.hpp"

namespace track::cli {
namespace {

struct ConfigArguments {
  std::string key;
  std::string value;
};

void print_setting(const std::string& key, const std::string& value, Context& context) {
  context.print_json(schemas::Json::object().set("key", key).set("value", value));
}

void print_all(Context& context) {
  const auto settings = list_config(context.store_path);
  Table table({{"key"}, {"value"}});
  for (const auto& [key, value] : settings) {
    if (context.json) print_setting(key, value, context);
    table.add_row({key, value});
  }
  if (!context.json) table.print_rows(context.out, context.terminal);
}

void print_one(const std::string& key, Context& context) {
  const auto settings = list_config(context.store_path);
  const auto found = settings.find(key);
  if (found == settings.end()) {
    throw Error(ErrorCode::not_found, fmt::format("cannot show setting '{}': no such key", key),
                "'track config' lists them");
  }
  if (context.json) {
    print_setting(key, found->second, context);
  } else {
    context.out << context.visible(found->second) << '\n';
  }
}

}  // namespace

void add_config(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<ConfigArguments>();  // shared with the callback
  auto* command = app.add_subcommand("config", "Show or change settings of the store");
  auto* key = command->add_option("key", arguments->key, "A setting; default: all")
                  ->type_name("SECTION.KEY");
  auto* value = command->add_option("value", arguments->value, "Its new value, as in TOML")
                    ->type_name("VALUE");
  set_examples(*command, {"track config", "track config code.file_limit",
                          "track config env.allow '[\"MY_*\"]'"});
  command->callback([arguments, key, value, &context] {
    if (key->count() == 0) return print_all(context);
    if (value->count() > 0) set_config(context.store_path, arguments->key, arguments->value);
    if (value->count() == 0 || context.json) print_one(arguments->key, context);
  });
}

}  // namespace track::cli
