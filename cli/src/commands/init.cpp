#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/store.hpp"

namespace track::cli {
namespace {

struct InitArguments {
  std::string at;
  std::string group;
  bool shared = false;
};

void run_init(const InitArguments& arguments, Context& context) {
  const std::string& at = arguments.at.empty() ? context.store_path : arguments.at;
  const auto path = Store::init({.at = at, .shared = arguments.shared, .group = arguments.group});
  if (context.json) {
    context.print_json(schemas::Json::object().set("path", path.string()));
  } else {
    context.out << context.visible(path.string()) << '\n';
  }
}

}  // namespace

void add_init(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<InitArguments>();  // shared with the callback
  auto* command = app.add_subcommand("init", "Make a store, and print where it is");
  command->add_option("--at", arguments->at, "Make it here, rather than at the git top level")
      ->type_name("DIR");
  auto* shared = command
                     ->add_option("--shared", arguments->group,
                                  "Let a group read and write it; default: the directory's group")
                     ->type_name("GROUP")
                     ->expected(0, 1);
  set_examples(*command, {"track init", "track init --at /data/track --shared=ml"});
  command->callback([arguments, shared, &context] {
    arguments->shared = shared->count() > 0;
    run_init(*arguments, context);
  });
}

}  // namespace track::cli
