#include "query/series_match.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "query_fixture.hpp"

using namespace track;       // NOLINT: a test file
using namespace track_test;  // NOLINT: a test file

namespace {

std::vector<MetricRecord> series(const std::vector<SeriesKey>& keys) {
  std::vector<MetricRecord> metrics;
  for (const auto& key : keys) {
    MetricRecord metric;
    metric.series = key;
    metrics.push_back(metric);
  }
  return metrics;
}

std::vector<std::string> match(const std::vector<MetricRecord>& metrics, std::string_view text) {
  std::vector<std::string> names;
  for (const auto& metric : detail::match_series(metrics, text))
    names.push_back(metric.series.to_string());
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("A bare name means the bare series, or else all that have labels", "[query]") {
  const auto metrics = series({{"acc", {}},
                               {"acc", {{"split", "val"}}},
                               {"loss", {{"split", "train"}}},
                               {"loss", {{"split", "val"}}}});
  CHECK(match(metrics, "acc") == Names{"acc"});
  CHECK(match(metrics, "acc{}") == Names{"acc"});
  CHECK(match(metrics, "loss") == Names{"loss{split=train}", "loss{split=val}"});
  CHECK(match(metrics, "los").empty());
  CHECK(match(metrics, "Loss").empty());
}

TEST_CASE("Labels pick every series that has them, or the one that has no others", "[query]") {
  const auto metrics = series({{"acc", {{"slice", "a"}, {"split", "val"}}},
                               {"acc", {{"slice", "b"}, {"split", "val"}}},
                               {"acc", {{"slice", "b"}}}});
  CHECK(match(metrics, "acc{split=val}") ==
        Names{"acc{slice=a,split=val}", "acc{slice=b,split=val}"});
  CHECK(match(metrics, "acc{slice=b}") == Names{"acc{slice=b}"});
  CHECK(match(metrics, "acc{split=val,slice=a}") == Names{"acc{slice=a,split=val}"});
  CHECK(match(metrics, "acc{split=test}").empty());
  CHECK(match(metrics, "acc{split=}").empty());
  CHECK(match(metrics, "acc{val=split}").empty());
}

TEST_CASE("Names and labels that hold the signs of the notation are found escaped", "[query]") {
  const SeriesKey odd{"a{b}=c", {{"k,1", "v}=\\"}}};
  const auto metrics = series({odd});
  CHECK(match(metrics, odd.to_string()).size() == 1);
  CHECK(detail::match_one(metrics, odd.to_string()).name == odd);
}

TEST_CASE("One series is asked for: none and several say what there is", "[query]") {
  const auto metrics = series({{"acc", {{"split", "train"}}}, {"acc", {{"split", "val"}}}});
  const auto of = [&](const std::vector<MetricRecord>& all, std::string_view text) {
    return failure_of([&] { return detail::match_one(all, text); });
  };
  const auto several = of(metrics, "acc");
  CHECK(several.code() == ErrorCode::ambiguous);
  CHECK(says(several, "acc{split=train}, acc{split=val}"));
  const auto none = of(metrics, "loss");
  CHECK(none.code() == ErrorCode::not_found);
  CHECK(none.hint() == "it has acc{split=train}, acc{split=val}");
  CHECK(of({}, "loss").hint() == "the run has logged no metric");

  std::vector<SeriesKey> many;
  for (char slice = 'a'; slice < 'k'; ++slice)
    many.push_back({"acc", {{"slice", std::string(1, slice)}}});
  const auto crowd = of(series(many), "acc");
  CHECK(says(crowd, "acc{slice=h}, …"));
  CHECK_FALSE(says(crowd, "slice=i"));
}

TEST_CASE("What is no name of a series is refused", "[query]") {
  const auto metrics = series({{"acc", {}}});
  for (const auto* text : {"", "{split=val}", "acc{", "acc{split}", "acc{split=val", "acc{=val}",
                           "acc}", "acc{split=val}x", "acc\\", "acc{a=1,a=2}"}) {
    CAPTURE(text);
    CHECK(failure_of([&] { return detail::match_series(metrics, text); }).code() ==
          ErrorCode::usage);
  }
}
