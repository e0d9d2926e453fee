#include "query/artifact_select.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <string>
#include <vector>

#include "query_fixture.hpp"

using namespace track;       // NOLINT: a test file
using namespace track_test;  // NOLINT: a test file

namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_inf = std::numeric_limits<double>::infinity();
const RunId k_run = id_of("aaaa");

/// One run with the artifacts that a test gives it; a version is known by its digest's first byte.
class Versions {
 public:
  Versions& log(std::string name, std::optional<std::int64_t> step, std::uint8_t content,
                std::int64_t time = 1000) {
    schemas::ArtifactEntry entry;
    entry.record.name = std::move(name);
    entry.record.step = step;
    entry.record.digest = Digest{{content}};
    entry.record.time = {time};
    segment_.add(entry);
    return *this;
  }
  Versions& goal(const std::string& pattern, Goal goal) {
    segment_.add(goal_of(pattern, goal));
    return *this;
  }
  Versions& points(const SeriesKey& series, std::vector<double> values) {
    segment_.points(series, 0, std::move(values));
    return *this;
  }

  int find(std::string_view text) {
    keep();
    CAPTURE(text);
    return detail::select_artifact(store_.catalog(), k_run, text).digest->bytes[0];
  }
  Error failure(std::string_view text) {
    keep();
    CAPTURE(text);
    return failure_of([&] { return detail::select_artifact(store_.catalog(), k_run, text); });
  }

 private:
  void keep() {
    if (!kept_) store_.add(segment_);
    kept_ = true;
  }

  QueryStore store_;
  Segment segment_ = begin(k_run);
  bool kept_ = false;
};

}  // namespace

TEST_CASE("A bare name and @last mean the version of the greatest step", "[query]") {
  Versions run;
  run.log("ckpt", 10, 1, 3000)
      .log("ckpt", 30, 2, 1000)
      .log("ckpt", 20, 3, 2000)
      .log("other", 99, 4);
  CHECK(run.find("ckpt") == 2);
  CHECK(run.find("ckpt@last") == 2);
  CHECK(run.find("other@last") == 4);
}

TEST_CASE("Of versions at one step the one logged last stands, even within a millisecond",
          "[query]") {
  Versions run;
  run.log("plain", {}, 1).log("plain", {}, 2).log("plain", {}, 3);
  run.log("ckpt", 5, 4, 2000).log("ckpt", 5, 5, 3000).log("ckpt", 5, 6, 3000);
  CHECK(run.find("plain") == 3);
  CHECK(run.find("plain@last") == 3);
  CHECK(run.find("ckpt@step=5") == 6);
  CHECK(run.find("ckpt") == 6);
}

TEST_CASE("@step picks one step exactly", "[query]") {
  Versions run;
  run.log("ckpt", -1, 1).log("ckpt", 0, 2).log("ckpt", 100, 3).log("plain", {}, 4);
  CHECK(run.find("ckpt@step=-1") == 1);
  CHECK(run.find("ckpt@step=0") == 2);
  CHECK(run.find("ckpt@step=100") == 3);
  const auto never = run.failure("ckpt@step=50");
  CHECK(never.code() == ErrorCode::not_found);
  CHECK(says(never, "not logged at that step"));
  CHECK(run.failure("plain@step=0").code() == ErrorCode::not_found);
  for (const auto* text : {"ckpt@step=", "ckpt@step=x", "ckpt@step=1.5", "ckpt@step=+1",
                           "ckpt@step= 1", "ckpt@step=1 ", "ckpt@step=9223372036854775808"}) {
    CHECK(run.failure(text).code() == ErrorCode::usage);
  }
}

