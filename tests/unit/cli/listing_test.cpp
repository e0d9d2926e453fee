#include "listing.hpp"

#include <catch2/catch.hpp>

#include "track/schemas/error.hpp"

using namespace track;
using cli::choose_columns;
using cli::make_column;
using Names = std::vector<std::string>;

namespace {

constexpr Timestamp k_now{1'700'000'000'000};

RunRow make_row(const std::string& id, std::vector<ParamRecord> params) {
  RunRow row;
  row.run.id = RunId{id};
  row.run.name = "run-" + id;
  row.run.experiment = "digits";
  row.run.start = Timestamp{k_now.ms - 60'000};
  row.params = std::move(params);
  return row;
}

MetricRecord make_metric(const std::string& name, double last, Goal goal) {
  MetricRecord metric;
  metric.series.name = name;
  metric.count = 1;
  metric.last = StepValue{1, last};
  metric.min = metric.max = metric.last;
  metric.goal = goal;
  return metric;
}

}  // namespace

TEST_CASE("a listing shows the params that vary and not the others", "[cli]") {
  const auto columns = choose_columns({make_row("a", {{{}, "lr", 0.1}, {{}, "batch", 32}}),
                                       make_row("b", {{{}, "lr", 0.2}, {{}, "batch", 32}})});
  CHECK(columns == Names{"id", "name", "state", "start", "param:lr"});
}

TEST_CASE("a param that some runs lack varies", "[cli]") {
  const auto columns = choose_columns({make_row("a", {{{}, "lr", 0.1}}), make_row("b", {})});
  CHECK(columns.back() == "param:lr");
}

TEST_CASE("a listing shows metrics with a goal and, failing that, the first", "[cli]") {
  auto row = make_row("a", {});
  row.metrics = {make_metric("loss", 1, Goal::none), make_metric("system/cpu", 1, Goal::none)};
  CHECK(choose_columns({row}).back() == "metric:loss");
  row.metrics.push_back(make_metric("acc", 1, Goal::maximize));
  CHECK(choose_columns({row}) == Names{"id", "name", "state", "start", "metric:acc"});
}

TEST_CASE("experiments and kinds are shown where they differ", "[cli]") {
  auto other = make_row("b", {});
  other.run.experiment = "letters";
  other.run.kind = RunKind::replay;
  const auto columns = choose_columns({make_row("a", {}), other});
  CHECK(columns == Names{"id", "name", "experiment", "kind", "state", "start"});
}

TEST_CASE("a column shows a dash for what a run lacks", "[cli]") {
  const auto row = make_row("a", {{{}, "lr", 0.1}});
  CHECK(make_column("param:lr", k_now).cell(row).text == "0.1");
  CHECK(make_column("param:x", k_now).cell(row).text == "-");
  CHECK(make_column("metric:x", k_now).cell(row).text == "-");
  CHECK(make_column("tag:x", k_now).cell(row).text == "-");
  CHECK(make_column("end", k_now).cell(row).text == "-");
  CHECK(make_column("start", k_now).cell(row).text == "1m ago");
}

TEST_CASE("a metric that never was finite reads NaN, not a dash", "[cli]") {
  auto row = make_row("a", {});
  MetricRecord metric;
  metric.series.name = "loss";
  metric.goal = Goal::minimize;
  metric.n_nan = 3;
  row.metrics = {metric};
  CHECK(make_column("metric:loss", k_now).cell(row).text == "NaN");
}

TEST_CASE("an unknown column is refused by name", "[cli]") {
  CHECK_THROWS_WITH(make_column("nope", k_now), "cannot show column 'nope': no such column");
}

TEST_CASE("a column of a metric is the mean of its ranks", "[cli]") {
  auto row = make_row("a", {});
  row.metrics = {make_metric("loss", 1, Goal::none), make_metric("loss", 4, Goal::none)};
  row.metrics[0].series.labels = {{"rank", "0"}};
  row.metrics[1].series.labels = {{"rank", "1"}};
  CHECK(choose_columns({row}).back() == "metric:loss");
  CHECK(make_column("metric:loss", k_now).cell(row).text == "2.5");
  CHECK(make_column("metric:loss{rank=1}", k_now).cell(row).text == "4");
  CHECK(make_column("metric:loss{rank=2}", k_now).cell(row).text == "-");
}
