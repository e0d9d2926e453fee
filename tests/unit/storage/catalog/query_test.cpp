#include <cmath>
#include <limits>

#include "catalog_batches.hpp"
#include "store_fixture.hpp"

using namespace track;
using namespace track::storage;
using namespace track_test;

namespace {

/// Runs 1 to 4: loss 0.5, NaN, none and +Inf; lr 0.1, 0.2, "auto" and none.
void fill(Catalog& catalog) {
  const double nan = std::nan("");
  const double inf = std::numeric_limits<double>::infinity();
  for (const char c : {'1', '2', '3', '4'}) {
    Segment segment(run_id(c));
    segment.start(std::string("run-") + c, "digits", 1000 + c);
    if (c == '1') segment.param("lr", 0.1).param("debug", true).points({"loss", {}}, 0, {0.9, 0.5});
    if (c == '2') segment.param("lr", 0.2).points({"loss", {}}, 0, {0.4, nan});
    if (c == '3') segment.param("lr", "auto").param("it's", 1);
    if (c == '4') segment.points({"loss", {}}, 0, {0.7, inf}).points({"low", {}}, 0, {-inf});
    segment.points({"acc", {{"split", "val"}}}, 0, {c / 100.0});
    if (c == '1') segment.points({"acc", {{"split", "test"}}}, 0, {1});
    segment.add(schemas::TagEntry{"stage", std::string(1, c), {1}});
    segment.end(RunState::finished);
    take(catalog, segment, true);
  }
}

std::string matching(const Catalog& catalog, const std::string& where) {
  RunQuery query;
  query.where = where;
  query.sort = "id";
  std::string ids;
  for (const auto& run : catalog.list_runs(query)) ids += run.id.value.back();
  return ids;
}

}  // namespace

TEST_CASE("an expression chooses runs by column, param, metric and tag", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  fill(*catalog);
  CHECK(matching(*catalog, "name = 'run-2'") == "2");
  CHECK(matching(*catalog, "param('lr') < 0.15") == "1");
  CHECK(matching(*catalog, "PARAM ( 'lr' ) = 'auto'") == "3");
  CHECK(matching(*catalog, "param(\"debug\")") == "1");
  CHECK(matching(*catalog, "param('it''s') = 1") == "3");
  CHECK(matching(*catalog, "tag('stage') in ('1', '4')") == "14");
  CHECK(matching(*catalog, "metric('loss') < 1") == "1");
  CHECK(matching(*catalog, "min('loss') < 0.6") == "12");
  CHECK(matching(*catalog, "max('loss') > 0.6 and mean('loss') = 0.7") == "14");
  CHECK(matching(*catalog, "state = 'finished' and start > 1050") == "34");
  CHECK(matching(*catalog, "metric('acc{split=val}') > 0.505") == "34");
  CHECK(matching(*catalog, "max(param('lr'), 0.15) = 0.15") == "1");
  CHECK(matching(*catalog, "name like 'run-%' and 1e+2 > 5e1") == "1234");
  CHECK(matching(*catalog, "\"group\" = ''") == "1234");
  CHECK(matching(*catalog, "group = '' and end = 2000 and Group=''") == "1234");
  CHECK(matching(*catalog, "case when name = 'run-1' then 1 else 0 end and end > 0") == "1");
  CHECK(matching(*catalog, "id in (select run from params group by run having count(*) > 1)") ==
        "13");
}

TEST_CASE("NaN, infinity and what is missing match nothing", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  fill(*catalog);
  for (const char* condition :
       {"metric('loss') < 1", "last('loss') < 1", "metric('loss') <= 1e300"}) {
    CAPTURE(condition);
    CHECK(matching(*catalog, condition) == "1");
  }
  CHECK(matching(*catalog, "not (metric('loss') < 1)").empty());
  CHECK(matching(*catalog, "metric('loss') != 7") == "1");
  CHECK(matching(*catalog, "metric('loss') > 1").empty());
  CHECK(matching(*catalog, "metric('loss') not in (7)") == "1");
  CHECK(matching(*catalog, "metric('loss') between -1e308 and 1e308") == "1");
  CHECK(matching(*catalog, "metric('low') < 0").empty());
  CHECK(matching(*catalog, "metric('missing') < 1 or metric('missing') >= 1").empty());
  CHECK(matching(*catalog, "param('missing') <> 'x'").empty());
  CHECK(matching(*catalog, "tag('missing') <> 'x'").empty());
}

