#include "track/store.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "query_fixture.hpp"
#include "track/run.hpp"

using namespace track;       // NOLINT: a test file
using namespace track_test;  // NOLINT: a test file

namespace {

constexpr int k_runs = 600;  // more than are dealt out at once, twice

RunId numbered(int number) {
  auto digits = std::to_string(number);
  return id_of("r" + std::string(4 - digits.size(), '0') + digits);
}

/// Runs of which the parts are there or not by turns: a part dealt to the wrong run shows.
void add_many(const QueryStore& store) {
  std::vector<schemas::JournalBatch> batches;
  for (int i = 0; i < k_runs; ++i) {
    auto segment = begin(numbered(i), {.name = "run " + std::to_string(i), .time = 1000 + i});
    segment.param("i", i);
    if (i % 2 == 0) segment.param("even", true);
    if (i % 3 == 0) segment.add(schemas::TagEntry{"third", std::to_string(i), {1000}});
    if (i % 5 != 0) segment.points({"m", {}}, 0, {double(i)});
    if (i % 7 == 0) segment.points({"m", {{"split", "val"}}}, 0, {double(-i)});
    batches.push_back(segment.batch(true));
  }
  store.catalog().ingest(batches);
}

void check_row(const RunRow& row) {
  const int i = static_cast<int>(row.run.start.ms - 1000);
  CAPTURE(i);
  REQUIRE(row.run.id == numbered(i));
  REQUIRE(row.params.size() == (i % 2 == 0 ? 2U : 1U));
  CHECK(row.params.back().name == "i");
  CHECK(row.params.back().value == Value(i));
  REQUIRE(row.tags.size() == (i % 3 == 0 ? 1U : 0U));
  if (i % 3 == 0) CHECK(row.tags[0].value == std::to_string(i));
  REQUIRE(row.metrics.size() == (i % 5 != 0 ? 1U : 0U) + (i % 7 == 0 ? 1U : 0U));
  for (const auto& metric : row.metrics) {
    CHECK(metric.run == row.run.id);
    CHECK(metric.last->value == (metric.series.labels.empty() ? i : -i));
  }
}

/// Keeps the rows of a query as text.
class Rows final : public SqlSink {
 public:
  void columns(const std::vector<std::string>& names) override { names_ = names; }
  void row(const std::vector<Value>& values) override {
    std::string text;
    for (const auto& value : values) text += (text.empty() ? "" : "|") + value.to_string();
    rows_.push_back(text);
  }
  [[nodiscard]] const std::vector<std::string>& rows() const { return rows_; }

 private:
  std::vector<std::string> names_;
  std::vector<std::string> rows_;
};

}  // namespace

TEST_CASE("Rows come in the order of the runs, each with its own parts, however many", "[query]") {
  const QueryStore fixture;
  add_many(fixture);
  auto store = fixture.open();

  SECTION("newest first") {
    const auto rows = store.list_rows({});
    REQUIRE(rows.size() == k_runs);
    for (int i = 0; i < k_runs; ++i) CHECK(rows[i].run.id == numbered(k_runs - 1 - i));
    for (const auto& row : rows) check_row(row);
  }
  SECTION("sorted by what many runs lack") {
    RunQuery query;
    query.sort = "metric:m{split=val}";
    const auto rows = store.list_rows(query);
    REQUIRE(rows.size() == k_runs);
    CHECK(rows.front().run.id == numbered(k_runs / 7 * 7));
    for (const auto& row : rows) check_row(row);
  }
  SECTION("a page of them") {
    RunQuery query;
    query.sort = "name";
    query.offset = 100;
    query.limit = 300;
    const auto rows = store.list_rows(query);
    REQUIRE(rows.size() == 300);
    for (const auto& row : rows) check_row(row);
  }
  SECTION("none") {
    RunQuery query;
    query.experiment = "no such";
    CHECK(store.list_rows(query).empty());
  }
}

TEST_CASE("Groups of a query know the runs they are made of", "[query]") {
  const QueryStore fixture;
  add_many(fixture);
  RunQuery query;
  query.sort = "start";
  query.limit = 10;
  const auto groups = fixture.open().group(query, {"even"});
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].by[0].second == Value(true));
  CHECK(groups[0].runs.size() == 5);
  CHECK_FALSE(groups[1].by[0].second);
  const auto& bare = groups[0].metrics.at(0);  // of 0, 2, 4, 6, 8: 0 has none
  CHECK(bare.n == 4);
  CHECK(bare.missing == 1);
  CHECK(bare.mean == 5.0);
}

TEST_CASE("A replay is no run more of its group", "[query]") {
  const QueryStore fixture;
  fixture.add(begin(id_of("aaaa")));
  fixture.add(begin(id_of("bbbb"), {.kind = RunKind::replay}));
  const auto groups = fixture.open().group({}, {"lr"});
  REQUIRE(groups.size() == 1);
  CHECK(groups[0].runs == std::vector{id_of("aaaa")});
}

