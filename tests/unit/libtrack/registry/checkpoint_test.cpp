#include "registry/checkpoint.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include <catch2/catch.hpp>

#include "registry_fixture.hpp"
#include "track/schemas/json.hpp"

using namespace track;
using track_test::RegistryStore;

namespace {

std::string written(const AuditCheckpoint& checkpoint) {
  schemas::Json document;
  document.set("store", checkpoint.store);
  document.set("length", checkpoint.length);
  document.set("head", checkpoint.head.to_string());
  document.set("time", checkpoint.time);
  document.set("key_id", checkpoint.key_id);
  document.set("signature", checkpoint.signature);
  return document.canonical();
}

std::string first_problem(Registry& registry, const AuditCheckpoint& checkpoint) {
  const auto report = registry.verify_audit(checkpoint);
  return report.findings.empty() ? std::string() : report.findings.front().problem;
}

}  // namespace

TEST_CASE("A checkpoint is signed, read back and holds while the log only grows", "[registry]") {
  RegistryStore fixture;
  const auto a = fixture.train("a");
  const auto b = fixture.train("b");
  static_cast<void>(new_key("ci"));
  auto store = fixture.open();
  Registry registry(store);
  registry.promote(a, RegistryStore::to_production());
  const auto checkpoint = registry.checkpoint();
  CHECK(checkpoint.length == 2);
  const auto read = read_checkpoint(fixture.write("checkpoint.json", written(checkpoint)));
  CHECK(read.signature == checkpoint.signature);
  CHECK(first_problem(registry, read).empty());
  registry.promote(b, RegistryStore::to_production());
  CHECK(first_problem(registry, read).empty());
  CHECK(registry.verify_audit().length == 4);
}

TEST_CASE("A checkpoint that was altered, or is of another log, is told", "[registry]") {
  RegistryStore fixture;
  const auto a = fixture.train("a");
  static_cast<void>(new_key("ci"));
  auto store = fixture.open();
  Registry registry(store);
  registry.promote(a, RegistryStore::to_production());
  auto checkpoint = registry.checkpoint("ci");
  using Catch::Contains;
  SECTION("its time") {
    checkpoint.time = "2020-01-01T00:00:00.000Z";
    CHECK_THAT(first_problem(registry, checkpoint), Contains("does not fit"));
  }
  SECTION("a shorter log") {
    --checkpoint.length;
    CHECK_THAT(first_problem(registry, checkpoint), Contains("does not fit"));
  }
  SECTION("its signature") {
    checkpoint.signature = "!";
    CHECK_THAT(first_problem(registry, checkpoint), Contains("malformed"));
    checkpoint.signature = "YWI=";
    CHECK_THAT(first_problem(registry, checkpoint), Contains("malformed"));
  }
  SECTION("a key that is not known") {
    checkpoint.key_id = std::string(64, '0');
    CHECK_THAT(first_problem(registry, checkpoint), Contains("not in this ring"));
  }
  SECTION("a log whose tail was cut, or that was made anew") {
    RegistryStore other;
    static_cast<void>(new_key("ci"));
    auto empty = other.open();
    Registry cut(empty);
    const auto report = cut.verify_audit(checkpoint);
    CHECK(std::any_of(report.findings.begin(), report.findings.end(), [](const auto& finding) {
      return finding.problem.find("tail was cut") != std::string::npos;
    }));
    cut.promote(other.train("a"), RegistryStore::to_production());
    const auto anew = cut.verify_audit(checkpoint);
    CHECK(std::any_of(anew.findings.begin(), anew.findings.end(), [](const auto& finding) {
      return finding.problem.find("not the one") != std::string::npos;
    }));
  }
}

TEST_CASE("What is no checkpoint is not read as one", "[registry]") {
  RegistryStore fixture;
  const std::string no_digest =
      R"({"store":"s","length":2,"head":"x","time":"","key_id":"","signature":""})";
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("[]"), std::string("nonsense"), no_digest}) {
    CAPTURE(text);
    CHECK(track_test::code_of([&] {
            static_cast<void>(read_checkpoint(fixture.write("c.json", text)));
          }) == ErrorCode::corrupt);
  }
}

TEST_CASE("Keys are made once, listed, and chosen by name, id or file", "[registry]") {
  RegistryStore fixture;
  auto store = fixture.open();
  Registry registry(store);
  CHECK(track_test::code_of([&] { static_cast<void>(registry.checkpoint()); }) ==
        ErrorCode::not_found);
  const auto first = new_key("first");
  CHECK(track_test::code_of([&] { static_cast<void>(new_key("first")); }) == ErrorCode::conflict);
  CHECK(track_test::code_of([&] { static_cast<void>(new_key("../x")); }) == ErrorCode::usage);
  CHECK(registry.checkpoint().key_id == first.key_id);
  const auto second = new_key("second");
  CHECK(list_keys().size() == 2);
  CHECK(track_test::code_of([&] { static_cast<void>(registry.checkpoint()); }) ==
        ErrorCode::ambiguous);
  CHECK(registry.checkpoint("second").key_id == second.key_id);
  CHECK(registry.checkpoint(first.key_id).key_id == first.key_id);
  CHECK(track_test::code_of([&] { static_cast<void>(registry.checkpoint("third")); }) ==
        ErrorCode::not_found);
  ::setenv("TRACK_SIGNING_KEY_FILE", second.path.c_str(), 1);
  CHECK(registry.checkpoint().key_id == second.key_id);
  ::unsetenv("TRACK_SIGNING_KEY_FILE");
}