TEST_CASE("a metric stands for its declared summary, else its last value", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  Segment segment(run_id('1'));
  segment.start("a", "b").points({"m", {}}, 0, {3, 1, 2});
  take(*catalog, segment);
  CHECK(matching(*catalog, "metric('m') = 2") == "1");
  take(*catalog, segment.add(schemas::MetricDefinitionEntry{"m", Goal::minimize}));
  CHECK(matching(*catalog, "metric('m') = 2 and best('m') = 1 and last('m') = 2") == "1");
  take(*catalog,
       segment.add(schemas::MetricDefinitionEntry{"m", Goal::minimize, "", "", Statistic::best}));
  CHECK(matching(*catalog, "metric('m') = 1") == "1");
  take(*catalog,
       segment.add(schemas::MetricDefinitionEntry{"m", Goal::minimize, "", "", Statistic::max}));
  CHECK(matching(*catalog, "metric('m') = 3") == "1");
}

TEST_CASE("a bare name that several series have is an error", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  fill(*catalog);
  CHECK(code_of([&] { matching(*catalog, "metric('acc') > 0"); }) == ErrorCode::ambiguous);
  RunQuery query;
  query.sort = "metric:acc";
  CHECK(code_of([&] { static_cast<void>(catalog->list_runs(query)); }) == ErrorCode::ambiguous);
  // Where it has no labels it is that one.
  Segment segment(run_id('1'), 0, 1, 1);
  take(*catalog, segment.points({"acc", {}}, 0, {5}));
  CHECK(matching(*catalog, "metric('acc') = 5") == "1");
}

TEST_CASE("what is no expression is an error of the user", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  fill(*catalog);
  for (const char* expression : {"1; DELETE FROM run_rows",
                                 "name = 'x' -- y",
                                 "1 /* x */",
                                 "(1",
                                 "1)",
                                 "1) OR (1",
                                 " ",
                                 "name = 'x",
                                 "\"x",
                                 "param(lr) < 1",
                                 "param('a', 'b')",
                                 "metric()",
                                 "nothing = 1",
                                 "name = ?",
                                 "name = :x",
                                 "1 UNION SELECT 2",
                                 "id IN (SELECT id FROM run_rows)",
                                 "removed IS NULL",
                                 "metric('a{b') = 1",
                                 "load_extension('x')",
                                 "id = (SELECT id FROM all_runs LIMIT 1) AND closed"}) {
    CAPTURE(expression);
    CHECK(code_of([&] { matching(*catalog, expression); }) == ErrorCode::usage);
  }
  CHECK(catalog->list_runs({}).size() == 4);
}

TEST_CASE("the views show every column and every row", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  fill(*catalog);
  Rows rows;
  catalog->query("SELECT * FROM runs WHERE id LIKE '%1'", rows);
  CHECK(rows.names() ==
        std::vector<std::string>{"id",         "name",    "experiment", "parent",     "replay_of",
                                 "group",      "kind",    "state",      "end_reason", "exit_code",
                                 "end_signal", "attempt", "note",       "user",       "host",
                                 "source",     "start",   "end",        "dropped",    "losses"});
  CHECK(rows.rows() ==
        std::vector<std::string>{
            run_id('1').value + "|run-1|digits|NULL|NULL||train|finished||0|NULL|1||ann|h-hash|api|"
                                "1049|2000|0|[]"});
  CHECK(query(*catalog, "SELECT name, type, value FROM params ORDER BY run, name") ==
        std::vector<std::string>{"debug|boolean|1", "lr|real|0.1", "lr|real|0.2", "it's|integer|1",
                                 "lr|text|auto"});
  CHECK(query(*catalog,
              "SELECT labels, count, last, last_is_nan, n_nan, n_inf, min FROM metrics WHERE name "
              "= 'loss' ORDER BY run") == std::vector<std::string>{"{}|2|0.5|0|0|0|0.5",
                                                                   "{}|2|NULL|1|1|0|0.4",
                                                                   "{}|2|inf|0|0|1|0.7"});
  CHECK(query(*catalog, "SELECT count(*) FROM tags") == std::vector<std::string>{"4"});
  for (const char* view :
       {"artifacts", "datasets", "models", "model_versions", "aliases", "transitions"}) {
    CAPTURE(view);
    CHECK(query(*catalog, std::string("SELECT * FROM ") + view).empty());
  }
}

