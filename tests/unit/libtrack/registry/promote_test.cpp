#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "query/store_impl.hpp"
#include "registry/gates.hpp"
#include "registry/waiver.hpp"
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

const char* const k_floor = "[[gate]]\nname = \"floor\"\nmetric = \"acc\"\nmin = 0.9\n";

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

TEST_CASE("A gate that fails refuses and leaves nothing behind", "[registry]") {
  RegistryStore fixture;
  const auto good = fixture.train("a", {0.1, 0.95});
  const auto bad = fixture.train("b", {0.95, 0.1});
  const auto nan = fixture.train("c", {std::nan("")});
  auto options = RegistryStore::to_production();
  options.policy = fixture.write("policy.toml", k_floor);
  auto store = fixture.open();
  Registry registry(store);
  CHECK_FALSE(registry.evaluate(bad, options).passed);
  CHECK(code_of([&] { registry.promote(bad, options); }) == ErrorCode::refused);
  CHECK(code_of([&] { registry.promote(nan, options); }) == ErrorCode::refused);
  CHECK(registry.audit().empty());
  const auto report = registry.promote(good, options);
  CHECK(report.policy.passed);
  REQUIRE(report.transition.evidence);
  CHECK(report.transition.policy == report.policy.digest);
  // A policy that is no longer there, or says nothing, lets nothing pass.
  options.policy = fixture.write("policy.toml", "");
  CHECK(code_of([&] { registry.promote(good, options); }) == ErrorCode::usage);
  std::filesystem::remove(options.policy);
  CHECK_THROWS_AS(registry.promote(good, options), Error);
}

TEST_CASE("Gates judge nothing while points are missing from the catalog", "[registry]") {
  RegistryStore fixture;
  const auto run = fixture.train("a", {0.95});
  auto store = fixture.open();
  Registry registry(store);
  auto options = RegistryStore::to_production();
  options.policy = fixture.write("policy.toml", k_floor);
  CHECK(registry.evaluate(run, options).passed);
  static_cast<void>(fixture.train("b"));
  const auto lock = store.path() / "ingest.lock";
  std::filesystem::rename(lock, lock.string() + ".away");
  std::filesystem::create_directory(lock);  // so that nobody can ingest
  CHECK(code_of([&] { static_cast<void>(registry.evaluate(run, options)); }) ==
        ErrorCode::inconclusive);
  CHECK(code_of([&] { registry.promote(run, options); }) == ErrorCode::inconclusive);
  CHECK(store.impl().catalog().transitions({}).empty());
  std::filesystem::remove(lock);
  std::filesystem::rename(lock.string() + ".away", lock);
  CHECK(registry.promote(run, options).policy.passed);
}

