#include "completion.hpp"

#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>
#include <sstream>

#include "command_options.hpp"

using namespace track::cli;

namespace {

struct Program {
  CLI::App app{"test", "track"};
  std::string text;
  std::vector<std::string> list;
  bool flag = false;

  Program() {
    app.add_option("--store", text, "Store")->type_name("DIR");
    app.add_flag("--json", flag, "JSON");
    auto* show = app.add_subcommand("show", "Show one run");
    show->add_option("run", text, "Run")->type_name("RUN");
    add_choice(*show, "--format", text, {"text", "json"}, "Format");
    auto* plot = app.add_subcommand("plot", "Plot");
    plot->add_option("runs", list, "Runs")->type_name("RUN");
    plot->add_option("--metric", text, "Metric")->type_name("METRIC");
    plot->add_option("--out", text, "File")->type_name("FILE");
    app.add_subcommand("__complete", "Hidden")->group("");
  }

  std::string complete(const std::vector<std::string>& words) {
    const auto source = [](std::string_view type) -> std::vector<Candidate> {
      if (type == "RUN") return {{"a1b2", "digits"}, {"c3d4", ""}};
      if (type == "METRIC") return {{"loss", ""}};
      return {};
    };
    std::ostringstream out;
    print_completion(out, track::cli::complete(app, words, source));
    return out.str();
  }
};

}  // namespace

TEST_CASE("commands are completed, hidden ones not", "[cli]") {
  Program program;
  CHECK(program.complete({""}) == "show\tShow one run\nplot\tPlot\n");
  CHECK(program.complete({"pl"}) == "plot\tPlot\n");
  CHECK(program.complete({"__"}).empty());
}

TEST_CASE("flags are completed, those of all commands too", "[cli]") {
  Program program;
  CHECK(program.complete({"show", "--f"}) == "--format\tFormat\n");
  CHECK(program.complete({"show", "--js"}) == "--json\tJSON\n");
}

TEST_CASE("values come from the choices, the store or the shell", "[cli]") {
  Program program;
  CHECK(program.complete({"show", "--format", ""}) == "text\njson\n");
  CHECK(program.complete({"show", "--format=j"}) == "--format=json\n");
  CHECK(program.complete({"show", ""}) == "a1b2\tdigits\nc3d4\n");
  CHECK(program.complete({"plot", "--metric", ""}) == "loss\n");
  CHECK(program.complete({"plot", "--out", ""}) == ":files\n");
  CHECK(program.complete({"--store", ""}) == ":directories\n");
}

TEST_CASE("an argument that repeats is completed each time, another once", "[cli]") {
  Program program;
  CHECK(program.complete({"plot", "a1b2", "c"}) == "c3d4\n");
  CHECK(program.complete({"show", "a1b2", ""}).empty());
}

TEST_CASE("behind the separator the shell completes a command", "[cli]") {
  Program program;
  CHECK(program.complete({"show", "--", "x"}) == ":command\n");
}

TEST_CASE("a name cannot smuggle a line into the answer", "[cli]") {
  std::ostringstream out;
  print_completion(out, {Completion::Kind::words, {{"a\nb", "c\td"}}});
  CHECK(out.str() == "a\\nb\tc\\td\n");
}

TEST_CASE("without any word the commands are offered", "[cli]") {
  Program program;
  CHECK(program.complete({}) == program.complete({""}));
}