TEST_CASE("removed runs are in no view", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  fill(*catalog);
  const auto run = run_id('1');
  catalog->remove(std::span(&run, 1), {1});
  for (const char* view : {"runs WHERE id", "params WHERE run", "tags WHERE run",
                           "metrics WHERE run", "metric_points WHERE run"}) {
    CAPTURE(view);
    CHECK(query(*catalog, std::string("SELECT count(*) FROM ") + view + " LIKE '%1'") ==
          std::vector<std::string>{"0"});
  }
  CHECK(matching(*catalog, "1") == "234");
  RunQuery removed;
  removed.removed = true;
  removed.where = "param('lr') < 0.15";
  CHECK(catalog->list_runs(removed).size() == 1);
}

TEST_CASE("points of the virtual table carry kind, and a NaN is NULL", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  fill(*catalog);
  CHECK(query(*catalog,
              "SELECT step, value, kind, rank, attempt FROM metric_points WHERE metric = 'loss'"
              " AND run LIKE '%2' ORDER BY step") ==
        std::vector<std::string>{"0|0.4|value|0|1", "1|NULL|nan|0|1"});
  CHECK(query(*catalog, "SELECT value, kind FROM metric_points WHERE metric = 'low'") ==
        std::vector<std::string>{"-inf|-inf"});
  CHECK(query(*catalog, "SELECT count(*) FROM metric_points") == std::vector<std::string>{"12"});
}

TEST_CASE("the virtual table answers as a table of the same rows would", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  Segment segment(run_id('1'));
  segment.start("a", "b");
  for (int i = 0; i < 30; ++i) segment.points({i % 2 == 0 ? "even" : "odd", {}}, i, {i * 1.0});
  take(*catalog, segment);
  Segment other(run_id('2'), 0, 1, 1);
  take(*catalog, other.start("c", "d").points({"even", {{"s", "x"}}}, 0, {5, 6, 7}));
  const auto one = [&](const std::string& where) {
    return query(*catalog, "SELECT count(*), sum(step) FROM metric_points WHERE " + where).at(0);
  };
  const auto id = "'" + run_id('1').value + "'";
  CHECK(one("run = " + id) == "30|435");
  CHECK(one("metric = 'even'") == "18|213");
  CHECK(one("metric = 'even' AND run = " + id + " AND step >= 10") == "10|190");
  CHECK(one("step > 10 AND step < 13") == "2|23");
  CHECK(one("step > 10.5 AND step <= 12.5") == "2|23");
  CHECK(one("step = 4") == "1|4");
  CHECK(one("step = 4.5").starts_with("0|"));
  CHECK(one("step > 'x'").starts_with("0|"));
  CHECK(one("run = NULL").starts_with("0|"));
  CHECK(one("metric = x'00'").starts_with("0|"));
  CHECK(one("labels = '{\"s\":\"x\"}'") == "3|3");
  CHECK(one("metric IN ('even', 'odd', 'no')") == "33|438");
  CHECK(one("metric = 'EVEN'").starts_with("0|"));
  CHECK(one("metric = 'EVEN' COLLATE NOCASE") == "18|213");
  CHECK(one("step BETWEEN 9223372036854775807 AND 1e300").starts_with("0|"));
  CHECK(query(*catalog,
              "SELECT step FROM metric_points WHERE run = " + id + " ORDER BY step DESC LIMIT 3") ==
        std::vector<std::string>{"29", "28", "27"});
  CHECK(query(*catalog, "SELECT step FROM metric_points WHERE run = " + id +
                            " ORDER BY step LIMIT 3") == std::vector<std::string>{"0", "1", "2"});
  CHECK(query(*catalog, "SELECT max(metric), min(run) FROM metric_points") ==
        std::vector<std::string>{"odd|" + run_id('1').value});
  CHECK(query(*catalog,
              "SELECT r.name, count(*) FROM runs r JOIN metric_points p ON p.run = r.id"
              " GROUP BY r.name ORDER BY r.name") == std::vector<std::string>{"a|30", "c|3"});
}

TEST_CASE("metric_points is the default view and metric_points_all is everything", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  Segment segment(run_id('1'));
  take(*catalog, segment.start("a", "b").points({"m", {}}, 0, {1, 2}).points({"m", {}}, 1, {3}));
  CHECK(query(*catalog, "SELECT step, value FROM metric_points") ==
        std::vector<std::string>{"0|1.0", "1|3.0"});
  CHECK(query(*catalog, "SELECT step, value FROM metric_points_all") ==
        std::vector<std::string>{"0|1.0", "1|2.0", "1|3.0"});
}

