#include "command_words.hpp"

#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>

using track::cli::follow_words;

namespace {

struct Program {
  CLI::App app{"test", "track"};
  std::string value;
  bool flag = false;
  CLI::App* show = app.add_subcommand("show", "Show");
  CLI::App* policy = app.add_subcommand("policy", "Policies");
  CLI::App* check = policy->add_subcommand("check", "Check");

  Program() {
    app.add_option("--store", value);
    app.add_flag("--json", flag);
    show->add_option("run", value);
  }
};

}  // namespace

TEST_CASE("words lead to the innermost command", "[cli]") {
  const Program program;
  CHECK(follow_words(program.app, {}).command == &program.app);
  CHECK(follow_words(program.app, {"show"}).command == program.show);
  CHECK(follow_words(program.app, {"policy", "check"}).command == program.check);
}

TEST_CASE("the value of an option is no command", "[cli]") {
  const Program program;
  const auto position = follow_words(program.app, {"--store", "show"});
  CHECK(position.command == &program.app);
  CHECK(position.pending == nullptr);
  CHECK(follow_words(program.app, {"--store", "x", "show"}).command == program.show);
  CHECK(follow_words(program.app, {"--json", "show"}).command == program.show);
}

TEST_CASE("an option at the end waits for its value", "[cli]") {
  const Program program;
  CHECK(follow_words(program.app, {"show", "--store"}).pending != nullptr);
}

TEST_CASE("an argument that is called like a command is an argument", "[cli]") {
  const Program program;
  const auto position = follow_words(program.app, {"show", "show"});
  CHECK(position.command == program.show);
  CHECK(position.positionals == 1);
  CHECK(position.first_positional == "show");
}

TEST_CASE("nothing is read behind the separator", "[cli]") {
  const Program program;
  const auto position = follow_words(program.app, {"--", "show"});
  CHECK(position.after_separator);
  CHECK(position.command == &program.app);
}
