#include "registry/audit_replay.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "track/storage/catalog/audit.hpp"
#include "track/storage/catalog/catalog.hpp"

namespace track::detail {
namespace {

using storage::RegistryChange;

RegistryChange change(Action action, std::uint8_t content, std::string alias = "production") {
  RegistryChange change;
  change.action = action;
  change.model = "digits";
  change.alias = std::move(alias);
  change.digest = Digest{{content}};
  change.actor = "ann";
  change.reason = "because";
  change.detail = "{}";
  change.time = {1000 + content};
  if (action == Action::promote) {
    ModelVersionRecord version;
    version.digest = Digest{{content}};
    version.sha256 = "ab";
    version.size = 3;
    version.run = {"aaaaaaaaaaaaaaa1"};
    version.artifact = "model";
    version.step = 5;
    change.candidate = version;
  }
  return change;
}

/// A registry with something of each kind.
struct Recorded {
  std::vector<AuditRecord> links;
  RegistryTables tables;
};

Recorded record() {
  const auto catalog = storage::make_memory_catalog();
  for (const std::uint8_t content : {1, 2, 3}) catalog->apply(change(Action::promote, content));
  catalog->apply(change(Action::promote, 1, "staging"));
  auto back = change(Action::rollback, 2);
  back.to_version = 2;
  catalog->apply(back);
  catalog->apply(change(Action::revoke, 3, ""));
  catalog->apply(change(Action::approve, 2));
  catalog->apply(change(Action::waive, 2));
  return {.links = catalog->audit(),
          .tables = {.versions = catalog->versions("digits"),
                     .transitions = catalog->transitions(""),
                     .aliases = catalog->aliases("digits")}};
}

bool found(const Recorded& recorded) {
  return !replay_audit(recorded.links, recorded.tables).empty();
}

/// The chain made anew over what it holds, as whoever can write the store would.
void forge(std::vector<AuditRecord>& links) {
  std::optional<AuditRecord> last;
  for (auto& link : links) {
    link = storage::next_audit_link(last, link.event, link.payload, link.time);
    last = link;
  }
}

template <typename Row>
using Alterations = std::vector<std::pair<const char*, std::function<void(Row&)>>>;

/// Each alteration of each row of a table is found, and each removal.
template <typename Row>
void check_rows(std::vector<Row> RegistryTables::*table, const Alterations<Row>& alterations) {
  const auto intact = record();
  const auto rows = (intact.tables.*table).size();
  REQUIRE(rows > 0);
  for (std::size_t i = 0; i < rows; ++i) {
    CAPTURE(i);
    for (const auto& [name, alter] : alterations) {
      auto altered = intact;
      alter((altered.tables.*table)[i]);
      CAPTURE(name);
      CHECK(found(altered));
    }
    auto removed = intact;
    auto& left = removed.tables.*table;
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK(found(removed));
  }
}

}  // namespace

TEST_CASE("An untouched registry replays without a finding", "[registry]") {
  CHECK_FALSE(found(record()));
  CHECK_FALSE(found({}));
}

TEST_CASE("Every altered or removed version is found", "[registry]") {
  check_rows<ModelVersionRecord>(
      &RegistryTables::versions,
      {{"model", [](auto& row) { row.model = "letters"; }},
       {"version", [](auto& row) { row.version += 7; }},
       {"digest", [](auto& row) { row.digest = Digest{{9}}; }},
       {"sha256", [](auto& row) { row.sha256 = "cd"; }},
       {"size", [](auto& row) { ++row.size; }},
       {"is_tree", [](auto& row) { row.is_tree = !row.is_tree; }},
       {"run", [](auto& row) { row.run = {"aaaaaaaaaaaaaaa2"}; }},
       {"artifact", [](auto& row) { row.artifact = "other"; }},
       {"step", [](auto& row) { row.step.reset(); }},
       {"actor", [](auto& row) { row.actor = "eve"; }},
       {"created", [](auto& row) { ++row.created.ms; }},
       {"revoked",
        [](auto& row) { row.revoked = row.revoked ? std::nullopt : std::optional(row.created); }},
       {"revoke_reason", [](auto& row) {
          row.revoke_reason += "!";
          if (!row.revoked) row.revoked = row.created;
        }}});
}

TEST_CASE("Every altered or removed transition is found", "[registry]") {
  check_rows<TransitionRecord>(&RegistryTables::transitions,
                               {{"sequence", [](auto& row) { row.sequence += 90; }},
                                {"alias_sequence", [](auto& row) { ++row.alias_sequence; }},
                                {"model", [](auto& row) { row.model = "letters"; }},
                                {"alias", [](auto& row) { row.alias += "x"; }},
                                {"from", [](auto& row) { row.from = row.from.value_or(0) + 1; }},
                                {"to", [](auto& row) { row.to = row.to.value_or(0) + 1; }},
                                {"digest", [](auto& row) { row.digest = Digest{{9}}; }},
                                {"action",
                                 [](auto& row) {
                                   row.action = row.action == Action::waive ? Action::approve
                                                                            : Action::waive;
                                 }},
                                {"actor", [](auto& row) { row.actor = "eve"; }},
                                {"reason", [](auto& row) { row.reason = "none"; }},
                                {"policy", [](auto& row) { row.policy = Digest{{9}}; }},
                                {"evidence", [](auto& row) { row.evidence = Digest{{9}}; }},
                                {"idempotency_key", [](auto& row) { row.idempotency_key = "k"; }},
                                {"detail", [](auto& row) { row.detail = R"({"x":1})"; }},
                                {"time", [](auto& row) { ++row.time.ms; }}});
}

TEST_CASE("Every altered or removed alias is found", "[registry]") {
  check_rows<AliasRecord>(&RegistryTables::aliases,
                          {{"model", [](auto& row) { row.model = "letters"; }},
                           {"alias", [](auto& row) { row.alias = "canary"; }},
                           {"version", [](auto& row) { row.version = row.version % 3 + 1; }},
                           {"digest", [](auto& row) { row.digest = Digest{{9}}; }},
                           {"sequence", [](auto& row) { ++row.sequence; }},
                           {"since", [](auto& row) { ++row.since.ms; }},
                           {"actor", [](auto& row) { row.actor = "eve"; }}});
}

TEST_CASE("Every altered, removed or swapped link is found", "[registry]") {
  const auto intact = record();
  const Alterations<AuditRecord> alterations = {
      {"sequence", [](auto& link) { ++link.sequence; }},
      {"time", [](auto& link) { ++link.time.ms; }},
      {"event", [](auto& link) { link.event += "x"; }},
      {"payload", [](auto& link) { link.payload += " "; }},
      {"previous", [](auto& link) { link.previous = Digest{{9}}; }},
      {"hash", [](auto& link) { link.hash = Digest{{9}}; }}};
  for (std::size_t i = 0; i < intact.links.size(); ++i) {
    CAPTURE(i);
    for (const auto& [name, alter] : alterations) {
      CAPTURE(name);
      auto altered = intact;
      alter(altered.links[i]);
      CHECK(found(altered));
    }
    auto removed = intact;
    removed.links.erase(removed.links.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK(found(removed));
    forge(removed.links);
    CHECK(found(removed));
    auto cut = intact;
    cut.links.resize(i);
    CHECK(found(cut));
    if (i == 0) continue;
    auto swapped = intact;
    std::swap(swapped.links[i - 1], swapped.links[i]);
    CHECK(found(swapped));
  }
}

TEST_CASE("An invented row is found, with or without a link", "[registry]") {
  auto recorded = record();
  auto extra = recorded.tables.transitions.back();
  ++extra.sequence;
  recorded.tables.transitions.push_back(extra);
  CHECK(found(recorded));
  auto linked = record();
  linked.links.push_back(storage::next_audit_link(linked.links.back(), "transition", "{}", {5}));
  CHECK(found(linked));
}

}  // namespace track::detail
