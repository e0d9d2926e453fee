#include "registry/gates.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "query/store_impl.hpp"
#include "registry/waiver.hpp"
#include "registry_fixture.hpp"

using namespace track;
using track_test::code_of;
using track_test::RegistryStore;

namespace {

const char* const k_floor = "[[gate]]\nname = \"floor\"\nmetric = \"acc\"\nmin = 0.9\n";

/// A promotion to production that has to pass the floor.
PromoteOptions gated(const RegistryStore& fixture) {
  auto options = RegistryStore::to_production();
  options.policy = fixture.write("policy.toml", k_floor);
  return options;
}

}  // namespace

TEST_CASE("A gate that fails refuses and leaves nothing behind", "[registry]") {
  RegistryStore fixture;
  const auto good = fixture.train("a", {0.1, 0.95});
  const auto bad = fixture.train("b", {0.95, 0.1});
  const auto nan = fixture.train("c", {std::nan("")});
  auto options = gated(fixture);
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
  auto options = gated(fixture);
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
  auto options = gated(fixture);
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
  auto options = gated(fixture);
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
