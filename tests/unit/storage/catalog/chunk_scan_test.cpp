#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "catalog_batches.hpp"
#include "store_fixture.hpp"
#include "track/schemas/error.hpp"

using namespace track;
using namespace track::schemas;
using namespace track::storage;
using namespace track_test;

namespace {

const RunId k_run = run_id('1');
const SeriesKey k_loss{"loss", {}};

/// Takes blocks of up to `width` steps, and notes what came.
class Pieces final : public PointSink {
 public:
  Pieces(const Catalog& catalog, const StepRange& range, std::int64_t width,
         const SeriesKey& series = k_loss)
      : width_(width) {
    catalog.scan_points(k_run, series, range, *this);
  }

  void begin(std::int64_t first, std::int64_t last) override { ends = {first, last}; }
  bool takes_block(std::int64_t first, std::int64_t last) override { return last - first < width_; }
  void block(const PointBlock& block) override {
    blocks.push_back(block);
    count += block.count;
  }
  void points(std::span<const std::int64_t> steps, std::span<const double>) override {
    for (const auto step : steps) single.push_back(step);
    count += steps.size();
  }

  std::pair<std::int64_t, std::int64_t> ends;
  std::vector<PointBlock> blocks;
  std::vector<std::int64_t> single;
  std::uint64_t count = 0;

 private:
  std::int64_t width_;
};

}  // namespace

TEST_CASE("a scan gives blocks where they are taken, points else, and each point once",
          "[catalog]") {
  const Store store;
  const auto catalog = store.open();
  Segment first(k_run);
  Segment second(k_run, 0, 1, 1);
  std::int64_t step = 0;
  for (auto* segment : {&first, &first, &second}) {
    std::vector<double> values;
    for (int i = 0; i < 6000; ++i) values.push_back(i % 97 == 5 ? std::nan("") : std::sin(i));
    segment->points(k_loss, step, values);
    take(*catalog, *segment);
    step += 6000;
  }
  const auto all = catalog->points(k_run, k_loss);
  REQUIRE(all.steps.size() == 18'000);

  const Pieces whole(*catalog, {}, 5000);
  CHECK(whole.ends == std::pair<std::int64_t, std::int64_t>{0, 17'999});
  CHECK(whole.single.empty());
  CHECK(whole.count == 18'000);
  std::uint64_t nans = 0;
  for (const auto& block : whole.blocks) {
    nans += block.n_nan;
    std::optional<double> least;
    for (auto at = block.first_step; at <= block.last_step; ++at) {
      const double value = all.values[static_cast<std::size_t>(at)];
      if (!std::isnan(value)) least = least ? std::min(*least, value) : value;
    }
    CHECK(block.min == least);
    CHECK(block.last == all.values[static_cast<std::size_t>(block.last_step)]);
  }
  CHECK(nans == 186);
  CHECK(Pieces(*catalog, {}, 0).single == all.steps);

  std::mt19937_64 random(5);
  for (int i = 0; i < 50; ++i) {
    const auto from = static_cast<std::int64_t>(random() % 18'000);
    const auto to = from + static_cast<std::int64_t>(random() % 9000);
    const auto expected = catalog->points(k_run, k_loss, {from, to});
    const Pieces part(*catalog, {from, to}, 5000);
    CHECK(part.count == expected.steps.size());
    CHECK(part.ends == std::pair(expected.steps.front(), expected.steps.back()));
  }
}

TEST_CASE("a scan of a range between two points calls nothing", "[catalog]") {
  const Store store;
  const auto catalog = store.open();
  Segment segment(k_run);
  take(*catalog, segment.points(k_loss, 0, {1}).points(k_loss, 10, {1}));
  for (const auto& range : {StepRange{3, 7}, StepRange{11, 20}, StepRange{-9, -1}})
    CHECK(Pieces(*catalog, range, 100).count == 0);
  CHECK(Pieces(*catalog, {0, 7}, 100).ends == std::pair<std::int64_t, std::int64_t>{0, 0});
  CHECK(Pieces(*catalog, {}, 100, {"other", {}}).count == 0);
}

TEST_CASE("a scan of what chunks alone do not say is the default view", "[catalog]") {
  const Store store;
  const auto catalog = store.open();
  Segment first(k_run);
  Segment second(k_run, 0, 2);
  Segment third(k_run, 0, 2, 1);
  take(*catalog, first.points(k_loss, 0, std::vector<double>(100, 1)));
  SECTION("a step that came again") { take(*catalog, first.points(k_loss, 50, {2, 2, 2})); }
  SECTION("a later attempt") { take(*catalog, second.points(k_loss, 40, {2, 2})); }
  SECTION("a rewind") {
    take(*catalog, second.points(k_loss, 100, {2, 2}));
    take(*catalog, third.add(RewindEntry{"", 20, 0, {}}));
  }
  CHECK(Pieces(*catalog, {}, 1000).single == catalog->points(k_run, k_loss).steps);
}
