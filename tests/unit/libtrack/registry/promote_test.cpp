#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "registry_fixture.hpp"

using namespace track;
using track_test::code_of;
using track_test::RegistryStore;

namespace {

std::int64_t holder(Registry& registry, std::string_view alias = "production") {
  for (const auto& each : registry.aliases("digits")) {
    if (each.alias == alias) return each.version;
  }
  return 0;
}

}  // namespace

TEST_CASE("Promotions make versions and move the alias; rollbacks go back", "[registry]") {
  RegistryStore fixture;
  const auto a = fixture.train("a");
  const auto b = fixture.train("b");
  const auto c = fixture.train("c");
  auto store = fixture.open();
  Registry registry(store);
  const auto first = registry.promote(a, RegistryStore::to_production());
  CHECK(first.version->version == 1);
  CHECK_FALSE(first.previous);
  CHECK(first.transition.actor == "ann");
  registry.promote(b, RegistryStore::to_production());
  const auto third = registry.promote(c, RegistryStore::to_production());
  CHECK(third.version->version == 3);
  CHECK(third.previous->version == 2);
  CHECK(registry.rollback("digits", "production", "slow").version->version == 2);
  CHECK(registry.rollback("digits", "production", "slower").version->version == 1);
  CHECK(code_of([&] { registry.rollback("digits", "production", "no"); }) == ErrorCode::refused);
  CHECK(holder(registry) == 1);
  CHECK(registry.verify_audit().findings.empty());
}

TEST_CASE("A rollback passes over what is revoked and whose bytes are gone", "[registry]") {
  RegistryStore fixture;
  const std::vector runs = {fixture.train("a"), fixture.train("b"), fixture.train("c")};
  auto store = fixture.open();
  Registry registry(store);
  for (const auto& run : runs) registry.promote(run, RegistryStore::to_production());
  SECTION("revoked") {
    registry.revoke("digits/2", "leaks");
    CHECK(registry.rollback("digits", "production", "back").version->version == 1);
  }
  SECTION("all revoked") {
    registry.revoke("digits/2", "leaks");
    registry.revoke("digits/1", "leaks");
    CHECK(code_of([&] { registry.rollback("digits", "production", "back"); }) ==
          ErrorCode::refused);
  }
  SECTION("bytes gone") {
    for (const auto& entry : std::filesystem::directory_iterator(store.path() / "objects"))
      std::filesystem::remove_all(entry.path());
    auto damaged = fixture.open();
    Registry later(damaged);
    CHECK(code_of([&] { later.rollback("digits", "production", "back"); }) == ErrorCode::refused);
    CHECK(holder(later) == 3);
  }
}

TEST_CASE("A secret in a reason is kept by no change of a model", "[registry]") {
  const std::string token = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";
  RegistryStore fixture;
  const auto a = fixture.train("a");
  const auto b = fixture.train("b");
  auto store = fixture.open();
  Registry registry(store);
  auto options = RegistryStore::to_production();
  options.reason = "as seen with " + token;
  CHECK(registry.promote(a, options).transition.reason == "as seen with [redacted]");
  registry.promote(b, options);
  registry.approve("digits/1", "production", token + " agrees");
  registry.rollback("digits", "production", "slow, says " + token);
  registry.revoke("digits/2", token);
  for (const auto& each : registry.transitions("digits")) {
    INFO(each.reason);
    CHECK(each.reason.find("[redacted]") != std::string::npos);
    CHECK(each.reason.find(token) == std::string::npos);
  }
  for (const auto& each : registry.audit()) CHECK(each.payload.find(token) == std::string::npos);
}

TEST_CASE("Names, reasons and candidates are checked before anything happens", "[registry]") {
  RegistryStore fixture;
  const auto run = fixture.train("a");
  auto store = fixture.open();
  Registry registry(store);
  auto options = RegistryStore::to_production();
  SECTION("a blank reason") { options.reason = " \n"; }
  SECTION("a model's name") { options.model = "../digits"; }
  SECTION("no model") { options.model.clear(); }
  SECTION("an alias's name") { options.alias = "pro duction"; }
  CHECK(code_of([&] { registry.promote(run, options); }) == ErrorCode::usage);
  options = RegistryStore::to_production();
  options.artifact = "nothing";
  CHECK(code_of([&] { registry.promote(run, options); }) == ErrorCode::not_found);
  CHECK(code_of([&] { registry.rollback("digits", "production", "r"); }) == ErrorCode::not_found);
  CHECK(registry.models().empty());
  CHECK(registry.audit().empty());
}

