#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "command_words.hpp"
#include "commands/commands.hpp"
#include "completion.hpp"
#include "store_candidates.hpp"

namespace track::cli {
namespace {

/// The store that the words name with --store, else the usual one.
std::string store_path_of(const std::vector<std::string>& words, const Context& context) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "--store") return words[i + 1];
    if (words[i].rfind("--store=", 0) == 0) return words[i].substr(8);
  }
  return context.store_path;
}

/// A key was pressed: nothing is written, and what fails is not offered.
std::vector<Candidate> read_candidates(const std::string& store_path, std::string_view type) {
  try {
    if (!Store::locate(store_path)) return {};
    Store store = Store::open({.path = store_path, .ingest = false});
    return list_candidates(store, type);
  } catch (const std::exception&) {
    return {};
  }
}

void run_complete(const CLI::App& app, Context& context) {
  const std::string store_path = store_path_of(context.command, context);
  const auto source = [&](std::string_view type) { return read_candidates(store_path, type); };
  print_completion(context.out, complete(app, context.command, source));
}

}  // namespace

void add_complete(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("__complete", "Print what could stand at the cursor");
  command->group("");  // for the shells' scripts, not for people
  command->footer("Examples:\n  track __complete -- show ''");
  command->callback([&app, &context] { run_complete(app, context); });
}

}  // namespace track::cli
