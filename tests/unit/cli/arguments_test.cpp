#include "arguments.hpp"

#include <array>
#include <catch2/catch.hpp>

using track::cli::asks_for_json;
using track::cli::split_arguments;
using Words = std::vector<std::string>;

TEST_CASE("a command line is cut at its first separator", "[cli]") {
  const std::array<const char*, 7> argv = {"track", "run", "--json", "--", "sh", "--", "-c"};
  const auto arguments = split_arguments(7, argv.data());
  CHECK(arguments.own == Words{"run", "--json"});
  CHECK(arguments.command == Words{"sh", "--", "-c"});
  CHECK(arguments.separated);
  CHECK(asks_for_json(arguments));
}

TEST_CASE("a flag behind the separator is not ours", "[cli]") {
  const std::array<const char*, 4> argv = {"track", "run", "--", "--json"};
  CHECK_FALSE(asks_for_json(split_arguments(4, argv.data())));
}

TEST_CASE("without a separator there is no command", "[cli]") {
  const std::array<const char*, 2> argv = {"track", "ls"};
  const auto arguments = split_arguments(2, argv.data());
  CHECK(arguments.own == Words{"ls"});
  CHECK_FALSE(arguments.separated);
  CHECK(split_arguments(0, argv.data()).own.empty());
}
