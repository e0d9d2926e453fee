#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

#include "run_fixture.hpp"
#include "track/schemas/error.hpp"
#include "track/store.hpp"
#include "track_test/code_of.hpp"

using namespace track;
using track_test::RunStore;

namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

/// A run of three ranks: at steps 0 to 2 each logs its number, the last not at step 2.
RunId log_ranks(RunStore& store) {
  auto run = start_run(store.options());
  MetricOptions goal;
  goal.goal = Goal::maximize;
  run.define_metric("acc", goal);
  for (int rank = 0; rank < 3; ++rank) {
    auto acc = run.metric("acc", {{"rank", std::to_string(rank)}});
    for (int step = 0; step < (rank == 2 ? 2 : 3); ++step) acc.log(step, rank + 10.0 * step);
  }
  run.finish();
  return run.id();
}

Store open(const RunStore& store) {
  StoreOptions options;
  options.path = store.root();
  return Store::open(options);
}

ErrorCode code_of(Store& store, const RunId& run, const std::string& text) {
  try {
    (void)store.find_metric(run, text);
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::inconclusive;
}

}  // namespace

TEST_CASE("a metric named without a rank is the mean of its ranks, point by point", "[query]") {
  RunStore runs;
  const auto run = log_ranks(runs);
  auto store = open(runs);
  const auto metric = store.find_metric(run, "acc");
  CHECK(metric.series.to_string() == "acc");
  CHECK(metric.count == 8);
  CHECK(metric.last->value == Approx((20 + 21 + 12) / 3.0));
  const auto points = store.points(run, metric.series);
  CHECK(points.steps == std::vector<std::int64_t>{0, 1, 2});
  CHECK(points.values == std::vector<double>{1, 11, 20.5});  // of the ranks that logged the step
  const auto curves = store.rank_curves(run, metric.series, 10);
  CHECK(curves.ranks == 3);
  REQUIRE(curves.least.size() == 3);
  CHECK(curves.least[1].last == 10);
  CHECK(curves.greatest[1].last == 12);
  CHECK(store.find_metrics(run, "acc").size() == 3);
}

TEST_CASE("a rank can be named", "[query]") {
  RunStore runs;
  const auto run = log_ranks(runs);
  auto store = open(runs);
  const auto metric = store.find_metric(run, "acc{rank=2}");
  CHECK(metric.last->value == 12);
  CHECK(store.points(run, metric.series).values == std::vector<double>{2, 12});
  CHECK(store.rank_curves(run, metric.series, 10).ranks == 1);
  CHECK(code_of(store, run, "acc{rank=3}") == ErrorCode::not_found);
}

TEST_CASE("labels other than the rank are as ambiguous as ever", "[query]") {
  RunStore runs;
  auto run = start_run(runs.options());
  for (const char* rank : {"0", "1"}) {
    run.metric("acc", {{"rank", rank}, {"split", "val"}}).log(0, 1);
    run.metric("acc", {{"rank", rank}, {"split", "test"}}).log(0, 2);
  }
  run.finish();
  auto store = open(runs);
  CHECK(code_of(store, run.id(), "acc") == ErrorCode::ambiguous);
  CHECK(code_of(store, run.id(), "acc{rank=1}") == ErrorCode::ambiguous);
  CHECK(store.find_metric(run.id(), "acc{split=test}").last->value == 2);
  CHECK(store.find_ranked(run.id(), "acc").size() == 2);
}

TEST_CASE("a NaN of one rank is the mean's at that step", "[query]") {
  RunStore runs;
  auto run = start_run(runs.options());
  run.metric("acc", {{"rank", "0"}}).log(0, 1);
  run.metric("acc", {{"rank", "1"}}).log(0, k_nan);
  run.metric("acc", {{"rank", "0"}}).log(1, 1);
  run.metric("acc", {{"rank", "1"}}).log(1, 3);
  run.finish();
  auto store = open(runs);
  const auto points = store.points(run.id(), {"acc", {}});
  REQUIRE(points.values.size() == 2);
  CHECK(std::isnan(points.values[0]));
  CHECK(points.values[1] == 2);
  CHECK(store.rank_curves(run.id(), {"acc", {}}, 10).least[0].last == 1);
}