TEST_CASE("Gates judge no run of which a part cannot be read", "[registry]") {
  RegistryStore fixture;
  const auto run = fixture.train("a", {0.95});
  const auto other = fixture.train("b", {0.95});
  auto store = fixture.open();
  Registry registry(store);
  auto options = RegistryStore::to_production();
  options.policy = fixture.write("policy.toml", k_floor);
  CHECK(registry.evaluate(run, options).passed);
  const auto journal = store.path() / "journals" / run.value;
  std::filesystem::create_directories(journal);
  std::ofstream(journal / "0198c0de-0000-4000-8000-000000000000.seg") << "what was its last words";
  CHECK(code_of([&] { static_cast<void>(registry.evaluate(run, options)); }) ==
        ErrorCode::inconclusive);
  CHECK(code_of([&] { registry.promote(run, options); }) == ErrorCode::inconclusive);
  CHECK(registry.promote(other, options).policy.passed);
  std::filesystem::remove_all(journal);
  options.expect = 1;
  CHECK(registry.promote(run, options).policy.passed);
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

TEST_CASE("A waiver holds for its content, alias, gate and policy, and until it expires",
          "[registry]") {
  RegistryStore fixture;
  const auto run = fixture.train("a", {0.5});
  const auto policy = fixture.write("policy.toml", k_floor);
  auto store = fixture.open();
  Registry registry(store);
  auto staging = RegistryStore::to_production();
  staging.alias = "staging";
  const auto version = *registry.promote(run, staging).version;
  auto options = RegistryStore::to_production();
  options.policy = policy;
  CHECK(code_of([&] { registry.promote(run, options); }) == ErrorCode::refused);
  CHECK(code_of([&] { registry.waive("digits/1", "production", "floor", policy, 31, "r"); }) ==
        ErrorCode::usage);
  CHECK(code_of([&] { registry.waive("digits/1", "production", "floor", policy, 0, "r"); }) ==
        ErrorCode::usage);
  CHECK(code_of([&] { registry.waive("digits/1", "production", "roof", policy, 3, "r"); }) ==
        ErrorCode::not_found);
  CHECK(code_of([&] { registry.waive("digits/1", "production", "floor", policy, 3, " "); }) ==
        ErrorCode::usage);
  const auto waiver = registry.waive("digits/1", "production", "floor", policy, 3, "a known case");
  const auto evaluate = [&](std::string_view alias, Timestamp now) {
    const detail::Candidate candidate{
        .run = run, .model = "digits", .alias = alias, .digest = version.digest};
    return detail::evaluate_policy(store.impl().catalog(), policy, candidate, now);
  };
  constexpr std::int64_t k_days = 3 * 86'400'000;
  CHECK(evaluate("production", {waiver.time.ms + k_days - 1}).passed);
  CHECK_FALSE(evaluate("production", {waiver.time.ms + k_days}).passed);
  CHECK_FALSE(evaluate("canary", waiver.time).passed);
  const auto report = registry.promote(run, options);
  REQUIRE(report.policy.gates.size() == 1);
  CHECK(report.policy.gates[0].waived);
  CHECK_FALSE(report.policy.gates[0].passed);
  // Another policy is another question.
  fixture.write("policy.toml", std::string(k_floor) + "# looser\n");
  CHECK_FALSE(registry.evaluate(run, options).passed);
}

TEST_CASE("Revoked content gets no waiver", "[registry]") {
  RegistryStore fixture;
  const auto run = fixture.train("a", {0.5});
  const auto policy = fixture.write("policy.toml", k_floor);
  auto store = fixture.open();
  Registry registry(store);
  registry.promote(run, RegistryStore::to_production());
  registry.revoke("digits/1", "leaked");
  const auto before = registry.audit().size();
  CHECK(code_of([&] { registry.waive("digits/1", "production", "floor", policy, 3, "r"); }) ==
        ErrorCode::refused);
  WaiveOptions waiver;
  waiver.model = "letters";
  waiver.alias = "production";
  waiver.gate = "floor";
  waiver.policy = policy;
  waiver.reason = "r";
  CHECK(code_of([&] { registry.waive(run, waiver); }) == ErrorCode::refused);
  CHECK(registry.audit().size() == before);
}

TEST_CASE("A gate can be waived for a run's artifact before a model's first promotion",
          "[registry]") {
  RegistryStore fixture;
  const auto run = fixture.train("a", {0.5});
  auto options = RegistryStore::to_production();
  options.policy = fixture.write("policy.toml", k_floor);
  auto store = fixture.open();
  Registry registry(store);
  WaiveOptions waiver;
  waiver.model = "digits";
  waiver.alias = "production";
  waiver.gate = "floor";
  waiver.policy = options.policy;
  waiver.reason = "a first one";
  const auto refused_with = [&](auto&& change) {
    auto wrong = waiver;
    change(wrong);
    return code_of([&] { registry.waive(run, wrong); });
  };
  CHECK(refused_with([](auto& each) { each.days = 31; }) == ErrorCode::usage);
  CHECK(refused_with([](auto& each) { each.gate = "roof"; }) == ErrorCode::not_found);
  CHECK(refused_with([](auto& each) { each.reason = " "; }) == ErrorCode::usage);
  CHECK(refused_with([](auto& each) { each.model = "../digits"; }) == ErrorCode::usage);
  CHECK(refused_with([](auto& each) { each.artifact = "other"; }) == ErrorCode::not_found);
  CHECK(registry.audit().empty());
  const auto transition = registry.waive(run, waiver);
  CHECK(transition.action == Action::waive);
  CHECK(transition.model == "digits");
  CHECK(registry.models().empty());
  const auto other = fixture.train("b", {0.5});
  CHECK(code_of([&] { registry.promote(other, options); }) == ErrorCode::refused);
  const auto report = registry.promote(run, options);
  CHECK(report.version->version == 1);
  CHECK(report.version->digest == transition.digest);
  REQUIRE(report.policy.gates.size() == 1);
  CHECK(report.policy.gates[0].waived);
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
