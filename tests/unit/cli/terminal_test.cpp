#include "render/terminal.hpp"

#include <catch2/catch.hpp>

using track::cli::describe_terminal;
using track::cli::TerminalEnvironment;

namespace {

TerminalEnvironment usual_environment() {
  return {.term = "xterm-256color", .lang = "en_US.UTF-8"};
}

}  // namespace

TEST_CASE("colour is on only on a terminal that has it", "[cli]") {
  auto environment = usual_environment();
  CHECK(describe_terminal(true, 100, environment).colour);
  CHECK_FALSE(describe_terminal(false, 100, environment).colour);
  environment.term = "dumb";
  CHECK_FALSE(describe_terminal(true, 100, environment).colour);
  environment.term = "";
  CHECK_FALSE(describe_terminal(true, 100, environment).colour);
}

TEST_CASE("the cursor moves on a terminal that can do so, without colour too", "[cli]") {
  auto environment = usual_environment();
  environment.no_color = "1";
  CHECK(describe_terminal(true, 100, environment).moves_cursor);
  CHECK_FALSE(describe_terminal(false, 100, environment).moves_cursor);
  environment.term = "dumb";
  CHECK_FALSE(describe_terminal(true, 100, environment).moves_cursor);
}

TEST_CASE("NO_COLOR turns colour off when it is not empty", "[cli]") {
  auto environment = usual_environment();
  environment.no_color = "1";
  CHECK_FALSE(describe_terminal(true, 100, environment).colour);
}

TEST_CASE("the width is COLUMNS, else the window's, else 80", "[cli]") {
  auto environment = usual_environment();
  CHECK(describe_terminal(true, 132, environment).width == 132);
  CHECK(describe_terminal(true, 0, environment).width == 80);
  environment.columns = "60";
  CHECK(describe_terminal(true, 132, environment).width == 60);
  environment.columns = "60x";
  CHECK(describe_terminal(true, 132, environment).width == 132);
  environment.columns = "1";
  CHECK(describe_terminal(true, 132, environment).width == 20);
}

TEST_CASE("the first locale variable that is set decides on UTF-8", "[cli]") {
  TerminalEnvironment environment{.lang = "C.utf8"};
  CHECK(describe_terminal(true, 0, environment).utf8);
  environment.lc_ctype = "POSIX";
  CHECK_FALSE(describe_terminal(true, 0, environment).utf8);
  environment.lc_all = "de_DE.UTF-8";
  CHECK(describe_terminal(true, 0, environment).utf8);
  CHECK_FALSE(describe_terminal(true, 0, TerminalEnvironment{}).utf8);
}

TEST_CASE("a pipe gets text of the user unchanged, whatever the locale", "[cli]") {
  CHECK(describe_terminal(false, 0, TerminalEnvironment{}).shows_unicode_text());
  CHECK_FALSE(describe_terminal(true, 0, TerminalEnvironment{}).shows_unicode_text());
}
