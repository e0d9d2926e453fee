#include "capture/code/ignore_rules.hpp"

#include <array>

#include <catch2/catch.hpp>

#include "capture_fixture.hpp"

using namespace track_test;  // NOLINT: a test file
using track::detail::IgnoreRules;

TEST_CASE("rules leave out what git would leave out", "[capture]") {
  const std::array rules = {
      "*.o",     "/build/",      "build",     "a/b",           "/a/*.txt",       "**/cache",
      "logs/**", "a/**/z",       "!keep.o",   "*.o\n!keep.o",  "# comment\n\nx", "\\#hash",
      "\\!bang", "tr ail  ",     "esc\\ ",    "[abc].c",       "[!a].c",         "?.c",
      "dir/",    "dir/\n!dir/f", "*\n!*.py",  "*\n!*/\n!*.py", "d*r/*",          "***",
      "a/",      "/*\n!/src",    "foo/*\r\n", "*.[oa]",
  };
  const std::array paths = {
      "x",      "a.o",      "keep.o", "src/keep.o", "build/x",    "src/build/x", "build",
      "a/b",    "a/b/c",    "x/a/b",  "a/n.txt",    "a/b/n.txt",  "cache/x",     "s/cache/y",
      "logs/1", "logs/2/3", "a/z",    "a/b/c/z",    "#hash",      "!bang",       "tr ail",
      "a.c",    "b.c",      "dir/f",  "dir/g",      "deep/dir/f", "m.py",        "src/m.py",
      "foo/1",  "lib.a",    "esc ",
  };
  TempDir directory;
  git(directory.path(), "init -q");
  for (const auto* rule : rules) {
    write(directory / ".gitignore", rule);
    const IgnoreRules ours(rule);
    for (const auto* path : paths) {
      INFO("rule '" << rule << "', path '" << path << "'");
      // git answers for a path that need not be there; it says how by its output.
      const auto answer = git(directory.path(), "check-ignore -q --no-index -- '" +
                                                    std::string(path) + "' && echo yes || echo no");
      CHECK(ours.ignores(path) == (answer == "yes"));
    }
  }
}

TEST_CASE("the last rule that matches decides, and without one nothing does", "[capture]") {
  const IgnoreRules rules("*.log\n!important.log\n");
  CHECK(rules.decide("a.log", false) == true);
  CHECK(rules.decide("important.log", false) == false);
  CHECK_FALSE(rules.decide("a.txt", false));
  CHECK(IgnoreRules().empty());
  CHECK_FALSE(IgnoreRules("# only words\n").ignores("only"));
}