TEST_CASE("the best run and groups take the mean over ranks", "[query]") {
  RunStore runs;
  const auto ranked = log_ranks(runs);  // its ranks' best are 20, 21 and 12
  auto options = runs.options();
  auto other = start_run(options);
  MetricOptions goal;
  goal.goal = Goal::maximize;
  other.define_metric("acc", goal);
  other.log("acc", 0, 19);
  other.finish();
  auto store = open(runs);
  CHECK(store.resolve("@best:acc") == other.id());
  CHECK(store.resolve("@best:acc{rank=1}") == ranked);
  const auto groups = store.group({}, {});
  REQUIRE(groups.size() == 1);
  REQUIRE(groups[0].metrics.size() == 1);
  CHECK(groups[0].metrics[0].n == 2);
  CHECK(groups[0].metrics[0].mean == Approx((19 + (20 + 21 + 12) / 3.0) / 2));
}

TEST_CASE("a curve is smoothed over all that came before its range, and lies on its axis",
          "[query]") {
  RunStore runs;
  auto run = start_run(runs.options());
  for (int step = 0; step < 8; ++step) {
    run.metric("loss", {{"split", "val"}}).log(step, step % 2);
    run.log("tokens", step, 1000.0 * step);
    if (step > 3) run.metric("epoch", {{"split", "val"}}).log(step, step / 4.0);
  }
  run.finish();
  auto store = open(runs);
  const SeriesKey loss{"loss", {{"split", "val"}}};
  CurveOptions options;
  options.smooth = 0.5;
  const auto all = store.curve(run.id(), loss, options);
  REQUIRE(all.size() == 8);
  CHECK(all[7].first_x == 7);
  options.range.from = 6;
  options.axis = "tokens";
  const auto part = store.curve(run.id(), loss, options);
  REQUIRE(part.size() == 2);
  CHECK(part[1].last == all[7].last);
  CHECK(part[1].last_x == 7000);
  // An axis of the same labels stands for the step; where it has not begun nothing is drawn.
  options.axis = "epoch";
  options.range = {};
  const auto late = store.curve(run.id(), loss, options);
  REQUIRE(late.size() == 4);
  CHECK(late[0].first_x == 1);
  CHECK(track_test::code_of([&] {
          options.axis = "none";
          static_cast<void>(store.curve(run.id(), loss, options));
        }) == ErrorCode::not_found);
  for (const double wrong : {1.0, -0.1, k_nan}) {
    options.smooth = wrong;
    CHECK(track_test::code_of([&] { static_cast<void>(store.curve(run.id(), loss, options)); }) ==
          ErrorCode::usage);
  }
}

TEST_CASE("an axis is what all series are declared over and all runs have logged", "[query]") {
  RunStore runs;
  const auto log = [&](const std::string& axis, const std::optional<Labels>& labels) {
    auto options = runs.options();
    options.join = Join::never;
    auto run = start_run(options);
    MetricOptions over;
    over.axis = axis;
    run.define_metric("val/*", over);
    run.metric("val/loss", {{"split", "a"}}).log(0, 1);
    run.log("train/loss", 0, 1);
    if (labels) run.metric(axis, *labels).log(0, 1);
    run.finish();
    return run.id();
  };
  const auto epochs = log("epoch", Labels{});
  const auto of_slice = log("epoch", Labels{{"split", "a"}});
  const auto of_another = log("epoch", Labels{{"split", "b"}});
  const auto silent = log("epoch", std::nullopt);
  const auto tokens = log("to{ken", Labels{});
  auto store = open(runs);
  CHECK(store.find_axis({epochs, of_slice}, "val/loss") == "epoch");
  CHECK(store.find_axis({tokens}, "val/loss") == "to{ken");
  CHECK(store.find_axis({epochs, tokens}, "val/loss") == std::nullopt);
  CHECK(store.find_axis({epochs, of_another}, "val/loss") == std::nullopt);
  CHECK(store.find_axis({silent}, "val/loss") == std::nullopt);
  CHECK(store.find_axis({epochs}, "train/loss") == std::nullopt);
}