TEST_CASE("@best picks the step at which the metric is best by its goal", "[query]") {
  Versions run;
  run.goal("acc", Goal::maximize).goal("loss", Goal::minimize);
  run.points({"acc", {}}, {0.1, 0.9, 0.5, 0.99});
  run.points({"loss", {}}, {0.9, 0.8, 0.2, 0.1});
  run.log("ckpt", 0, 1).log("ckpt", 1, 2).log("ckpt", 2, 3).log("ckpt", {}, 4).log("ckpt", 77, 5);
  CHECK(run.find("ckpt@best:acc") == 2);  // step 3 was better, and has no version
  CHECK(run.find("ckpt@best:loss") == 3);
}

TEST_CASE("@best never takes a version whose value is not finite", "[query]") {
  Versions run;
  run.goal("*", Goal::maximize);
  run.points({"acc", {}}, {k_nan, 0.5, k_inf, -k_inf}).points({"bad", {}}, {k_nan, k_inf});
  for (std::uint8_t step = 0; step < 4; ++step) run.log("ckpt", step, step);
  CHECK(run.find("ckpt@best:acc") == 1);
  const auto error = run.failure("ckpt@best:bad");
  CHECK(error.code() == ErrorCode::not_found);
  CHECK(says(error, "no version has a step at which that metric is finite"));
}

TEST_CASE("@best needs one metric with a goal", "[query]") {
  Versions run;
  run.goal("acc", Goal::maximize);
  run.points({"acc", {{"split", "val"}}}, {0.5, 0.1})
      .points({"acc", {{"split", "train"}}}, {0.1, 0.9});
  run.points({"loss", {}}, {0.1});
  run.log("ckpt", 0, 1).log("ckpt", 1, 2);
  CHECK(run.find("ckpt@best:acc{split=val}") == 1);
  CHECK(run.find("ckpt@best:acc{split=train}") == 2);
  CHECK(run.failure("ckpt@best:acc").code() == ErrorCode::ambiguous);
  CHECK(run.failure("ckpt@best:f1").code() == ErrorCode::not_found);
  CHECK(run.failure("ckpt@best:").code() == ErrorCode::usage);
  CHECK(run.failure("ckpt@best:acc{").code() == ErrorCode::usage);
  const auto aimless = run.failure("ckpt@best:loss");
  CHECK(aimless.code() == ErrorCode::usage);
  CHECK(says(aimless, "no declared goal"));
}

TEST_CASE("Names that hold odd characters are taken as they are", "[query]") {
  Versions run;
  run.log("icon@2x.png", {}, 1).log("icon@2x.png", 7, 2).log("a@b@c", 1, 3);
  run.log("dir/model one.bin", {}, 4).log("modèle-日本", {}, 5).log("100% 'x' \"y\"", {}, 6);
  run.goal("x@last", Goal::maximize)
      .points({"x@last", {}}, {0.5, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.4});
  CHECK(run.find("icon@2x.png") == 2);
  CHECK(run.find("icon@2x.png@last") == 2);
  CHECK(run.find("icon@2x.png@step=7") == 2);
  CHECK(run.find("icon@2x.png@best:x@last") == 2);
  CHECK(run.find("a@b@c@step=1") == 3);
  CHECK(run.find("dir/model one.bin") == 4);
  CHECK(run.find("modèle-日本@last") == 5);
  CHECK(run.find("100% 'x' \"y\"") == 6);
}

TEST_CASE("What names no artifact says which there are", "[query]") {
  Versions run;
  run.log("ckpt", 1, 1).log("ckpt", 2, 2).log("model", {}, 3);
  const auto none = run.failure("modle");
  CHECK(none.code() == ErrorCode::not_found);
  CHECK(none.hint() == "it has ckpt, model");
  CHECK(run.failure("modle@last").code() == ErrorCode::not_found);
  CHECK(run.failure("").code() == ErrorCode::not_found);
  CHECK(run.failure("@last").code() == ErrorCode::not_found);
  const auto unknown_word = run.failure("ckpt@newest");
  CHECK(unknown_word.code() == ErrorCode::usage);
  CHECK(says(unknown_word, "after @ comes step=N, last or best:METRIC"));
  Versions empty;
  CHECK(empty.failure("model").hint() == "the run has logged no artifact");
}
