#include "program.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <new>
#include <ostream>

#include "arguments.hpp"
#include "command_words.hpp"
#include "commands/commands.hpp"
#include "render/text.hpp"
#include "track/schemas/json_forms.hpp"
#include "track/version.hpp"

namespace track::cli {
namespace {

constexpr std::size_t k_longest_echo = 200;  // bytes of one argument in a message

void print_error(const Error& error, const Context& context) {
  // Where stdout itself is what failed, only stderr is left.
  if (context.json && context.out) {
    context.out << schemas::to_json(error).dump() << '\n';
    return;
  }
  context.err << "track: " << make_visible(error.what(), context.err_terminal);
  if (!error.hint().empty()) {
    context.err << " (" << make_visible(error.hint(), context.err_terminal) << ')';
  }
  context.err << '\n';
}

std::string full_name(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  if (parent == nullptr) return command.get_name();
  return full_name(*parent) + ' ' + command.get_name();
}

std::string lower_first(std::string text) {
  if (!text.empty() && text.front() >= 'A' && text.front() <= 'Z') text.front() += 'a' - 'A';
  while (!text.empty() && (text.back() == '.' || text.back() == '\n')) text.pop_back();
  return text;
}

/// CLI11 throws to print help too.
void parse(CLI::App& app, const Position& position, const Arguments& arguments, Context& context) {
  const CLI::App& command = *position.command;
  if (&command == &app && position.positionals > 0) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot run command '{}': no such command", position.first_positional),
                "see 'track --help'");
  }
  std::vector<std::string> words = arguments.own;
  if (arguments.separated && !takes_command(command)) {
    words.push_back("--");
    words.insert(words.end(), arguments.command.begin(), arguments.command.end());
  } else {
    context.command = arguments.command;
    context.command_given = arguments.separated;
  }
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForAllHelp&) {
    context.out << app.help("", CLI::AppFormatMode::All);
  } catch (const CLI::CallForHelp&) {
    context.out << app.help();
  } catch (const CLI::CallForVersion& version) {
    context.out << version.what() << '\n';
  } catch (const CLI::ParseError& error) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot read the command line: {}", lower_first(error.what())),
                fmt::format("see '{} --help'", full_name(command)));
  }
}

int report(const Error& error, const CLI::App& command, const Context& context) {
  print_error(error, context);
  return takes_command(command) ? k_exit_run_failed : exit_code_of(error.code());
}

/// The error without the bulk of long arguments: whoever typed them knows them, and what is wrong
/// with them stands behind.
Error without_bulk(const Error& error, const Arguments& arguments) {
  std::string message = error.what();
  const auto replace = [&](const std::string& word) {
    if (word.size() <= k_longest_echo) return;
    const std::string shown = shorten(word, k_longest_echo);
    for (auto at = message.find(word); at != std::string::npos;
         at = message.find(word, at + shown.size())) {
      message.replace(at, word.size(), shown);
    }
  };
  for (const auto* words : {&arguments.own, &arguments.command}) {
    for (const std::string& word : *words) {
      replace(word);
      // Of --where=EXPRESSION or --param name=VALUE the message may name either side.
      if (const auto at = word.find('='); at != std::string::npos) {
        replace(word.substr(at + 1));
        replace(word.substr(0, at));
      }
    }
  }
  return {error.code(), message, error.hint()};
}

/// Everything that a command can throw, as the one type that is reported.
Error as_error(const std::exception& error) {
  if (const auto* known = dynamic_cast<const Error*>(&error)) return *known;
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
    return {ErrorCode::io, "cannot finish the command: out of memory"};
  }
  return {ErrorCode::io, fmt::format("cannot finish the command: {}", error.what())};
}

}  // namespace

std::unique_ptr<CLI::App> make_app(Context& context) {
  auto app =
      std::make_unique<CLI::App>("Records what training runs were, and compares them.", "track");
  app->set_version_flag("--version", fmt::format("track {}", version()), "Print the version");
  app->set_help_flag("-h,--help", "Print this help");
  app->fallthrough();  // --json and --store may stand after the command too
  app->require_subcommand(1);
  app->add_option("--store", context.store_path, "Use the store in DIR")->type_name("DIR");
  app->add_flag("--json", context.json, "Print JSON");
  app->footer(
      "Examples:\n"
      "  track init\n"
      "  track run --experiment digits -- python train.py\n"
      "  track ls digits\n"
      "  track show --help");
  add_commands(*app, context);
  return app;
}

int run_program(int argc, const char* const* argv, Context& context) {
  const Arguments arguments = split_arguments(argc, argv);
  const auto app = make_app(context);
  const Position position = follow_words(*app, arguments.own);
  try {
    context.json = asks_for_json(arguments);  // for an error before it is parsed
    parse(*app, position, arguments, context);
    context.say_lag();
    context.out.flush();
    if (!context.out) throw Error(ErrorCode::io, "cannot write the results: output failed");
    return context.exit_code;
  } catch (const std::exception& error) {
    context.say_lag();
    return report(without_bulk(as_error(error), arguments), *position.command, context);
  }
}

}  // namespace track::cli
