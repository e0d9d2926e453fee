#include <catch2/catch.hpp>

#include "catalog_batches.hpp"
#include "catalog_conformance.hpp"
#include "track/schemas/error.hpp"

namespace track_test {

using namespace track;
using namespace track::schemas;

namespace {

std::string ids_of(const std::vector<RunRecord>& runs) {
  std::string ids;
  for (const auto& run : runs) ids += run.id.value.back();
  return ids;
}

/// Runs 1, 2 and 3, started one after the other; 3 is a replay of 1, and 2 a child of it.
void fill(storage::Catalog& catalog) {
  for (const char c : {'1', '2', '3'}) {
    Segment segment(run_id(c));
    RunStartEntry start;
    start.name = std::string("run-") + c;
    start.experiment = c == '3' ? "other" : "digits";
    start.group = c == '1' ? "sweep" : "";
    if (c != '1') start.parent = run_id('1');
    start.kind = c == '3' ? RunKind::replay : RunKind::train;
    if (c == '3') start.replay_of = run_id('1');
    start.time = {1000 * (c - '0')};
    segment.add(start).param("lr", c == '2' ? Value(0.01) : Value(0.1 * (c - '0')));
    segment.points({"loss", {}}, 0, {c == '1' ? std::nan("") : c - '0' + 0.5});
    segment.add(TagEntry{"stage", c == '1' ? "raw" : "clean", {1}});
    segment.end(c == '2' ? RunState::failed : RunState::finished, c == '2' ? "exit code 3" : "");
    take(catalog, segment, true);
  }
}

}  // namespace

void check_runs(const CatalogFactory& make_catalog) {
  const auto catalog = make_catalog();
  fill(*catalog);

  SECTION("the newest run comes first") { CHECK(ids_of(catalog->list_runs({})) == "321"); }
  SECTION("each filter narrows the list") {
    RunQuery query;
    SECTION("experiment") {
      query.experiment = "digits";
      CHECK(ids_of(catalog->list_runs(query)) == "21");
    }
    SECTION("group") {
      query.group = "sweep";
      CHECK(ids_of(catalog->list_runs(query)) == "1");
    }
    SECTION("name") {
      query.name = "run-2";
      CHECK(ids_of(catalog->list_runs(query)) == "2");
    }
    SECTION("prefix of the id") {
      query.id_prefix = "aaaa";
      CHECK(ids_of(catalog->list_runs(query)) == "321");
      query.id_prefix = run_id('2').value;
      CHECK(ids_of(catalog->list_runs(query)) == "2");
      query.id_prefix = "b";
      CHECK(catalog->list_runs(query).empty());
    }
    SECTION("parent") {
      query.parent = run_id('1');
      CHECK(ids_of(catalog->list_runs(query)) == "32");
    }
    SECTION("tags") {
      query.tags = {{"stage", std::nullopt}};
      CHECK(ids_of(catalog->list_runs(query)) == "321");
      query.tags = {{"stage", "clean"}};
      CHECK(ids_of(catalog->list_runs(query)) == "32");
      query.tags = {{"stage", "clean"}, {"missing", std::nullopt}};
      CHECK(catalog->list_runs(query).empty());
    }
    SECTION("state") {
      query.states = {RunState::failed};
      CHECK(ids_of(catalog->list_runs(query)) == "2");
      query.states = {RunState::failed, RunState::finished};
      query.limit = 1;
      query.offset = 1;
      CHECK(ids_of(catalog->list_runs(query)) == "2");
    }
    SECTION("start") {
      query.since = Timestamp{2000};
      CHECK(ids_of(catalog->list_runs(query)) == "32");
    }
    SECTION("replays") {
      query.replays = false;
      CHECK(ids_of(catalog->list_runs(query)) == "21");
    }
    SECTION("limit and offset") {
      query.limit = 1;
      query.offset = 1;
      CHECK(ids_of(catalog->list_runs(query)) == "2");
      query.offset = 9;
      CHECK(catalog->list_runs(query).empty());
    }
  }
  SECTION("runs sort by column, param and metric, what is missing last") {
    const auto sorted = [&](const std::string& key) {
      RunQuery query;
      query.sort = key;
      return ids_of(catalog->list_runs(query));
    };
    CHECK(sorted("start") == "123");
    CHECK(sorted("-name") == "321");
    CHECK(sorted("param:lr") == "213");
    CHECK(sorted("-param:lr") == "312");
    CHECK(sorted("metric:loss") == "231");
    CHECK(sorted("-metric:loss") == "321");
    CHECK(sorted("state") == "231");
    CHECK(sorted("group") == "132");
    CHECK(sorted("param:missing") == "321");
  }
  SECTION("runs sort by the mean of a metric's ranks, and other labels are ambiguous") {
    for (const char c : {'1', '2', '3'}) {
      Segment segment(run_id(c), 1);
      const double last = c == '3' ? std::nan("") : c - '0';
      segment.points({"acc", {{"rank", "0"}}}, 0, {c == '1' ? 4.0 : 0.0});
      take(*catalog, segment.points({"acc", {{"rank", "1"}}}, 0, {last}));
    }
    RunQuery query;
    query.sort = "metric:acc";
    CHECK(ids_of(catalog->list_runs(query)) == "213");
    query.sort = "-metric:acc";
    CHECK(ids_of(catalog->list_runs(query)) == "123");
    query.sort = "metric:acc{rank=1}";
    CHECK(ids_of(catalog->list_runs(query)) == "123");
    Segment other(run_id('1'), 2);
    take(*catalog, other.points({"acc", {{"split", "val"}}}, 0, {1}));
    query.sort = "metric:acc";
    CHECK_THROWS_AS(catalog->list_runs(query), Error);
  }
  SECTION("what the program of a command says of its run holds, whichever comes first") {
    RunStartEntry owner;
    owner.name = "sh-1";
    owner.experiment = "directory";
    owner.group = "sweep";
    owner.source = k_command_source;
    owner.time = {9000};
    RunStartEntry program;
    program.experiment = "digits";
    program.name = "mine";
    program.kind = RunKind::eval;
    program.source = k_joined_source;
    for (const char c : {'6', '7'}) {
      Segment first(run_id(c));
      Segment second(run_id(c), 0, 1, 1);
      first.add(owner);
      second.add(program);
      take(*catalog, c == '6' ? first : second);
      take(*catalog, c == '6' ? second : first);
      const auto run = catalog->find_run(run_id(c));
      REQUIRE(run);
      CHECK(run->experiment == "digits");
      CHECK(run->name == "mine");
      CHECK(run->group == "sweep");
      CHECK(run->kind == RunKind::eval);
      CHECK(run->source == "command");
      CHECK(run->start == Timestamp{9000});
    }
    // A run that a program made is that program's.
    Segment joiner(run_id('1'), 0, 1, 1);
    take(*catalog, joiner.add(program));
    CHECK(catalog->find_run(run_id('1'))->experiment == "digits");
    CHECK(catalog->find_run(run_id('1'))->name == "run-1");
    catalog->rename(run_id('6'), "renamed");
    Segment again(run_id('6'), 0, 1, 2);
    take(*catalog, again.add(program));
    CHECK(catalog->find_run(run_id('6'))->name == "renamed");
  }
  SECTION("sorting by what is no column is an error of the user") {
    RunQuery query;
    query.sort = "nothing";
    CHECK_THROWS_AS(catalog->list_runs(query), Error);
    query.sort = "number";
    CHECK_THROWS_AS(catalog->list_runs(query), Error);
  }
  SECTION("a recorded end says how and when") {
    const auto run = catalog->find_run(run_id('2'));
    REQUIRE(run);
    CHECK(run->state == RunState::failed);
    CHECK(run->end_reason == "exit code 3");
    CHECK(run->exit_code == 3);
    CHECK(run->end == Timestamp{2000});
    CHECK(run->parent == run_id('1'));
  }
  SECTION("a run without an end of which no process is known is unknown") {
    Segment segment(run_id('4'));
    take(*catalog, segment.start("open", "digits", 5000));
    const auto run = catalog->find_run(run_id('4'));
    CHECK(run->state == RunState::unknown);
    CHECK(run->end_reason == "last seen 1970-01-01T00:00:05.000Z on h-hash");
    CHECK_FALSE(run->end);
  }
  SECTION("attempts are numbered in the order of their stamps, however they come") {
    const auto id = run_id('9');
    const auto artifact = [](const char* name) {
      return ArtifactEntry{{.run = {}, .name = name, .time = {1}}};
    };
    Segment late(id, 0, 2000);
    Segment early(id, 0, 1000);
    take(*catalog, late.start("late", "e", 2000).add(artifact("late")));
    CHECK(catalog->find_run(id)->attempt == 1);
    take(*catalog, early.start("early", "e", 1000).add(artifact("early")).end(RunState::failed));
    CHECK(catalog->find_run(id)->attempt == 2);
    CHECK(catalog->find_run(id)->name == "early");
    CHECK_FALSE(catalog->find_run(id)->exit_code);  // the end of the one before
    const auto artifacts = catalog->artifacts(std::span(&id, 1));
    CHECK(artifacts.at(0).attempt == 1);
    CHECK(artifacts.at(1).attempt == 2);
    const auto attempts = catalog->attempts(id);
    REQUIRE(attempts.size() == 2);
    CHECK(attempts[0].attempt == 1);
    CHECK(attempts[0].start == Timestamp{1000});
    CHECK(attempts[0].state == RunState::failed);
    CHECK(attempts[1].start == Timestamp{2000});
    CHECK_FALSE(attempts[1].state);
    take(*catalog, late.end(RunState::finished, "", 3000));
    CHECK(catalog->find_run(id)->state == RunState::finished);
    CHECK(catalog->attempts(id)[1].end == Timestamp{3000});
  }
  SECTION("a new attempt brings a removed or purged run back, an old one's rest does not") {
    const auto id = run_id('9');
    Segment first(id, 0, 1000);
    take(*catalog, first.start("r", "e").param("a", 1));
    catalog->remove(std::span(&id, 1), {5});
    take(*catalog, first.param("b", 2));
    CHECK_FALSE(catalog->find_run(id));
    Segment second(id, 0, 2000);
    take(*catalog, second.start("r", "e"));
    CHECK(catalog->find_run(id)->attempt == 2);
    catalog->remove(std::span(&id, 1), {5});
    CHECK(catalog->purge({10}) == 1);
    take(*catalog, first.param("c", 3));
    CHECK_FALSE(catalog->find_run(id));
    Segment third(id, 0, 3000);
    take(*catalog, third.start("r", "e").param("d", 4));
    CHECK(catalog->find_run(id)->attempt == 1);
    CHECK(catalog->params(std::span(&id, 1)).size() == 1);
  }
  SECTION("a resumed run has not ended until its new attempt has") {
    Segment second(run_id('1'), 0, 2);
    take(*catalog, second.points({"loss", {}}, 1, {1}));
    CHECK(catalog->find_run(run_id('1'))->state == RunState::unknown);
    CHECK_FALSE(catalog->find_run(run_id('1'))->end);
    take(*catalog, second.end(RunState::failed, "signal SIGTERM", 9000));
    const auto run = catalog->find_run(run_id('1'));
    CHECK(run->state == RunState::failed);
    CHECK(run->end == Timestamp{9000});
    CHECK(run->attempt == 2);
  }
  SECTION("an ended member and a dead one are told apart") {
    Segment segment(run_id('5'));
    const auto owner = Uuid::random();
    const auto rank = Uuid::random();
    MemberStartEntry start;
    start.member = owner;
    start.live_file = owner.to_string() + ".live";
    start.pid = 77;
    segment.start("ranks", "digits").add(start);
    Segment other(run_id('5'), 1);
    start.member = rank;
    start.role = MemberRole::rank;
    start.local = false;
    other.add(start);
    segment.add(MemberEndEntry{owner, {4000}}).end(RunState::finished);
    take(*catalog, segment);
    take(*catalog, other);
    const auto members = catalog->members(run_id('5'));
    REQUIRE(members.size() == 2);
    CHECK(members[0].member == owner);
    CHECK(members[0].end == Timestamp{4000});
    CHECK(members[1].rank == 1);
    CHECK_FALSE(members[1].end);
    // A rank that cannot be judged does not undo what the owner recorded.
    CHECK(catalog->find_run(run_id('5'))->state == RunState::finished);
  }
}

void check_words(const CatalogFactory& make_catalog) {
  const auto catalog = make_catalog();
  fill(*catalog);
  const RunId run = run_id('1');

  SECTION("note, tag and name are set and found") {
    catalog->set_note(run, "first try");
    catalog->set_tag(run, "stage", "done");
    catalog->rename(run, "baseline");
    CHECK(catalog->find_run(run)->note == "first try");
    CHECK(catalog->find_run(run)->name == "baseline");
    CHECK(catalog->tags(std::span(&run, 1)).at(0).value == "done");
    catalog->set_tag(run, "stage", std::nullopt);
    CHECK(catalog->tags(std::span(&run, 1)).empty());
  }
  SECTION("what a person said holds against what the journal said before") {
    catalog->rename(run, "baseline");
    catalog->set_tag(run, "stage", "done");
    catalog->set_note(run, "mine");
    Segment other(run, 1);
    take(*catalog, other.add(TagEntry{"stage", "old", {2}}).add(NoteEntry{"old", {2}}));
    CHECK(catalog->tags(std::span(&run, 1)).at(0).value == "done");
    CHECK(catalog->find_run(run)->note == "mine");
  }
  SECTION("words to an unknown run are an error") {
    CHECK_THROWS_AS(catalog->set_note(run_id('9'), "x"), Error);
    CHECK_THROWS_AS(catalog->set_tag(run_id('9'), "a", "b"), Error);
    CHECK_THROWS_AS(catalog->rename(run_id('9'), "x"), Error);
    const auto missing = run_id('9');
    CHECK_THROWS_AS(catalog->remove(std::span(&missing, 1), {1}), Error);
  }
  SECTION("a removed run is hidden until it is restored") {
    catalog->remove(std::span(&run, 1), {100});
    CHECK(ids_of(catalog->list_runs({})) == "32");
    CHECK_FALSE(catalog->find_run(run));
    RunQuery removed;
    removed.removed = true;
    CHECK(ids_of(catalog->list_runs(removed)) == "1");
    catalog->restore(std::span(&run, 1));
    CHECK(ids_of(catalog->list_runs({})) == "321");
  }
  SECTION("removing several is all or nothing") {
    const std::vector<RunId> runs{run, run_id('9')};
    CHECK_THROWS_AS(catalog->remove(runs, {100}), Error);
    CHECK(ids_of(catalog->list_runs({})) == "321");
  }
  SECTION(
      "purging takes what was removed before, for good, and its journals do not bring it back") {
    Segment late(run, 0, 1, 7);
    take(*catalog, late.points({"loss", {}}, 1, {1}));
    catalog->remove(std::span(&run, 1), {100});
    CHECK(catalog->purge({100}) == 0);
    CHECK(catalog->purge({101}) == 1);
    RunQuery removed;
    removed.removed = true;
    CHECK(catalog->list_runs(removed).empty());
    CHECK(catalog->metrics(std::span(&run, 1)).empty());
    take(*catalog, late.points({"loss", {}}, 2, {1}));
    CHECK(ids_of(catalog->list_runs({})) == "32");
    CHECK(catalog->cursor(late.uuid()) == 8192U);
    CHECK(catalog->points(run, {"loss", {}}).steps.empty());
  }
}

}  // namespace track_test
