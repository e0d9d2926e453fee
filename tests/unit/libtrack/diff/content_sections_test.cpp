#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "diff/sections.hpp"
#include "track_test/temp_dir.hpp"

#include "../../../conformance/catalog_batches.hpp"

namespace track::detail {
namespace {

using track_test::run_id;

RunDetails with_metric(storage::Catalog& catalog, char last, const std::vector<double>& values) {
  RunDetails details;
  details.run.id = run_id(last);
  track_test::Segment segment(details.run.id);
  segment.start("r", "e").points({"loss", {}}, 0, values).end(RunState::finished);
  track_test::take(catalog, segment, true);
  details.metrics = catalog.metrics(std::span(&details.run.id, 1));
  return details;
}

DatasetRecord dataset(std::optional<Digest> digest, std::uint64_t size = 1) {
  DatasetRecord record;
  record.name = "train";
  record.digest = digest;
  record.size = size;
  return record;
}

}  // namespace

TEST_CASE("Curves part at the first step whose bits differ", "[diff]") {
  const auto catalog = storage::make_memory_catalog();
  const auto a = with_metric(*catalog, '1', {3, 2, 1, 0});
  const auto b = with_metric(*catalog, '2', {3, 2, 1.5, 0});
  const auto section = diff_metrics(a, b, *catalog);
  REQUIRE(section.entries.size() == 1);
  CHECK(section.entries[0].name == "loss");
  CHECK(section.entries[0].left == Value(0.0));
  CHECK_THAT(section.entries[0].detail, Catch::Contains("part ways at step 2"));
}

TEST_CASE("Equal curves are counted; shorter ones and signed zeros are differences", "[diff]") {
  const auto catalog = storage::make_memory_catalog();
  const auto a = with_metric(*catalog, '1', {1, 0});
  CHECK(diff_metrics(a, with_metric(*catalog, '2', {1, 0}), *catalog).equal == 1);
  const auto shorter = diff_metrics(a, with_metric(*catalog, '3', {1}), *catalog);
  REQUIRE(shorter.entries.size() == 1);
  CHECK_THAT(shorter.entries[0].detail, Catch::Contains("step 1 is missing"));
  CHECK(diff_metrics(a, with_metric(*catalog, '4', {1, -0.0}), *catalog).entries.size() == 1);
  RunDetails none;
  const auto removed = diff_metrics(a, none, *catalog);
  REQUIRE(removed.entries.size() == 1);
  CHECK(removed.entries[0].kind == ChangeKind::removed);
}

TEST_CASE("Inputs are compared by digest; without one they are unknown", "[diff]") {
  const auto objects = storage::make_memory_object_store();
  const auto diff = [&](std::optional<Digest> left, std::optional<Digest> right) {
    RunDetails a;
    RunDetails b;
    a.datasets = {dataset(left, 3)};
    b.datasets = {dataset(right, 4)};
    return diff_inputs(a, b, *objects);
  };
  CHECK(diff(Digest{{1}}, Digest{{1}}).equal == 1);
  const auto changed = diff(Digest{{1}}, Digest{{2}});
  REQUIRE(changed.entries.size() == 1);
  CHECK(changed.entries[0].kind == ChangeKind::changed);
  CHECK(changed.entries[0].detail == "3 and 4 bytes");
  for (const auto& section : {diff(std::nullopt, std::nullopt), diff(Digest{{1}}, std::nullopt)}) {
    REQUIRE(section.entries.size() == 1);
    CHECK(section.entries[0].kind == ChangeKind::unknown);
  }
}

TEST_CASE("A stored directory of data is walked down to the files that differ", "[diff]") {
  const track_test::TempDir directory;
  const auto objects = storage::make_memory_object_store();
  const auto store = [&](const std::string& name, const std::string& text) {
    std::filesystem::create_directories(directory / name / "part");
    std::ofstream(directory / name / "part/x.csv") << text;
    std::ofstream(directory / name / "same.csv") << "same";
    const auto writer = objects->begin();
    const auto info = writer->add_tree(directory / name);
    writer->commit();
    auto record = dataset(info.digest, info.size);
    record.is_tree = true;
    return record;
  };
  RunDetails a;
  RunDetails b;
  a.datasets = {store("a", "1\n")};
  b.datasets = {store("b", "2\n")};
  const auto section = diff_inputs(a, b, *objects);
  REQUIRE(section.entries.size() == 2);
  CHECK(section.entries[1].name == "train/part/x.csv");
}

}  // namespace track::detail
