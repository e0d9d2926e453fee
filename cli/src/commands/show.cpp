#include <CLI/CLI.hpp>
#include <memory>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "details_text.hpp"
#include "track/schemas/json_forms.hpp"

namespace track::cli {
namespace {

using schemas::Json;
using schemas::to_json;

struct ShowArguments {
  std::string run;
  bool captured = false;
};

template <typename Record>
Json list_json(const std::vector<Record>& records) {
  Json list = Json::array();
  for (const Record& record : records) list.push(to_json(record));
  return list;
}

Json to_document(const RunDetails& details) {
  Json children = Json::array();
  for (const RunId& child : details.children) children.push(child.value);
  return Json::object()
      .set("run", to_json(details.run))
      .set("params", list_json(details.params))
      .set("tags", list_json(details.tags))
      .set("metrics", list_json(details.metrics))
      .set("artifacts", list_json(details.artifacts))
      .set("datasets", list_json(details.datasets))
      .set("seeds", list_json(details.seeds))
      .set("fields", list_json(details.fields))
      .set("attempts", list_json(details.attempts))
      .set("members", list_json(details.members))
      .set("conflicts", list_json(details.conflicts))
      .set("children", children);
}

void run_show(const ShowArguments& arguments, Context& context) {
  Store& store = context.store();
  const RunDetails details = store.details(store.resolve(arguments.run));
  if (context.json) return context.print_json(to_document(details));
  print_details(details, arguments.captured, Clock::system().now(), context.out, context.terminal);
}

}  // namespace

void add_show(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<ShowArguments>();  // shared with the callback
  auto* command = app.add_subcommand("show", "Show one run");
  command->add_option("run", arguments->run, "The run")->type_name("RUN")->required();
  command->add_flag("--captured", arguments->captured, "Show all that was captured");
  set_examples(*command, {"track show @latest", "track show a1b2 --captured",
                          "track show model:digits@production --json"});
  command->callback([arguments, &context] { run_show(*arguments, context); });
}

}  // namespace track::cli
