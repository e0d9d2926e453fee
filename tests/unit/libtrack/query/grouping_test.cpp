#include "query/grouping.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

using namespace track;  // NOLINT: a test file

namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_inf = std::numeric_limits<double>::infinity();

RunRow row(const std::string& id, std::vector<std::pair<std::string, Value>> params = {}) {
  RunRow row;
  row.run.id = {id};
  for (auto& [name, value] : params) row.params.push_back({row.run.id, name, std::move(value)});
  return row;
}

RunRow with(RunRow row, const std::string& metric, std::optional<double> last) {
  MetricRecord record;
  record.run = row.run.id;
  record.series.name = metric;
  record.count = 1;
  if (last) record.last = StepValue{1, *last};
  row.metrics.push_back(record);
  return row;
}

std::vector<std::string> ids(const RunGroup& group) {
  std::vector<std::string> ids;
  for (const auto& run : group.runs) ids.push_back(run.value);
  return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("Runs with equal params are one group, in the order in which they come", "[query]") {
  const auto groups = detail::group_rows(
      {row("a", {{"lr", 0.1}, {"hidden", 64}}), row("b", {{"lr", 0.2}, {"hidden", 64}}),
       row("c", {{"lr", 0.1}, {"hidden", 64}}), row("d", {{"lr", 0.1}, {"hidden", 32}})},
      {"lr", "hidden"});
  REQUIRE(groups.size() == 3);
  CHECK(ids(groups[0]) == Ids{"a", "c"});
  CHECK(ids(groups[1]) == Ids{"b"});
  CHECK(ids(groups[2]) == Ids{"d"});
  REQUIRE(groups[1].by.size() == 2);
  CHECK(groups[1].by[0].first == "lr");
  CHECK(groups[1].by[0].second == Value(0.2));
  CHECK(groups[1].by[1].second == Value(64));
}

TEST_CASE("A run without the param is no run with a null, and a NaN goes with a NaN", "[query]") {
  const auto groups = detail::group_rows(
      {row("a"), row("b", {{"x", Value()}}), row("c", {{"x", k_nan}}), row("d", {{"x", k_nan}}),
       row("e", {{"y", 1}}), row("f", {{"x", 1}}), row("g", {{"x", 1.0}}), row("h", {{"x", "1"}})},
      {"x"});
  REQUIRE(groups.size() == 6);
  CHECK(ids(groups[0]) == Ids{"a", "e"});
  CHECK_FALSE(groups[0].by[0].second);
  CHECK(ids(groups[1]) == Ids{"b"});
  CHECK(ids(groups[2]) == Ids{"c", "d"});
  CHECK(ids(groups[3]) == Ids{"f"});
}

TEST_CASE("No runs are no groups, and no params put all into one", "[query]") {
  CHECK(detail::group_rows({}, {"lr"}).empty());
  const auto groups = detail::group_rows({row("a", {{"lr", 1}}), row("b")}, {});
  REQUIRE(groups.size() == 1);
  CHECK(ids(groups[0]) == Ids{"a", "b"});
  CHECK(groups[0].by.empty());
}

TEST_CASE("A metric is summed up as n, mean and the sample's deviation", "[query]") {
  const auto groups = detail::group_rows(
      {with(row("a"), "acc", 2.0), with(row("b"), "acc", 4.0), with(row("c"), "acc", 9.0)}, {});
  REQUIRE(groups.at(0).metrics.size() == 1);
  const auto& metric = groups[0].metrics[0];
  CHECK(metric.series.name == "acc");
  CHECK(metric.n == 3);
  CHECK(metric.missing == 0);
  CHECK(metric.mean == Approx(5.0));
  REQUIRE(metric.sd);
  CHECK(*metric.sd == Approx(std::sqrt(13.0)));
}

TEST_CASE("One value has a mean and no deviation", "[query]") {
  const auto groups = detail::group_rows({with(row("a"), "acc", 2.0)}, {});
  const auto& metric = groups.at(0).metrics.at(0);
  CHECK(metric.n == 1);
  CHECK(metric.mean == 2.0);
  CHECK_FALSE(metric.sd);
}

TEST_CASE("What is missing, NaN or infinite is counted as missing, not averaged", "[query]") {
  const auto groups = detail::group_rows(
      {with(row("a"), "acc", 1.0), with(row("b"), "acc", 3.0), with(row("c"), "acc", k_nan),
       with(row("d"), "acc", k_inf), with(row("e"), "acc", std::nullopt), row("f")},
      {});
  const auto& metric = groups.at(0).metrics.at(0);
  CHECK(metric.n == 2);
  CHECK(metric.missing == 4);
  CHECK(metric.mean == 2.0);
  CHECK(*metric.sd == Approx(std::sqrt(2.0)));

  const auto none = detail::group_rows({with(row("a"), "acc", k_nan), row("b")}, {});
  const auto& empty = none.at(0).metrics.at(0);
  CHECK(empty.n == 0);
  CHECK(empty.missing == 2);
  CHECK(std::isnan(empty.mean));
  CHECK_FALSE(empty.sd);
}

TEST_CASE("Close values far from zero keep their deviation", "[query]") {
  const auto groups =
      detail::group_rows({with(row("a"), "acc", 1e15), with(row("b"), "acc", 1e15 + 1),
                          with(row("c"), "acc", 1e15 + 2)},
                         {});
  CHECK(*groups.at(0).metrics.at(0).sd == Approx(1.0));
}

TEST_CASE("Series of one name and other labels are summed up apart, by their summary", "[query]") {
  auto a = with(with(row("a"), "acc", 1.0), "acc", 5.0);
  a.metrics[1].series.labels = {{"split", "val"}};
  a.metrics[1].summary = Statistic::max;
  a.metrics[1].max = StepValue{1, 7.0};
  const auto groups = detail::group_rows({a, with(row("b"), "acc", 3.0)}, {});
  const auto& metrics = groups.at(0).metrics;
  REQUIRE(metrics.size() == 2);
  CHECK(metrics[0].series.labels.empty());
  CHECK(metrics[0].mean == 2.0);
  CHECK(metrics[1].series.labels == Labels{{"split", "val"}});
  CHECK(metrics[1].mean == 7.0);
  CHECK(metrics[1].missing == 1);
}
