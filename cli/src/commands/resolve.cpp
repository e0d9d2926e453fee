#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/registry.hpp"
#include "track/schemas/json_forms.hpp"

namespace track::cli {
namespace {

using schemas::Json;

struct ResolveArguments {
  std::string what;
  std::string out;
  std::string changed_since;
  bool exit_code = false;
};

Digest parse_digest(const std::string& text) {
  if (const auto digest = Digest::parse(text)) return *digest;
  throw Error(ErrorCode::usage, "cannot read digest '" + text + "': it is not 'b3:' and 64 digits");
}

void run_resolve(const ResolveArguments& arguments, Context& context) {
  std::optional<Digest> known;
  if (!arguments.changed_since.empty()) known = parse_digest(arguments.changed_since);
  Registry registry(context.store());
  const ModelVersionRecord version = registry.resolve(arguments.what);
  const bool changed = !known || *known != version.digest;
  if (known && changed && arguments.exit_code) context.exit_code = k_exit_different;
  std::vector<std::filesystem::path> files;
  // Whoever has these bytes already needs them no second time.
  if (!arguments.out.empty() && changed) files = registry.materialize(version, arguments.out);
  if (context.json) {
    Json written = Json::array();
    for (const auto& file : files) written.push(file.string());
    return context.print_json(Json::object()
                                  .set("version", schemas::to_json(version))
                                  .set("changed", known ? Json(changed) : Json())
                                  .set("files", written));
  }
  context.out << context.visible(version.model) << '/' << version.version << ' '
              << version.digest.to_string() << '\n';
  for (const auto& file : files) context.out << context.visible(file.string()) << '\n';
}

}  // namespace

void add_resolve(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<ResolveArguments>();  // shared with the callback
  auto* command = app.add_subcommand(
      "resolve", "Print the version and digest that an alias names, or fetch it");
  command->add_option("what", arguments->what, "MODEL@ALIAS or MODEL/VERSION")
      ->type_name("MODEL@ALIAS")
      ->required();
  command->add_option("--out", arguments->out, "Write the verified files here")->type_name("DIR");
  auto* since = command
                    ->add_option("--changed-since", arguments->changed_since,
                                 "Say whether it is another content than this")
                    ->type_name("DIGEST");
  command->add_flag("--exit-code", arguments->exit_code, "Exit 1 if it is")->needs(since);
  set_examples(*command, {"track resolve digits@production",
                          "track resolve digits@production --out /srv/model",
                          "track resolve digits@production --changed-since b3:... --exit-code"});
  command->callback([arguments, &context] { run_resolve(*arguments, context); });
}

}  // namespace track::cli
