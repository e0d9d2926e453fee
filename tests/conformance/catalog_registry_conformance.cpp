#include <catch2/catch.hpp>

#include "catalog_batches.hpp"
#include "catalog_conformance.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/catalog/audit.hpp"

namespace track_test {

using namespace track;
using storage::RegistryChange;

namespace {

RegistryChange promotion(std::uint8_t content,
                         std::optional<std::int64_t> expected = std::nullopt) {
  RegistryChange change;
  change.action = Action::promote;
  change.model = "digits";
  change.alias = "production";
  change.candidate = ModelVersionRecord{.model = {},
                                        .digest = Digest{{content}},
                                        .sha256 = "ab",
                                        .size = 3,
                                        .run = run_id('1'),
                                        .artifact = "model",
                                        .step = 5};
  change.expected_sequence = expected;
  change.actor = "ann";
  change.reason = "better";
  change.detail = "{}";
  change.time = {100 + content};
  return change;
}

RegistryChange of_digest(Action action, std::uint8_t content) {
  RegistryChange change;
  change.action = action;
  change.model = "digits";
  change.digest = Digest{{content}};
  change.actor = "bob";
  change.reason = "because";
  change.time = {500};
  return change;
}

ErrorCode code_of(storage::Catalog& catalog, const RegistryChange& change) {
  const auto links = catalog.audit(0).size();
  const auto transitions = catalog.transitions("").size();
  try {
    catalog.apply(change);
  } catch (const Error& error) {
    // Nothing of a refused change stays.
    CHECK(catalog.audit(0).size() == links);
    CHECK(catalog.transitions("").size() == transitions);
    return error.code();
  }
  FAIL("nothing was thrown");
  return ErrorCode::io;
}

}  // namespace

void check_registry(const CatalogFactory& make_catalog) {
  const auto catalog = make_catalog();

  SECTION("an empty registry answers with nothing") {
    CHECK(catalog->models().empty());
    CHECK(catalog->versions("digits").empty());
    CHECK(catalog->aliases("digits").empty());
    CHECK(catalog->audit(0).empty());
    CHECK_FALSE(catalog->revoked(Digest{{1}}));
  }
  SECTION("a promotion makes model, version, alias, transition and audit links") {
    const auto result = catalog->apply(promotion(1, 0));
    CHECK_FALSE(result.repeated);
    CHECK(result.transition.sequence == 1);
    CHECK(result.transition.alias_sequence == 1);
    CHECK_FALSE(result.transition.from);
    CHECK(result.transition.to == 1);
    CHECK(result.transition.digest == Digest{{1}});
    REQUIRE(catalog->models().size() == 1);
    CHECK(catalog->models()[0].versions == 1);
    const auto versions = catalog->versions("digits");
    REQUIRE(versions.size() == 1);
    CHECK(versions[0].version == 1);
    CHECK(versions[0].step == 5);
    CHECK(versions[0].created == Timestamp{101});
    CHECK(versions[0].actor == "ann");
    REQUIRE(catalog->aliases("digits").size() == 1);
    CHECK(catalog->aliases("digits")[0].digest == Digest{{1}});
    const auto audit = catalog->audit(0);
    REQUIRE(audit.size() == 2);
    CHECK(audit[0].event == "version");
    CHECK(audit[0].payload == storage::audit_payload(versions[0]));
    CHECK(audit[1].event == "transition");
    CHECK(audit[1].payload == storage::audit_payload(catalog->transitions("digits").at(0)));
    CHECK(audit[1].previous == audit[0].hash);
    CHECK(storage::audit_hash(audit[1]) == audit[1].hash);
    CHECK(catalog->audit(1).size() == 1);
    CHECK(catalog->owners(Digest{{1}}) == std::vector<std::string>{"model digits/1"});
  }
  SECTION("the run that made a version is not purged, only hidden") {
    const auto change = promotion(1);
    const std::vector<RunId> runs{change.candidate->run, run_id('z')};
    for (std::uint8_t number = 0; number < 2; ++number) {
      Segment segment(runs[number], 0, 1, number);
      take(*catalog, segment.start("digits", "digits").param("lr", 0.1));
    }
    catalog->apply(change);
    catalog->remove(runs, {100});
    CHECK(catalog->purgeable({101}) == std::vector<RunId>{runs[1]});
    CHECK(catalog->purge({101}) == 1);
    catalog->restore(std::span(runs).first(1));
    CHECK(catalog->params(std::span(runs).first(1)).size() == 1);
    CHECK_THROWS_AS(catalog->restore(std::span(runs).last(1)), Error);
  }
  SECTION("the same content of the same run is the same version") {
    catalog->apply(promotion(1));
    const auto again = catalog->apply(promotion(1));
    CHECK(again.transition.to == 1);
    CHECK(again.transition.alias_sequence == 2);
    CHECK(catalog->versions("digits").size() == 1);
    CHECK(catalog->apply(promotion(2)).transition.to == 2);
  }
  SECTION("an alias that someone else moved is not moved") {
    catalog->apply(promotion(1, 0));
    CHECK(code_of(*catalog, promotion(2, 0)) == ErrorCode::conflict);
    CHECK(catalog->versions("digits").size() == 1);
    CHECK(catalog->apply(promotion(2, 1)).transition.from == 1);
  }
  SECTION("the same key gives the first result again") {
    auto change = promotion(1);
    change.idempotency_key = "ci-1";
    catalog->apply(change);
    catalog->apply(promotion(2));
    const auto again = catalog->apply(change);
    CHECK(again.repeated);
    CHECK(again.transition.sequence == 1);
    CHECK(catalog->transitions("").size() == 2);
    CHECK(catalog->audit(0).size() == 4);
  }
  SECTION("a rollback is a move forward to an older version") {
    catalog->apply(promotion(1));
    catalog->apply(promotion(2));
    RegistryChange change;
    change.action = Action::rollback;
    change.model = "digits";
    change.alias = "production";
    change.to_version = 1;
    change.reason = "worse";
    change.expected_sequence = 2;
    const auto result = catalog->apply(change);
    CHECK(result.transition.from == 2);
    CHECK(result.transition.to == 1);
    CHECK(result.transition.alias_sequence == 3);
    CHECK(catalog->aliases("digits")[0].version == 1);
    change.to_version = 9;
    change.expected_sequence.reset();
    CHECK(code_of(*catalog, change) == ErrorCode::not_found);
    change.alias = "nowhere";
    CHECK(code_of(*catalog, change) == ErrorCode::not_found);
  }
  SECTION("a revoked content is refused everywhere, and for good") {
    catalog->apply(promotion(1));
    catalog->apply(promotion(2));
    catalog->apply(of_digest(Action::revoke, 1));
    CHECK(catalog->revoked(Digest{{1}}) == "because");
    CHECK(catalog->versions("digits")[0].revoked == Timestamp{500});
    CHECK(catalog->versions("digits")[0].revoke_reason == "because");
    CHECK(code_of(*catalog, promotion(1)) == ErrorCode::refused);
    auto other = promotion(1);
    other.model = "another";
    CHECK(code_of(*catalog, other) == ErrorCode::refused);
    RegistryChange back;
    back.action = Action::rollback;
    back.model = "digits";
    back.alias = "production";
    back.to_version = 1;
    back.reason = "x";
    CHECK(code_of(*catalog, back) == ErrorCode::refused);
    CHECK(code_of(*catalog, of_digest(Action::revoke, 1)) == ErrorCode::conflict);
    CHECK(code_of(*catalog, of_digest(Action::revoke, 7)) == ErrorCode::not_found);
    // The audit link of a version says how it was made, not what became of it.
    CHECK(catalog->audit(0)[0].payload == storage::audit_payload(catalog->versions("digits")[0]));
  }
  SECTION("approvals and waivers are transitions that move nothing") {
    catalog->apply(promotion(1));
    catalog->apply(of_digest(Action::approve, 1));
    auto waiver = of_digest(Action::waive, 1);
    waiver.detail = R"({"gate":"accuracy"})";
    waiver.policy = Digest{{8}};
    CHECK(catalog->apply(waiver).transition.alias_sequence == 0);
    const auto transitions = catalog->transitions("digits");
    REQUIRE(transitions.size() == 3);
    CHECK(transitions[2].detail == R"({"gate":"accuracy"})");
    CHECK(transitions[2].policy == Digest{{8}});
    CHECK(catalog->aliases("digits")[0].sequence == 1);
    CHECK(catalog->references({0}) == std::vector<Digest>{Digest{{1}}, Digest{{8}}});
  }
  SECTION("what is not said is asked for") {
    auto change = promotion(1);
    change.reason.clear();
    CHECK(code_of(*catalog, change) == ErrorCode::usage);
    change = promotion(1);
    change.alias.clear();
    CHECK(code_of(*catalog, change) == ErrorCode::usage);
    change = promotion(1);
    change.candidate.reset();
    CHECK(code_of(*catalog, change) == ErrorCode::usage);
    change = of_digest(Action::approve, 1);
    change.digest.reset();
    CHECK(code_of(*catalog, change) == ErrorCode::usage);
  }
}

}  // namespace track_test
