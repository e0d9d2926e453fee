#include <catch2/catch.hpp>
#include <limits>

#include "catalog_batches.hpp"
#include "catalog_conformance.hpp"
#include "track/schemas/error.hpp"
#include "track_test/code_of.hpp"

namespace track_test {

using namespace track;
using namespace track::schemas;

namespace {

const RunId k_run = run_id('1');

std::vector<CapturedField> some_fields() {
  CapturedField field = known_field(Section::hardware, "cpu", FieldClass::numeric, "x86");
  field.object = Digest{{9}};
  return {
      field,
      unknown_field(Section::code, "commit", FieldClass::key, FieldState::unavailable, "no git"),
      known_field(Section::numerics, "nan", FieldClass::diagnostic,
                  std::numeric_limits<double>::quiet_NaN())};
}

}  // namespace

void check_ingest(const CatalogFactory& make_catalog) {
  const auto catalog = make_catalog();
  Segment segment(k_run);
  segment.start("digits-aaaa", "digits").param("lr", 0.1).points({"loss", {}}, 0, {0.5, 0.25});

  SECTION("a missing run is an absence, not an error") {
    CHECK_FALSE(catalog->find_run(k_run));
    CHECK(catalog->list_runs({}).empty());
    CHECK(catalog->params(std::span(&k_run, 1)).empty());
    CHECK(catalog->points(k_run, {"loss", {}}).steps.empty());
    CHECK_FALSE(catalog->cursor(segment.uuid()));
  }
  SECTION("a catalog is blank until something was ingested, also when that is purged") {
    CHECK(catalog->is_blank());
    take(*catalog, segment);
    CHECK_FALSE(catalog->is_blank());
    catalog->remove(std::span(&k_run, 1), Timestamp{1});
    CHECK(catalog->purge(Timestamp{2}) == 1);
    CHECK(catalog->list_runs({}).empty());
    CHECK_FALSE(catalog->is_blank());
  }
  SECTION("a batch gives its run, params and points") {
    const auto report = take(*catalog, segment);
    CHECK(report.runs == 1);
    CHECK(report.segments == 1);
    CHECK(report.points == 2);
    CHECK(report.entries == 2);
    const auto run = catalog->find_run(k_run);
    REQUIRE(run);
    CHECK(run->name == "digits-aaaa");
    CHECK(run->experiment == "digits");
    CHECK(run->user == "ann");
    CHECK(run->host == "h-hash");
    CHECK(run->start == Timestamp{1000});
    CHECK_FALSE(run->end);
    CHECK(catalog->clear_name("u-hash") == "ann");
    CHECK_FALSE(catalog->clear_name("h-hash"));
    CHECK(catalog->cursor(segment.uuid()) == 4096U);
    CHECK(catalog->points(k_run, {"loss", {}}).values == std::vector<double>{0.5, 0.25});
    CHECK(catalog->experiments() == std::vector<std::string>{"digits"});
  }
  SECTION("a batch ingested twice counts once") {
    const auto batch = segment.batch();
    catalog->ingest(std::span(&batch, 1));
    const auto again = catalog->ingest(std::span(&batch, 1));
    CHECK(again.points == 0);
    CHECK(catalog->metrics(std::span(&k_run, 1)).at(0).count == 2);
    CHECK(catalog->points_all(k_run, {"loss", {}}).steps.size() == 2);
  }
  SECTION("a batch beyond the cursor conflicts, and nothing of it is taken") {
    static_cast<void>(segment.batch());
    const auto later = segment.start("x", "y").batch();
    CHECK(code_of([&] { catalog->ingest(std::span(&later, 1)); }) == ErrorCode::conflict);
    CHECK_FALSE(catalog->find_run(k_run));
    CHECK_FALSE(catalog->cursor(segment.uuid()));
  }
  SECTION("of several batches either all are taken or none") {
    Segment other(run_id('2'));
    static_cast<void>(other.batch());
    const std::vector<JournalBatch> batches{segment.batch(), other.start("x", "y").batch()};
    CHECK(code_of([&] { catalog->ingest(batches); }) == ErrorCode::conflict);
    CHECK_FALSE(catalog->find_run(k_run));
  }
  SECTION("batches of one segment in one call follow each other") {
    const auto first = segment.batch();
    const auto second = segment.points({"loss", {}}, 2, {0.125}).batch(true);
    const std::vector<JournalBatch> batches{first, second};
    CHECK(catalog->ingest(batches).points == 3);
    CHECK(catalog->cursor(segment.uuid()) == 8192U);
    CHECK(catalog->metrics(std::span(&k_run, 1)).at(0).last->value == 0.125);
  }
  SECTION("points of a rank whose run has not said that it starts are kept") {
    Segment rank(k_run, 1);
    rank.points({"loss", {{"rank", "1"}}}, 0, {1});
    take(*catalog, rank);
    CHECK(catalog->find_run(k_run));
    take(*catalog, segment);
    CHECK(catalog->find_run(k_run)->name == "digits-aaaa");
    CHECK(catalog->metrics(std::span(&k_run, 1)).size() == 2);
  }
  SECTION("values keep type and bits") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<std::pair<std::string, Value>> values{
        {"bool", true},
        {"int", std::int64_t{1}},
        {"json", JsonText{"[1, 2]"}},
        {"minus_zero", -0.0},
        {"nan", nan},
        {"null", Value()},
        {"one", 1.0},
        {"text", "1"},
        {"wide", std::numeric_limits<std::uint64_t>::max()},
        {"zz", std::numeric_limits<std::int64_t>::min()}};
    for (const auto& [name, value] : values) segment.param("p_" + name, value);
    take(*catalog, segment);
    const auto params = catalog->params(std::span(&k_run, 1));
    REQUIRE(params.size() == values.size() + 1);
    for (std::size_t i = 0; i < values.size(); ++i) {
      CAPTURE(values[i].first);
      CHECK(params[i + 1].name == "p_" + values[i].first);
      CHECK(params[i + 1].value == values[i].second);
    }
  }
  SECTION("what two runs found alike is each one's, and goes with the last of them") {
    const auto other = run_id('2');
    segment.add(FieldsEntry{some_fields()});
    take(*catalog, segment);
    Segment second(other, 0, 1, 9);
    take(*catalog, second.start("digits-bbbb", "digits").add(FieldsEntry{some_fields()}));
    CHECK(catalog->fields(other).size() == 3);
    CHECK(catalog->owners(Digest{{9}}).size() == 2);

    catalog->remove(std::span(&k_run, 1), {100});
    CHECK(catalog->purge({101}) == 1);
    CHECK(catalog->fields(k_run).empty());
    CHECK(catalog->fields(other).size() == 3);
    CHECK(catalog->owners(Digest{{9}}) ==
          std::vector<std::string>{"run " + other.value + " hardware cpu"});
    CHECK(catalog->references({0}) == std::vector<Digest>{Digest{{9}}});

    catalog->remove(std::span(&other, 1), {100});
    CHECK(catalog->references({100}) == std::vector<Digest>{Digest{{9}}});
    CHECK(catalog->references({101}).empty());
    CHECK(catalog->purgeable({100}).empty());
    CHECK(catalog->purgeable({101}) == std::vector<RunId>{other});
    CHECK(catalog->purge({101}) == 1);
    CHECK(catalog->purgeable({101}).empty());
    CHECK(catalog->references({0}).empty());
    CHECK(catalog->owners(Digest{{9}}).empty());
  }
  SECTION("fields, seeds, datasets, artifacts and losses come back as they were") {
    segment.add(FieldsEntry{some_fields()}).add(SeedEntry{"init", 42, "given"});
    DatasetRecord dataset{
        .run = {}, .name = "train", .uri = "data/x.csv", .digest = Digest{{1}}, .size = 7};
    segment.add(DatasetEntry{dataset});
    ArtifactRecord artifact{.run = {},
                            .name = "model",
                            .kind = ArtifactKind::model,
                            .digest = Digest{{2}},
                            .size = 9,
                            .step = 5,
                            .path = "m.bin",
                            .time = {1500}};
    segment.add(ArtifactEntry{artifact}).add(LossEntry{"artifact x was lost: disk full", {5}});
    take(*catalog, segment);
    const auto fields = catalog->fields(k_run);
    REQUIRE(fields.size() == 3);
    CHECK(fields[0].state == FieldState::unavailable);
    CHECK(fields[0].detail == "no git");
    CHECK(fields[1].name == "nan");
    CHECK(fields[1].value == some_fields()[2].value);
    CHECK(fields[2].object == Digest{{9}});
    CHECK(catalog->seeds(k_run).at(0).value == Value(42));
    CHECK(catalog->datasets(std::span(&k_run, 1)).at(0).size == 7);
    const auto artifacts = catalog->artifacts(std::span(&k_run, 1));
    REQUIRE(artifacts.size() == 1);
    CHECK(artifacts[0].run == k_run);
    CHECK(artifacts[0].step == 5);
    CHECK(artifacts[0].digest == Digest{{2}});
    CHECK(catalog->find_run(k_run)->losses ==
          std::vector<std::string>{"artifact x was lost: disk full"});
    CHECK(catalog->references({0}) == std::vector<Digest>{Digest{{1}}, Digest{{2}}, Digest{{9}}});
    CHECK(catalog->owners(Digest{{2}}) ==
          std::vector<std::string>{"run " + k_run.value + " artifact model"});
  }
  SECTION("a dataset said again with the same digest brings news of it") {
    DatasetRecord dataset{.run = {}, .name = "train", .uri = "x", .digest = Digest{{1}}};
    segment.add(DatasetEntry{dataset});
    dataset.changed = true;
    segment.add(DatasetEntry{dataset});
    CHECK(take(*catalog, segment).conflicts == 0);
    CHECK(catalog->datasets(std::span(&k_run, 1)).at(0).changed == true);
  }
  SECTION("an artifact logged again is another version of it") {
    for (const std::int64_t step : {10, 20}) {
      segment.add(ArtifactEntry{{.run = {}, .name = "model", .digest = Digest{{3}}, .step = step}});
    }
    take(*catalog, segment);
    const auto artifacts = catalog->artifacts(std::span(&k_run, 1));
    REQUIRE(artifacts.size() == 2);
    CHECK(artifacts[0].step == 10);
    CHECK(artifacts[1].step == 20);
  }
  SECTION("what is not understood is kept, said, and passed over") {
    segment.add(UnknownEntry{200, 1, {std::byte{1}}}).param("after", 1);
    const auto report = take(*catalog, segment);
    CHECK(report.problems.size() == 1);
    CHECK(catalog->problems().size() == 1);
    CHECK(catalog->params(std::span(&k_run, 1)).size() == 2);
  }
  SECTION("dropped points are counted by the greater of headers and gaps") {
    segment.add(GapEntry{3, "disk full", {7}});
    auto batch = segment.batch();
    batch.dropped = 5;
    catalog->ingest(std::span(&batch, 1));
    CHECK(catalog->find_run(k_run)->dropped == 5);
    CHECK(catalog->find_run(k_run)->losses ==
          std::vector<std::string>{"points were dropped: disk full"});
    batch.dropped = 9;  // a header may grow without records
    catalog->ingest(std::span(&batch, 1));
    CHECK(catalog->find_run(k_run)->dropped == 9);
  }
  SECTION("counts that cannot be true stop nothing") {
    segment.add(GapEntry{std::numeric_limits<std::uint64_t>::max(), "", {7}});
    segment.add(GapEntry{std::numeric_limits<std::uint64_t>::max(), "", {7}});
    auto batch = segment.batch();
    batch.dropped = std::numeric_limits<std::uint64_t>::max();
    batch.invalid_records = std::numeric_limits<std::uint64_t>::max();
    catalog->ingest(std::span(&batch, 1));
    Segment other(k_run, 1);
    auto second = other.points({"loss", {{"rank", "1"}}}, 0, {1}).batch();
    second.dropped = std::numeric_limits<std::uint64_t>::max() / 2;
    CHECK(catalog->ingest(std::span(&second, 1)).points == 1);
    CHECK(catalog->find_run(k_run)->dropped > 1000);
  }
  SECTION("records that failed their checksum are counted and shown") {
    auto batch = segment.batch();
    batch.invalid_records = 2;
    CHECK(catalog->ingest(std::span(&batch, 1)).invalid_records == 2);
    REQUIRE(catalog->find_run(k_run)->losses.size() == 1);
    CHECK(catalog->find_run(k_run)->losses[0].starts_with("2 records"));
  }
  SECTION("problems are kept once") {
    catalog->record_problem("file", "is no segment", {1});
    catalog->record_problem("file", "is no segment", {2});
    CHECK(catalog->problems() ==
          std::vector<std::pair<std::string, std::string>>{{"file", "is no segment"}});
  }
}