TEST_CASE("a query reads views only and writes nothing", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  fill(*catalog);
  for (const char* sql :
       {"SELECT * FROM run_rows",
        "SELECT count(*) FROM param_rows",
        "DELETE FROM runs",
        "DROP VIEW runs",
        "CREATE TABLE x (y)",
        "CREATE TEMP TABLE x (y)",
        "PRAGMA user_version = 9",
        "PRAGMA writable_schema = 1",
        "ATTACH 'x' AS y",
        "BEGIN",
        "VACUUM",
        "SELECT load_extension('x')",
        "INSERT INTO params VALUES (1, 2, 3, 4)",
        "SELECT 1; SELECT 2",
        "",
        "  ",
        "-- nothing",
        "SELEC 1",
        "SELECT * FROM nothing",
        "SELECT * FROM sqlite_stat1",
        "SELECT * FROM sqlite_master",
        "SELECT sql FROM main.sqlite_schema",
        "SELECT * FROM sqlite_temp_master",
        "WITH x AS (SELECT * FROM run_rows) SELECT * FROM x",
        "SELECT (SELECT id FROM run_rows)",
        "EXPLAIN DELETE FROM run_rows",
        "WITH runs AS (SELECT * FROM run_rows) SELECT * FROM runs",
        "WITH runs AS (SELECT * FROM \"Run_Rows\") SELECT * FROM runs",
        "WITH runs AS (SELECT * FROM 'run_rows') SELECT * FROM runs",
        "WITH runs AS (SELECT * FROM /* ' */ run_rows /* ' */) SELECT * FROM runs",
        "SELECT '' FROM [run_rows]"}) {
    CAPTURE(sql);
    CHECK(code_of([&] { static_cast<void>(query(*catalog, sql)); }) == ErrorCode::usage);
  }
  CHECK(query(*catalog, "SELECT count(*) FROM runs;") == std::vector<std::string>{"4"});
  CHECK(query(*catalog,
              "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3)"
              " SELECT sum(i) FROM n") == std::vector<std::string>{"6"});
  CHECK(query(*catalog, "SELECT count(*) FROM runs -- of run_rows").at(0) == "4");
  CHECK(query(*catalog, "SELECT x'0aff'") == std::vector<std::string>{"0x0aff"});
  CHECK(query(*catalog, "SELECT name FROM pragma_table_info('runs') LIMIT 1") ==
        std::vector<std::string>{"id"});
  CHECK(query(*catalog,
              "SELECT name FROM pragma_table_list WHERE type = 'view' AND name IN"
              " ('runs', 'params') ORDER BY name") == std::vector<std::string>{"params", "runs"});
}

TEST_CASE("a metric whose series differ in rank alone is their mean", "[catalog]") {
  Store store;
  const auto catalog = store.open();
  Segment segment(run_id('1'));
  segment.start("a", "b").points({"m", {{"rank", "0"}}}, 0, {5, 1});
  take(*catalog, segment.points({"m", {{"rank", "1"}}}, 0, {3, 2}));
  CHECK(matching(*catalog, "metric('m') = 1.5 and last('m') = 1.5 and max('m') = 4") == "1");
  CHECK(matching(*catalog, "metric('m{rank=1}') = 2") == "1");
  // Another label beside the rank.
  take(*catalog, segment.points({"n", {{"rank", "0"}, {"split", "a"}}}, 0, {1}));
  take(*catalog, segment.points({"n", {{"rank", "1"}, {"split", "a"}}}, 0, {4}));
  CHECK(matching(*catalog, "metric('n') = 2.5 and metric('n{split=a}') = 2.5") == "1");
  CHECK(matching(*catalog, "metric('n{rank=1}') > 0").empty());
  take(*catalog, segment.points({"n", {{"rank", "1"}, {"split", "b"}}}, 0, {4}));
  CHECK(code_of([&] { matching(*catalog, "metric('n') > 0"); }) == ErrorCode::ambiguous);
  // A rank that ended in a NaN, and one without rank.
  take(*catalog, segment.points({"m", {{"rank", "2"}}}, 0, {1, std::nan("")}));
  CHECK(matching(*catalog, "metric('m') < 9 or metric('m') >= 9").empty());
  take(*catalog, segment.points({"m", {}}, 0, {7}));
  CHECK(matching(*catalog, "metric('m') = 7") == "1");
}
