#include "command_options.hpp"

#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>

using namespace track::cli;

namespace {

void parse(CLI::App& app, std::vector<std::string> words) {
  std::reverse(words.begin(), words.end());
  app.parse(std::move(words));
}

}  // namespace

TEST_CASE("a repeated option takes one value each time, brackets and all", "[cli]") {
  CLI::App app{"test"};
  std::vector<std::string> tags;
  std::string run;
  add_repeated(app, "--tag", tags, "Tags");
  app.add_option("run", run, "Run");
  parse(app, {"--tag", "[a,b]", "r1", "--tag", "c=d"});
  CHECK(tags == std::vector<std::string>{"[a,b]", "c=d"});
  CHECK(run == "r1");
}

TEST_CASE("a choice refuses what is not offered and names the offers", "[cli]") {
  CLI::App app{"test"};
  std::string format = "text";
  add_choice(app, "--format", format, {"text", "json"}, "Format");
  parse(app, {"--format", "json"});
  CHECK(format == "json");
  CHECK_THROWS_WITH(parse(app, {"--format", "xml"}),
                    Catch::Contains("'xml' is none of text, json"));
  CHECK(app.get_option("--format")->get_type_name() == "text|json");
}

TEST_CASE("help ends in the examples", "[cli]") {
  CLI::App app{"test", "track"};
  set_examples(app, {"track show @latest", "track show a1b2"});
  const std::string help = app.help();
  CHECK(help.find("Examples:\n  track show @latest\n  track show a1b2\n") != std::string::npos);
}

TEST_CASE("an integer is decimal, whatever zeros stand before it", "[cli]") {
  CLI::App app{"test"};
  std::int64_t step = 0;
  add_integer(
      app, "--step", [&](std::int64_t value) { step = value; }, "Step", -5);
  parse(app, {"--step", "010"});
  CHECK(step == 10);
  parse(app, {"--step=-5"});
  CHECK(step == -5);
  for (const char* text : {"", "1x", "0x10", "1e3", "1.0", "-6", "99999999999999999999"}) {
    CHECK_THROWS_AS(parse(app, {"--step", text}), CLI::ParseError);
  }
}
