#include "catalog/points/default_view.hpp"

#include <catch2/catch.hpp>

#include "catalog/metric_definitions.hpp"
#include "catalog/segment_order.hpp"

using namespace track::storage;
using track::schemas::MetricDefinitionEntry;

namespace {

PointSource source(std::int64_t attempt, std::vector<std::int64_t> steps, double value) {
  PointSource made{attempt, 0, std::move(steps), {}, {}};
  for (std::size_t i = 0; i < made.steps.size(); ++i) {
    made.times_ms.push_back(static_cast<std::int64_t>(i));
    made.values.push_back(value);
  }
  return made;
}

}  // namespace

TEST_CASE("points that just grow are left as they are", "[catalog]") {
  const std::vector sources{source(1, {1, 2}, 1), source(1, {3}, 2)};
  const auto view = default_view(sources, attempt_starts(sources), true);
  CHECK(view.values == std::vector<double>{1, 1, 2});
  CHECK(view.sources == std::vector<std::uint32_t>{0, 0, 1});
}

TEST_CASE("each attempt gives way to all later ones", "[catalog]") {
  const std::vector sources{source(1, {0, 1, 2, 3, 9}, 1), source(2, {5, 6, 7}, 2),
                            source(3, {3, 6}, 3)};
  const auto view = default_view(sources, attempt_starts(sources), true);
  CHECK(view.steps == std::vector<std::int64_t>{0, 1, 2, 3, 6});
  CHECK(view.values == std::vector<double>{1, 1, 1, 3, 3});
  CHECK(default_view(sources, {}, false).steps ==
        std::vector<std::int64_t>{0, 1, 2, 3, 5, 6, 7, 9});
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