TEST_CASE("The details of a run are all that was logged to it", "[query]") {
  QueryStore fixture;
  auto options = fixture.runs().options();
  options.name = "whole";
  options.note = "as it was";
  options.tags = {{"owner", "eve"}};
  auto run = start_run(options);
  run.set_params({{"lr", 0.1}, {"name", "x"}});
  run.set_param("lr", 0.2);  // a conflict
  run.record_seed("init", 42);
  run.declare_dataset("train", "s3://b/train", Digest{{7}});
  for (int step = 0; step < 3; ++step) run.log("loss", step, 1.0 / (step + 1));
  run.finish();
  fixture.add(begin(id_of("cccc2"), {.name = "later", .time = 2000, .parent = run.id()}));
  fixture.add(begin(id_of("cccc1"), {.name = "early", .time = 1000, .parent = run.id()}));

  auto store = fixture.open();
  const auto details = store.details(run.id());
  CHECK(details.run.id == run.id());
  CHECK(details.run.name == "whole");
  CHECK(details.run.note == "as it was");
  CHECK(details.run.state == RunState::finished);
  REQUIRE(details.params.size() == 2);
  CHECK(details.params[0].value == Value(0.1));
  REQUIRE(details.tags.size() == 1);
  CHECK(details.tags[0].value == "eve");
  REQUIRE(details.metrics.size() == 1);
  CHECK(details.metrics[0].count == 3);
  REQUIRE(details.datasets.size() == 1);
  CHECK(details.datasets[0].digest == Digest{{7}});
  REQUIRE(details.seeds.size() == 1);
  CHECK(details.seeds[0].value == Value(42));
  CHECK_FALSE(details.fields.empty());
  REQUIRE(details.members.size() == 1);
  CHECK(details.members[0].role == MemberRole::owner);
  REQUIRE(details.conflicts.size() == 1);
  CHECK(details.conflicts[0].subject == "param lr");
  CHECK(details.children == std::vector<RunId>{id_of("cccc1"), id_of("cccc2")});
}

TEST_CASE("A run that is not there is an absence to find, an error to detail", "[query]") {
  const QueryStore fixture;
  auto store = fixture.open();
  CHECK_FALSE(store.find_run(id_of("nnnn")));
  CHECK(failure_of([&] { return store.details(id_of("nnnn")); }).code() == ErrorCode::not_found);
  CHECK(failure_of([&] { return store.resolve("nnnn"); }).code() == ErrorCode::not_found);
  CHECK(store.list({}).empty());
  CHECK(store.experiments().empty());
}

TEST_CASE("A query sees what a run still writes, unless the store is opened not to", "[query]") {
  QueryStore fixture;
  auto run = start_run(fixture.runs().options());
  StoreOptions options;
  options.path = fixture.runs().root();
  options.ingest = false;
  CHECK_FALSE(Store::open(options).find_run(run.id()));
  auto store = fixture.open();
  run.log("loss", 1, 0.5);
  REQUIRE(store.find_run(run.id()));
  CHECK(store.find_run(run.id())->state == RunState::running);
  CHECK(store.points(run.id(), {"loss", {}}).values == std::vector<double>{0.5});
  run.log("loss", 2, 0.25);
  CHECK(store.find_metric(run.id(), "loss").last->value == 0.25);
  CHECK(store.curve(run.id(), {"loss", {}}, 1).at(0).count == 2);
  CHECK(store.lag().empty());
}

TEST_CASE("SQL reads the views and can change nothing", "[query]") {
  const QueryStore fixture;
  fixture.add(begin(id_of("aaaa1"), {.name = "one"}).param("lr", 0.1));
  auto store = fixture.open();
  const auto rows = [&](std::string_view sql) {
    Rows sink;
    store.query(sql, sink);
    return sink.rows();
  };
  CHECK(rows("SELECT name, state FROM runs") == std::vector<std::string>{"one|finished"});
  for (const auto* sql :
       {"DELETE FROM runs", "UPDATE runs SET name = 'x'", "INSERT INTO params VALUES ('a','b',1)",
        "DROP VIEW runs", "CREATE TABLE t (x)", "CREATE TEMP TABLE t (x)",
        "ATTACH DATABASE 'other.db' AS other", "PRAGMA user_version = 7", "VACUUM",
        "SELECT * FROM run_rows", "SELECT * FROM sqlite_master", "DELETE FROM run_rows", "nonsense",
        "SELECT no_such FROM runs", "SELECT 1; DELETE FROM runs", ""}) {
    CAPTURE(sql);
    CHECK(failure_of([&] { return rows(sql).size(); }).code() == ErrorCode::usage);
  }
  CHECK(rows("SELECT name, state FROM runs") == std::vector<std::string>{"one|finished"});
}
