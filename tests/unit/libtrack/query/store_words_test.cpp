#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

#include "query_fixture.hpp"
#include "track/store.hpp"

using namespace track;       // NOLINT: a test file
using namespace track_test;  // NOLINT: a test file

namespace {

const RunId k_run = id_of("aaaa1");

/// A store with one run, open.
struct OneRun {
  QueryStore fixture;
  Store store;

  OneRun() : store((fixture.add(begin(k_run, {.name = "first"})), fixture.open())) {}

  [[nodiscard]] std::vector<std::pair<std::string, std::string>> tags() {
    std::vector<std::pair<std::string, std::string>> tags;
    for (const auto& tag : store.details(k_run).tags) tags.emplace_back(tag.name, tag.value);
    return tags;
  }
};

using Tags = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST_CASE("A tag is set, replaced, kept empty and removed", "[query]") {
  OneRun one;
  one.store.set_tag(k_run, "owner", "eve");
  one.store.set_tag(k_run, "état", "prêt à l'emploi");
  one.store.set_tag(k_run, "owner", "adam");
  one.store.set_tag(k_run, "empty", "");
  CHECK(one.tags() == Tags{{"empty", ""}, {"owner", "adam"}, {"état", "prêt à l'emploi"}});
  one.store.set_tag(k_run, "empty", std::nullopt);
  one.store.set_tag(k_run, "never there", std::nullopt);
  CHECK(one.tags() == Tags{{"owner", "adam"}, {"état", "prêt à l'emploi"}});
}

TEST_CASE("A note and a name are replaced, and the new name finds the run", "[query]") {
  OneRun one;
  one.store.set_note(k_run, "one\ntwo");
  one.store.rename(k_run, "second");
  CHECK(one.store.find_run(k_run)->note == "one\ntwo");
  CHECK(one.store.resolve("second") == k_run);
  CHECK(failure_of([&] { return one.store.resolve("first"); }).code() == ErrorCode::not_found);
  one.store.set_note(k_run, "");
  CHECK(one.store.find_run(k_run)->note.empty());
}

TEST_CASE("Words for a run that is not there are refused", "[query]") {
  OneRun one;
  const auto other = id_of("nnnn");
  const auto code = [](auto&& body) { return failure_of([&] { return body(), 0; }).code(); };
  CHECK(code([&] { one.store.set_tag(other, "a", "b"); }) == ErrorCode::not_found);
  CHECK(code([&] { one.store.set_note(other, "a"); }) == ErrorCode::not_found);
  CHECK(code([&] { one.store.rename(other, "a"); }) == ErrorCode::not_found);
}

TEST_CASE("Words that no run could log are refused from people too, and change nothing",
          "[query]") {
  OneRun one;
  one.store.set_tag(k_run, "owner", "eve");
  one.store.set_note(k_run, "note");
  const auto code = [](auto&& body) { return failure_of([&] { return body(), 0; }).code(); };
  const std::string broken = "a\xff";
  const std::string nul("a\0b", 3);
  for (const auto& name : {std::string(), broken, nul, std::string("a\x1b[31m"),
                           std::string("a\nb"), std::string(513, 'a')}) {
    CAPTURE(name);
    CHECK(code([&] { one.store.rename(k_run, name); }) == ErrorCode::usage);
    CHECK(code([&] { one.store.set_tag(k_run, name, "x"); }) == ErrorCode::usage);
  }
  for (const auto& text : {broken, nul, std::string((1U << 20U) + 1, 'a')}) {
    CHECK(code([&] { one.store.set_tag(k_run, "owner", text); }) == ErrorCode::usage);
    CHECK(code([&] { one.store.set_note(k_run, text); }) == ErrorCode::usage);
  }
  CHECK(one.store.find_run(k_run)->name == "first");
  CHECK(one.store.find_run(k_run)->note == "note");
  CHECK(one.tags() == Tags{{"owner", "eve"}});
}

TEST_CASE("A secret in a note, a tag or a name is redacted, and its rule is told", "[query]") {
  const std::string token = "ghp_" + std::string(36, 'a');
  OneRun one;
  const std::vector<std::string> rules = {"GitHub token"};
  CHECK(one.store.set_note(k_run, "pushed with " + token + " by hand") == rules);
  CHECK(one.store.set_tag(k_run, "key", token) == rules);
  CHECK(one.store.rename(k_run, token) == rules);
  CHECK(one.store.find_run(k_run)->note == "pushed with [redacted] by hand");
  CHECK(one.store.find_run(k_run)->name == "[redacted]");
  CHECK(one.tags() == Tags{{"key", "[redacted]"}});
}
