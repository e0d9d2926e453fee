#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "render/number.hpp"
#include "render/record_text.hpp"
#include "render/table.hpp"
#include "track/registry.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/json_forms.hpp"

namespace track::cli {
namespace {

using schemas::Json;
using schemas::to_json;

void list_models(Context& context) {
  Registry registry(context.store());
  const auto models = registry.models();
  if (context.json) {
    for (const ModelRecord& model : models) context.print_json(to_json(model));
    return;
  }
  if (models.empty()) return context.say("no models");
  Table table({{"model"}, {"versions", Align::right}, {"aliases"}, {"created"}});
  const Timestamp now = Clock::system().now();
  for (const ModelRecord& model : models) {
    std::string aliases;
    for (const AliasRecord& alias : registry.aliases(model.name)) {
      aliases += fmt::format("{}{}={}", aliases.empty() ? "" : " ", alias.alias, alias.version);
    }
    table.add_row({model.name, std::to_string(model.versions), aliases,
                   format_relative(model.created.ms, now.ms)});
  }
  table.print(context.out, context.terminal);
}

template <typename Record>
Json list_json(const std::vector<Record>& records) {
  Json list = Json::array();
  for (const Record& record : records) list.push(to_json(record));
  return list;
}

void print_versions(const std::vector<ModelVersionRecord>& versions, Context& context) {
  Table table({{"version", Align::right},
               {"digest"},
               {"size", Align::right},
               {"run"},
               {"artifact"},
               {"created"},
               {"revoked"}});
  for (const ModelVersionRecord& version : versions) {
    table.add_row({std::to_string(version.version),
                   short_digest(version.digest),
                   format_bytes(version.size),
                   short_id(version.run),
                   version.step ? fmt::format("{}@step={}", version.artifact, *version.step)
                                : version.artifact,
                   format_local_time(version.created.ms),
                   {version.revoked ? version.revoke_reason : "", Style::bad}});
  }
  table.print(context.out, context.terminal);
}

std::string format_move(const TransitionRecord& transition) {
  const auto name = [](const std::optional<std::int64_t>& version) {
    return version ? std::to_string(*version) : std::string("-");
  };
  return name(transition.from) + " to " + name(transition.to);
}

void print_transitions(const std::vector<TransitionRecord>& transitions, Context& context) {
  Table table(
      {{"#", Align::right}, {"time"}, {"action"}, {"alias"}, {"version"}, {"by"}, {"reason"}});
  for (const TransitionRecord& transition : transitions) {
    table.add_row({std::to_string(transition.sequence), format_local_time(transition.time.ms),
                   std::string{to_string(transition.action)}, transition.alias,
                   format_move(transition), transition.actor, transition.reason});
  }
  table.print(context.out, context.terminal);
}

/// A model may have a history and no version: a waiver before its first promotion.
void require_model(Registry& registry, const std::string& model) {
  if (!registry.transitions(model).empty()) return;
  throw Error(ErrorCode::not_found,
              fmt::format("cannot show model '{}': there is no such model", model),
              "list models with track models");
}

void show_model(const std::string& model, Context& context) {
  Registry registry(context.store());
  const auto versions = registry.versions(model);
  if (versions.empty()) require_model(registry, model);
  const auto aliases = registry.aliases(model);
  const auto transitions = registry.transitions(model);
  if (context.json) {
    return context.print_json(Json::object()
                                  .set("model", model)
                                  .set("versions", list_json(versions))
                                  .set("aliases", list_json(aliases))
                                  .set("transitions", list_json(transitions)));
  }
  Table table({{"alias"},
               {"version", Align::right},
               {"digest"},
               {"sequence", Align::right},
               {"since"},
               {"by"}});
  for (const AliasRecord& alias : aliases) {
    table.add_row({alias.alias, std::to_string(alias.version), short_digest(alias.digest),
                   std::to_string(alias.sequence), format_local_time(alias.since.ms), alias.actor});
  }
  if (!table.empty()) {
    table.print(context.out, context.terminal);
    context.out << '\n';
  }
  print_versions(versions, context);
  if (transitions.empty()) return;
  context.out << '\n';
  print_transitions(transitions, context);
}

}  // namespace

void add_models(CLI::App& app, Context& context) {
  auto model = std::make_shared<std::string>();  // shared with the callback
  auto* command = app.add_subcommand("models", "List models, or show one");
  command->require_subcommand(0, 1);
  auto* show = command->add_subcommand("show", "Show versions, aliases and history of a model");
  show->add_option("model", *model, "The model")->type_name("MODEL")->required();
  set_examples(*show, {"track models show digits"});
  set_examples(*command, {"track models", "track models show digits"});
  command->callback([model, show, &context] {
    if (show->parsed()) {
      show_model(*model, context);
    } else {
      list_models(context);
    }
  });
}

}  // namespace track::cli