TEST_CASE("An expected sequence that is not the alias's is a conflict", "[registry]") {
  RegistryStore fixture;
  const auto a = fixture.train("a");
  const auto b = fixture.train("b");
  auto store = fixture.open();
  Registry registry(store);
  auto options = RegistryStore::to_production();
  options.expect = 1;
  CHECK(code_of([&] { registry.promote(a, options); }) == ErrorCode::conflict);
  options.expect = 0;
  registry.promote(a, options);
  CHECK(code_of([&] { registry.promote(b, options); }) == ErrorCode::conflict);
  CHECK(holder(registry) == 1);
  options.expect = 1;
  registry.promote(b, options);
  // Back to the same version is still another sequence.
  registry.rollback("digits", "production", "r");
  CHECK(code_of([&] { registry.promote(b, options); }) == ErrorCode::conflict);
}

TEST_CASE("The same promotion again under its key is the first result, until the alias moved",
          "[registry]") {
  RegistryStore fixture;
  const auto a = fixture.train("a");
  const auto b = fixture.train("b");
  auto store = fixture.open();
  Registry registry(store);
  auto options = RegistryStore::to_production();
  options.idempotency_key = "job-7-1";
  const auto first = registry.promote(a, options);
  CHECK_FALSE(first.repeated);
  const auto again = registry.promote(a, options);
  CHECK(again.repeated);
  CHECK(again.transition.sequence == first.transition.sequence);
  CHECK(registry.transitions("digits").size() == 1);
  SECTION("moved since") {
    registry.promote(b, RegistryStore::to_production());
    CHECK(code_of([&] { registry.promote(a, options); }) == ErrorCode::conflict);
    CHECK(holder(registry) == 2);
  }
  SECTION("another content under the key is another promotion") {
    const auto other = registry.promote(b, options);
    CHECK_FALSE(other.repeated);
    CHECK(holder(registry) == 2);
  }
  SECTION("another alias or model too") {
    options.alias = "staging";
    CHECK_FALSE(registry.promote(a, options).repeated);
    CHECK(holder(registry, "staging") == 1);
    options.model = "letters";
    const auto other = registry.promote(a, options);
    CHECK_FALSE(other.repeated);
    CHECK(other.transition.model == "letters");
  }
}

TEST_CASE("A revoked content is out of use in every model, for good", "[registry]") {
  RegistryStore fixture;
  const auto a = fixture.train("same");
  const auto twin = fixture.train("same");
  auto store = fixture.open();
  Registry registry(store);
  registry.promote(a, RegistryStore::to_production());
  auto letters = RegistryStore::to_production();
  letters.model = "letters";
  const auto other = registry.promote(a, letters);
  const auto digest = other.version->digest.to_string();
  const auto transition = registry.revoke(digest, "trained on what was not ours");
  CHECK(transition.action == Action::revoke);
  for (const char* what : {"digits@production", "letters@production", "digits/1", "letters/1"}) {
    CAPTURE(what);
    CHECK(code_of([&] { static_cast<void>(registry.resolve(what)); }) == ErrorCode::refused);
  }
  CHECK(code_of([&] { registry.materialize(*other.version, fixture.path() / "out"); }) ==
        ErrorCode::refused);
  letters.model = "fresh";
  CHECK(code_of([&] { registry.promote(twin, letters); }) == ErrorCode::refused);
  CHECK(code_of([&] { registry.approve(digest, "production", "r"); }) == ErrorCode::refused);
  CHECK(code_of([&] { registry.revoke(digest, "again"); }) == ErrorCode::conflict);
  CHECK(code_of([&] { registry.revoke("b3:" + std::string(64, '0'), "r"); }) ==
        ErrorCode::not_found);
  CHECK(registry.verify_audit().findings.empty());
}

TEST_CASE("That a store lies in a work tree is said with its first promotion only", "[registry]") {
  RegistryStore fixture;
  std::filesystem::create_directory(fixture.path() / ".git");
  const auto a = fixture.train("a");
  const auto b = fixture.train("b");
  auto store = fixture.open();
  Registry registry(store);
  auto canary = RegistryStore::to_production();
  canary.alias = "canary";
  const auto first = registry.promote(a, canary);
  REQUIRE(first.notes.size() == 1);
  CHECK(first.notes[0].find("git clean -fdx") != std::string::npos);
  CHECK(registry.promote(b, canary).notes.empty());
  CHECK(registry.promote(a, RegistryStore::to_production()).notes.empty());
}

TEST_CASE("resolve and materialize give the verified bytes", "[registry]") {
  RegistryStore fixture;
  const auto run = fixture.train("weights");
  auto store = fixture.open();
  Registry registry(store);
  registry.promote(run, RegistryStore::to_production());
  const auto version = registry.resolve("digits@production");
  const auto written = registry.materialize(version, fixture.path() / "serve");
  REQUIRE(written.size() == 1);
  std::ifstream file(written[0]);
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == "weights");
  CHECK(code_of([&] { static_cast<void>(registry.resolve("digits@canary")); }) ==
        ErrorCode::not_found);
  CHECK(code_of([&] { static_cast<void>(registry.resolve("digits/9")); }) == ErrorCode::not_found);
  CHECK(code_of([&] { static_cast<void>(registry.resolve("digits")); }) == ErrorCode::usage);
}
