#include "catalog/points/rewinds.hpp"

#include <catch2/catch.hpp>

#include "catalog/metric_definitions.hpp"
#include "catalog/segment_order.hpp"

using namespace track::storage;
using track::schemas::MetricDefinitionEntry;

namespace {

PointSource source(std::int64_t attempt, std::vector<std::int64_t> steps, double value) {
  PointSource made{.attempt = attempt, .steps = std::move(steps), .times_ms = {}, .values = {}};
  for (std::size_t i = 0; i < made.steps.size(); ++i) {
    made.times_ms.push_back(static_cast<std::int64_t>(i));
    made.values.push_back(value);
  }
  return made;
}

/// Segments of rank 0 in the order of "a", "b", …
std::vector<PointSource> superseded(std::vector<PointSource> sources,
                                    const std::vector<Rewind>& rewinds = {}) {
  const auto starts = attempt_starts(sources);
  char order = 'a';
  for (auto& source : sources) {
    source.superseded_from =
        superseded_from(std::string(1, order++), source.attempt, 0, starts, rewinds);
  }
  return sources;
}

}  // namespace

TEST_CASE("points that just grow are left as they are", "[catalog]") {
  const std::vector sources{source(1, {1, 2}, 1), source(1, {3}, 2)};
  const auto view = default_view(superseded(sources));
  CHECK(view.values == std::vector<double>{1, 1, 2});
  CHECK(view.sources == std::vector<std::uint32_t>{0, 0, 1});
}

TEST_CASE("each attempt gives way to all later ones", "[catalog]") {
  const std::vector sources{source(1, {0, 1, 2, 3, 9}, 1), source(2, {5, 6, 7}, 2),
                            source(3, {3, 6}, 3)};
  const auto view = default_view(superseded(sources));
  CHECK(view.steps == std::vector<std::int64_t>{0, 1, 2, 3, 6});
  CHECK(view.values == std::vector<double>{1, 1, 1, 3, 3});
  CHECK(default_view(sources).steps == std::vector<std::int64_t>{0, 1, 2, 3, 5, 6, 7, 9});
}

TEST_CASE("a rewind takes away what its rank logged before it", "[catalog]") {
  const std::vector sources{source(1, {0, 1, 2, 3}, 1), source(1, {2}, 2)};
  const auto steps = [&](const Rewind& rewind) {
    return default_view(superseded(sources, {rewind})).steps;
  };
  CHECK(steps({"b", 0, 1}) == std::vector<std::int64_t>{0, 2});
  CHECK(steps({"c", 0, 1}) == std::vector<std::int64_t>{0});
  CHECK(steps({"b", 1, 1}) == std::vector<std::int64_t>{0, 1, 2, 3});
  CHECK(steps({"a", 0, 1}) == std::vector<std::int64_t>{0, 1, 2, 3});
}

TEST_CASE("a rewind by an axis goes to the step that reached its value", "[catalog]") {
  // The axis stands at 0, 1, 2, 3 at steps 0, 10, 20, 30.
  auto axis = source(1, {0, 10, 20, 30}, 0);
  axis.values = {0, 1, 2, 3};
  const auto resolve = [&](std::vector<SaidRewind> said) {
    return resolve_rewinds(said, [&](std::string_view metric) {
      CHECK(metric == "epoch");
      return std::vector<SegmentPoints>{{"a", axis}};
    });
  };
  const auto at = [&](double value, std::string order = "b", std::int64_t rank = 0) {
    const auto found = resolve({{std::move(order), rank, 1, "epoch", 0, value}});
    return found.empty() ? -1 : found.front().step;
  };
  CHECK(at(2) == 20);
  CHECK(at(1.5) == 20);
  CHECK(at(-5) == 0);
  CHECK(at(4) == -1);
  CHECK(at(2, "a") == -1);
  CHECK(at(2, "b", 1) == -1);
  // What an earlier one took away does not say where the axis stood.
  const auto both =
      resolve({{"b", 0, 1, "epoch", 0, 2}, {"c", 0, 1, "epoch", 0, 3}, {"d", 0, 1, "", 7, 0}});
  REQUIRE(both.size() == 2);
  CHECK(both[0].step == 20);
  CHECK(both[1].step == 7);
}

TEST_CASE("everything keeps repeated steps in order of append", "[catalog]") {
  const std::vector sources{source(1, {2, 1, 2}, 1), source(1, {2, 0}, 2)};
  const auto all = every_point(sources);
  CHECK(all.steps == std::vector<std::int64_t>{0, 1, 2, 2, 2});
  CHECK(all.values == std::vector<double>{2, 1, 1, 1, 2});
}

TEST_CASE("segments are ordered by attempt, rank, start, pid and sequence", "[catalog]") {
  const std::vector<track::schemas::SegmentOrder> orders{
      {-1, 0, 0, 0, 0},    {0, 0, 0, 0, 0}, {0, 0, 0, 0, 1},  {0, 0, 0, 5, 0}, {0, 0, 9, 0, 0},
      {0, 0, ~0ULL, 0, 0}, {0, 3, 0, 0, 0}, {1, -2, 0, 0, 0}, {1, 0, 0, 0, 0}, {256, 0, 0, 0, 0}};
  for (std::size_t i = 1; i < orders.size(); ++i)
    CHECK(order_key(orders[i - 1]) < order_key(orders[i]));
  CHECK(order_key(orders[0]).size() == 40);
}

TEST_CASE("patterns of metrics match with stars", "[catalog]") {
  CHECK(fits("*", ""));
  CHECK(fits("val/*", "val/acc"));
  CHECK(fits("*/acc", "val/acc"));
  CHECK(fits("v*l/*c*", "val/acc"));
  CHECK(fits("a*a", "aba"));
  CHECK(fits("loss", "loss"));
  CHECK_FALSE(fits("loss", "loss2"));
  CHECK_FALSE(fits("val/*", "test/acc"));
  CHECK_FALSE(fits("", "x"));
  CHECK_FALSE(fits("a*a", "a"));
}

TEST_CASE("the closest definition speaks for a metric", "[catalog]") {
  const std::vector<MetricDefinitionEntry> definitions{{"*"}, {"val/*"}, {"val/acc"}, {"val/a*"}};
  CHECK(definition_of("val/acc", definitions)->pattern == "val/acc");
  CHECK(definition_of("val/auc", definitions)->pattern == "val/a*");
  CHECK(definition_of("val/loss", definitions)->pattern == "val/*");
  CHECK(definition_of("loss", definitions)->pattern == "*");
  CHECK(definition_of("loss", {}) == nullptr);
}
