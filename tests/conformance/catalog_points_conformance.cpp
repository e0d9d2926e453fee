#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "catalog_batches.hpp"
#include "catalog_conformance.hpp"

namespace track_test {

using namespace track;
using namespace track::schemas;

namespace {

const RunId k_run = run_id('1');
const SeriesKey k_loss{"loss", {}};
constexpr double k_inf = std::numeric_limits<double>::infinity();

MetricRecord metric_of(const storage::Catalog& catalog) {
  const auto metrics = catalog.metrics(std::span(&k_run, 1));
  REQUIRE(metrics.size() == 1);
  return metrics[0];
}

std::vector<std::uint64_t> bits_of(const std::vector<double>& values) {
  std::vector<std::uint64_t> bits;
  for (const double value : values) bits.push_back(std::bit_cast<std::uint64_t>(value));
  return bits;
}

}  // namespace

void check_points(const CatalogFactory& make_catalog) {
  const auto catalog = make_catalog();
  Segment segment(k_run);

  SECTION("the summary says first, last, min, max and mean with their steps") {
    take(*catalog, segment.points(k_loss, 10, {3, 1, 4, 1, 5}));
    const auto metric = metric_of(*catalog);
    CHECK(metric.count == 5);
    CHECK(metric.first->step == 10);
    CHECK(metric.first->value == 3);
    CHECK(metric.last->step == 14);
    CHECK(metric.last->value == 5);
    CHECK(metric.min->step == 11);
    CHECK(metric.min->value == 1);
    CHECK(metric.max->step == 14);
    CHECK(metric.mean == Approx(2.8));
    CHECK(metric.first_time == Timestamp{1});
    CHECK(metric.last_time == Timestamp{5});
    CHECK_FALSE(metric.best());
  }
  SECTION("values come back bit for bit") {
    const std::vector<double> values{0.1,
                                     -0.0,
                                     0.0,
                                     k_inf,
                                     -k_inf,
                                     std::bit_cast<double>(0x7ff8000000000abcULL),
                                     std::bit_cast<double>(0xfff0000000000001ULL),
                                     std::numeric_limits<double>::denorm_min(),
                                     1e308};
    take(*catalog, segment.points(k_loss, 0, values));
    CHECK(bits_of(catalog->points(k_run, k_loss).values) == bits_of(values));
  }
  SECTION("what is not finite is counted, and is never the best") {
    take(*catalog, segment.points(k_loss, 0, {std::nan(""), k_inf, 2, -k_inf, 1, std::nan("")})
                       .add(MetricDefinitionEntry{"loss", Goal::minimize}));
    const auto metric = metric_of(*catalog);
    CHECK(metric.n_nan == 2);
    CHECK(metric.n_inf == 2);
    CHECK(metric.best()->value == 1);
    CHECK(metric.mean == Approx(1.5));
    CHECK(metric.last_is_nan);
    CHECK(std::isnan(metric.last->value));
    CHECK(std::isnan(metric.first->value));
  }
  SECTION("a series without a finite value has no min") {
    take(*catalog, segment.points(k_loss, 0, {std::nan("")}));
    CHECK_FALSE(metric_of(*catalog).min);
    CHECK_FALSE(metric_of(*catalog).mean);
  }
  SECTION("of a repeated step the default view takes the last by order, and so does the summary") {
    take(*catalog, segment.points(k_loss, 0, {9, 8, 7}));
    take(*catalog, segment.points(k_loss, 1, {5}));
    CHECK(catalog->points(k_run, k_loss).values == std::vector<double>{9, 5, 7});
    CHECK(catalog->points_all(k_run, k_loss).values == std::vector<double>{9, 8, 5, 7});
    const auto metric = metric_of(*catalog);
    CHECK(metric.count == 3);
    CHECK(metric.min->value == 5);
    CHECK(metric.last->value == 7);
    CHECK(metric.mean == Approx(7));
  }
  SECTION("order is that of the segments, not of their coming") {
    Segment later(k_run, 0, 1, 1);
    take(*catalog, later.points(k_loss, 0, {2}));
    take(*catalog, segment.points(k_loss, 0, {1}));
    CHECK(catalog->points(k_run, k_loss).values == std::vector<double>{2});
    CHECK(metric_of(*catalog).last->value == 2);
  }
  SECTION("steps out of order are put in order") {
    take(*catalog, segment.points(k_loss, 5, {5}).points(k_loss, 3, {3}).points(k_loss, -4, {-4}));
    CHECK(catalog->points(k_run, k_loss).steps == std::vector<std::int64_t>{-4, 3, 5});
    CHECK(metric_of(*catalog).first->value == -4);
    CHECK(metric_of(*catalog).last->value == 5);
  }
  SECTION("a later attempt takes the place of what was logged from its first step on") {
    Segment second(k_run, 0, 2);
    take(*catalog,
         segment.points(k_loss, 0, {1, 1, 1, 1}).points({"system/cpu", {}}, 0, {1, 1, 1, 1}));
    take(*catalog, second.points(k_loss, 2, {2}).points({"system/cpu", {}}, 2, {2}));
    CHECK(catalog->points(k_run, k_loss).values == std::vector<double>{1, 1, 2});
    CHECK(catalog->points(k_run, {"system/cpu", {}}).values == std::vector<double>{1, 1, 2, 1});
    CHECK(catalog->points_all(k_run, k_loss).values.size() == 5);
    const auto metrics = catalog->metrics(std::span(&k_run, 1));
    CHECK(metrics[0].count == 3);
    CHECK(metrics[1].count == 4);
  }
  SECTION("points of an earlier attempt that come late leave the view too") {
    Segment second(k_run, 0, 2);
    take(*catalog, second.points(k_loss, 2, {2}));
    take(*catalog, segment.points(k_loss, 0, {1, 1, 1, 1}));
    CHECK(catalog->points(k_run, k_loss).values == std::vector<double>{1, 1, 2});
    CHECK(metric_of(*catalog).count == 3);
    CHECK(catalog->points(k_run, k_loss, {3, 9}).values.empty());
  }
  SECTION("a rewind takes away what its rank logged before, in every series") {
    Segment second(k_run, 0, 1, 1);
    Segment other(k_run, 1);
    const SeriesKey cpu{"system/cpu", {}};
    take(*catalog, segment.points(k_loss, 0, {1, 1, 1, 1}).points(cpu, 0, {1, 1, 1, 1}));
    take(*catalog, other.points({"loss", {{"rank", "1"}}}, 0, {9, 9, 9, 9}));
    take(*catalog, second.add(RewindEntry{"", 2, 0, {5}}));
    CHECK(catalog->points(k_run, k_loss).values == std::vector<double>{1, 1});
    const auto metrics = catalog->metrics(std::span(&k_run, 1));
    CHECK(metrics[0].count == 4);
    CHECK(metrics[1].count == 2);
    CHECK(metrics[1].last->step == 1);
    CHECK(metrics[2].count == 4);
    take(*catalog, second.points(k_loss, 2, {2}));
    take(*catalog, segment.points(k_loss, 4, {1}));  // an older segment's, late
    CHECK(catalog->points(k_run, k_loss).values == std::vector<double>{1, 1, 2});
    CHECK(catalog->points_all(k_run, k_loss).values.size() == 6);
    CHECK(catalog->metrics(std::span(&k_run, 1))[1].last->value == 2);
  }
  SECTION("a rewind may take all of a series") {
    Segment second(k_run, 0, 1, 1);
    take(*catalog, segment.points(k_loss, 5, {1, 1}));
    take(*catalog, second.add(RewindEntry{"", 0, 0, {5}}));
    CHECK(catalog->points(k_run, k_loss).steps.empty());
    CHECK(metric_of(*catalog).count == 0);
    CHECK_FALSE(metric_of(*catalog).first);
    CHECK_FALSE(metric_of(*catalog).last_is_nan);
    take(*catalog, second.points(k_loss, 1, {4}));
    CHECK(metric_of(*catalog).last->value == 4);
  }
  SECTION("a rewind by an axis finds its step in what was logged to the axis") {
    Segment second(k_run, 0, 1, 1);
    take(*catalog, segment.points(k_loss, 0, {1, 1, 1, 1}).points({"epoch", {}}, 0, {0, 0, 1, 1}));
    take(*catalog, second.add(RewindEntry{"epoch", 0, 1, {5}}).points(k_loss, 2, {2}));
    CHECK(catalog->points(k_run, k_loss).values == std::vector<double>{1, 1, 2});
    CHECK(catalog->points(k_run, {"epoch", {}}).values == std::vector<double>{0, 0});
  }
  SECTION("points of a rewind's axis that come late move where it went, a NaN moves nothing") {
    Segment second(k_run, 0, 1, 1);
    take(*catalog, segment.points(k_loss, 0, {1, 1, 1, 1}));
    take(*catalog, second.add(RewindEntry{"epoch", 0, 1, {5}})
                       .add(RewindEntry{"epoch", 0, std::nan(""), {5}}));
    CHECK(catalog->metrics(std::span(&k_run, 1))[0].count == 4);
    take(*catalog, segment.points({"epoch", {}}, 0, {0, 0, 1, 1}));
    CHECK(catalog->points(k_run, k_loss).values == std::vector<double>{1, 1});
    CHECK(catalog->metrics(std::span(&k_run, 1))[1].count == 2);
  }
  SECTION("a range of steps takes both its ends") {
    take(*catalog, segment.points(k_loss, 0, {0, 1, 2, 3, 4}));
    CHECK(catalog->points(k_run, k_loss, {1, 3}).values == std::vector<double>{1, 2, 3});
    CHECK(catalog->points(k_run, k_loss, {7, 9}).steps.empty());
  }
  SECTION("many points over many batches stay whole") {
    std::vector<double> expected;
    for (int batch = 0; batch < 7; ++batch) {
      std::vector<double> values;
      for (int i = 0; i < 1500; ++i) values.push_back(std::sin(batch * 1500 + i));
      take(*catalog, segment.points(k_loss, batch * 1500, values));
      expected.insert(expected.end(), values.begin(), values.end());
    }
    CHECK(bits_of(catalog->points(k_run, k_loss).values) == bits_of(expected));
    CHECK(metric_of(*catalog).count == expected.size());
    CHECK(catalog->points(k_run, k_loss, {4090, 4100}).steps.size() == 11);
  }
  SECTION("steps at the ends of their type are kept") {
    const auto low = std::numeric_limits<std::int64_t>::min();
    const auto high = std::numeric_limits<std::int64_t>::max();
    take(*catalog, segment.points(k_loss, high, {2}).points(k_loss, low, {1}));
    CHECK(catalog->points(k_run, k_loss).steps == std::vector<std::int64_t>{low, high});
  }
  SECTION("series differ by labels and stand in order") {
    take(*catalog, segment.points({"acc", {{"slice", "b"}}}, 0, {1})
                       .points({"acc", {{"slice", "a"}}}, 0, {2})
                       .points({"acc", {}}, 0, {3}));
    const auto metrics = catalog->metrics(std::span(&k_run, 1));
    REQUIRE(metrics.size() == 3);
    CHECK(catalog->points(k_run, {"acc", {{"slice", "a"}}}).values == std::vector<double>{2});
    CHECK(catalog->points(k_run, {"acc", {}}).values == std::vector<double>{3});
  }
  SECTION("a definition holds for series before and after it, the closest pattern first") {
    take(*catalog, segment.points({"val/acc", {}}, 0, {1}));
    take(*catalog, segment.add(MetricDefinitionEntry{"val/*", Goal::maximize, "", "epoch"}));
    take(*catalog, segment.points({"val/loss", {}}, 0, {1})
                       .add(MetricDefinitionEntry{"val/loss", Goal::minimize, "nats", "",
                                                  Statistic::mean, false}));
    const auto metrics = catalog->metrics(std::span(&k_run, 1));
    REQUIRE(metrics.size() == 2);
    CHECK(metrics[0].goal == Goal::maximize);
    CHECK(metrics[0].axis == "epoch");
    CHECK(metrics[1].goal == Goal::minimize);
    CHECK(metrics[1].unit == "nats");
    CHECK(metrics[1].summary == Statistic::mean);
    CHECK_FALSE(metrics[1].deterministic);
  }
}

}  // namespace track_test
