#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <set>
#include <string>

#include "argument_values.hpp"
#include "command_options.hpp"
#include "commands/commands.hpp"
#include "render/table.hpp"
#include "track/schemas/error.hpp"
#include "track/store.hpp"

namespace track::cli {
namespace {

using schemas::Json;

struct TagArguments {
  std::string run;
  std::vector<std::string> tags;
  std::vector<std::string> remove;
};

void print_tags(const RunId& id, Context& context) {
  const auto tags = context.store().details(id).tags;
  if (context.json) {
    Json values = Json::object();
    for (const TagRecord& tag : tags) values.set(tag.name, tag.value);
    return context.print_json(Json::object().set("run", id.value).set("tags", values));
  }
  Table table({{"tag"}, {"value"}});
  for (const TagRecord& tag : tags) table.add_row({tag.name, tag.value});
  table.print_rows(context.out, context.terminal);
}

/// Before anything is changed.
void require_tags(const TagArguments& arguments, const RunId& id, Context& context) {
  if (arguments.remove.empty()) return;
  std::set<std::string> names;
  for (const TagRecord& tag : context.store().details(id).tags) names.insert(tag.name);
  for (const auto& tag : arguments.tags) names.insert(split_assignment(tag, "tag").first);
  for (const auto& name : arguments.remove) {
    if (names.count(name) > 0) continue;
    throw Error(ErrorCode::not_found,
                fmt::format("cannot remove tag '{}': the run has no such tag", name),
                "'track tag RUN' lists them");
  }
}

void run_tag(const TagArguments& arguments, Context& context) {
  std::vector<std::pair<std::string, std::string>> tags;
  for (const auto& tag : arguments.tags) tags.push_back(split_assignment(tag, "tag"));
  const RunId id = context.store().resolve(arguments.run);
  require_tags(arguments, id, context);
  for (const auto& [name, value] : tags) {
    context.say_redacted("tag '" + name + "'", context.store().set_tag(id, name, value));
  }
  for (const auto& name : arguments.remove) context.store().set_tag(id, name, std::nullopt);
  const bool changed = !tags.empty() || !arguments.remove.empty();
  if (!changed || context.json) print_tags(id, context);
}

}  // namespace

void add_tag(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<TagArguments>();  // shared with the callback
  auto* command = app.add_subcommand("tag", "Show, set or remove tags of a run");
  command->add_option("run", arguments->run, "The run")->type_name("RUN")->required();
  command->add_option("tags", arguments->tags, "Tags to set")->type_name("NAME=VALUE");
  add_repeated(*command, "--remove", arguments->remove, "Remove this tag")->type_name("TAG");
  set_examples(*command, {"track tag @latest", "track tag a1b2 status=baseline owner=eve",
                          "track tag a1b2 --remove status"});
  command->callback([arguments, &context] { run_tag(*arguments, context); });
}

}  // namespace track::cli