void check_conflicts(const CatalogFactory& make_catalog) {
  const auto catalog = make_catalog();
  Segment low(k_run, 0);
  Segment high(k_run, 1);
  low.start("a", "b").param("lr", 0.1);
  high.param("lr", 0.2);

  SECTION("of a param set twice the lowest rank wins, whoever came first") {
    const bool low_first = GENERATE(true, false);
    const auto one = take(*catalog, low_first ? low : high);
    const auto two = take(*catalog, low_first ? high : low);
    CHECK(one.conflicts == 0);
    CHECK(two.conflicts == 1);
    CHECK(catalog->params(std::span(&k_run, 1)).at(0).value == Value(0.1));
    const auto conflicts = catalog->conflicts(k_run);
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts[0].subject == "param lr");
    CHECK(conflicts[0].detail == "kept 0.1 of rank 0, passed over 0.2 of rank 1");
  }
  SECTION("of one rank the earlier wins") {
    low.param("lr", 0.3);
    take(*catalog, low);
    CHECK(catalog->params(std::span(&k_run, 1)).at(0).value == Value(0.1));
    CHECK(catalog->conflicts(k_run).size() == 1);
  }
  SECTION("the same value twice is no conflict, another type is one") {
    low.param("lr", 0.1).param("n", 1).param("n", 1.0);
    CHECK(take(*catalog, low).conflicts == 1);
    CHECK(catalog->params(std::span(&k_run, 1)).at(1).value == Value(1));
  }
  SECTION("a later attempt does not change a param") {
    Segment second(k_run, 0, 2);
    second.param("lr", 0.7);
    take(*catalog, second);
    take(*catalog, low);
    CHECK(catalog->params(std::span(&k_run, 1)).at(0).value == Value(0.1));
    CHECK(catalog->find_run(k_run)->attempt == 2);
  }
  SECTION("a dataset of another digest conflicts") {
    DatasetRecord dataset{.run = {}, .name = "train", .uri = "x", .digest = Digest{{1}}};
    low.add(DatasetEntry{dataset});
    dataset.digest = Digest{{2}};
    high.add(DatasetEntry{dataset});
    take(*catalog, low);
    CHECK(take(*catalog, high).conflicts == 2);
    CHECK(catalog->datasets(std::span(&k_run, 1)).at(0).digest == Digest{{1}});
  }
}

}  // namespace track_test
