#include "command_words.hpp"

#include <CLI/CLI.hpp>

namespace track::cli {
namespace {

const CLI::App* find_command(const CLI::App& app, const std::string& word) {
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->check_name(word)) return command;
  }
  return nullptr;
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

}  // namespace

bool is_hidden(const CLI::App& app) { return app.get_group().empty(); }

const CLI::Option* find_option(const CLI::App* app, const std::string& word) {
  for (; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : app->get_options()) {
      if (option->nonpositional() && option->check_name(word)) return option;
    }
  }
  return nullptr;
}

Position follow_words(const CLI::App& app, const std::vector<std::string>& words) {
  Position position{&app};
  for (const std::string& word : words) {
    if (word == "--") {
      position.after_separator = true;
      return position;
    }
    if (position.pending != nullptr) {
      position.pending = nullptr;
    } else if (word.size() > 1 && word.front() == '-') {
      const CLI::Option* option = find_option(position.command, word);
      if (option != nullptr && takes_value(*option)) position.pending = option;
    } else if (const CLI::App* next = find_command(*position.command, word);
               next != nullptr && position.positionals == 0) {
      position.command = next;
    } else {
      if (position.positionals++ == 0) position.first_positional = word;
    }
  }
  return position;
}

}  // namespace track::cli
