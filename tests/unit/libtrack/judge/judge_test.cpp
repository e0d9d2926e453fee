#include "judge/judge_details.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "judge_fixture.hpp"
#include "track/storage/catalog/catalog.hpp"

#include "../../../conformance/catalog_batches.hpp"

namespace track::detail {
namespace {

using track_test::field;
using track_test::full_capture;
using track_test::run_id;
using track_test::Segment;

const Digest k_one{{1}};
const Digest k_two{{2}};

/// A record with its points, made by hand.
class Records {
 public:
  Records() : catalog_(storage::make_memory_catalog()) {}

  RunDetails make(char last, RunState state = RunState::finished) {
    RunDetails details;
    details.run.id = run_id(last);
    details.run.state = state;
    if (state == RunState::finished) details.run.exit_code = 0;
    if (state == RunState::failed) details.run.exit_code = 3;
    details.fields = full_capture();
    return details;
  }

  void points(RunDetails& run, std::string name, std::vector<double> values,
              std::int64_t first_step = 0, bool deterministic = true) {
    Segment segment(run.run.id);
    segment.start("r", "e").points({name, {}}, first_step, values);
    track_test::take(*catalog_, segment);
    MetricRecord metric;
    metric.run = run.run.id;
    metric.series = {std::move(name), {}};
    metric.count = values.size();
    metric.last = StepValue{first_step + static_cast<std::int64_t>(values.size()) - 1, 0};
    metric.deterministic = deterministic;
    run.metrics.push_back(std::move(metric));
  }

  static void artifact(RunDetails& run, std::string name, std::optional<Digest> digest,
                       bool deterministic = true, ArtifactKind kind = ArtifactKind::model) {
    ArtifactRecord artifact;
    artifact.run = run.run.id;
    artifact.name = std::move(name);
    artifact.kind = kind;
    artifact.digest = digest;
    artifact.deterministic = deterministic;
    run.artifacts.push_back(std::move(artifact));
  }

  JudgeReport judge(const RunDetails& original, const RunDetails& other,
                    const JudgeOptions& options = {}) {
    return judge_details(*catalog_, original, other, options);
  }

 private:
  std::unique_ptr<storage::Catalog> catalog_;
};

const ObservableVerdict* find(const JudgeReport& report, std::string_view kind,
                              std::string_view name) {
  const auto found =
      std::find_if(report.observables.begin(), report.observables.end(),
                   [&](const auto& each) { return each.kind == kind && each.name == name; });
  return found == report.observables.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("Equal records are bit exact, and nothing is suspected", "[judge]") {
  Records records;
  auto a = records.make('1');
  auto b = records.make('2');
  for (auto* run : {&a, &b}) {
    records.points(*run, "loss", {3, 2, 1});
    records.artifact(*run, "model", k_one);
  }
  const auto report = records.judge(a, b);
  CHECK(report.observed == Verdict::bit_exact);
  CHECK(report.claim == Verdict::bit_exact);
  CHECK(report.reason.empty());
  CHECK_FALSE(report.first);
  CHECK(report.suspects.empty());
  CHECK(report.excluded == 0);
}

TEST_CASE("The smallest step at which any series parts is the first divergence", "[judge]") {
  Records records;
  auto a = records.make('1');
  auto b = records.make('2');
  records.points(a, "acc", {1, 1, 1, 1});
  records.points(b, "acc", {1, 1, 1, 2});
  records.points(a, "loss", {1, 1, 1, 1});
  records.points(b, "loss", {1, 3, 1, 1});
  const auto report = records.judge(a, b);
  CHECK(report.observed == Verdict::diverged);
  CHECK(report.claim == Verdict::diverged);
  REQUIRE(report.first);
  CHECK(report.first->series.name == "loss");
  CHECK(report.first->step == 1);
  CHECK(report.observables.front().verdict == Verdict::diverged);
}

TEST_CASE("A missing or extra series, step or artifact of complete records is a divergence",
          "[judge]") {
  Records records;
  auto a = records.make('1');
  auto b = records.make('2');
  records.points(a, "loss", {1, 2});
  SECTION("a series is missing") { records.points(b, "other", {1, 2}); }
  SECTION("a series is extra") {
    records.points(b, "loss", {1, 2});
    records.points(b, "other", {1, 2});
  }
  SECTION("a step is missing") { records.points(b, "loss", {1}); }
  SECTION("a step is extra") { records.points(b, "loss", {1, 2, 3}); }
  SECTION("an artifact is missing") {
    records.points(b, "loss", {1, 2});
    records.artifact(a, "model", k_one);
  }
  SECTION("an artifact is extra") {
    records.points(b, "loss", {1, 2});
    records.artifact(b, "model", k_one);
  }
  SECTION("an artifact has other bytes") {
    records.points(b, "loss", {1, 2});
    records.artifact(a, "model", k_one);
    records.artifact(b, "model", k_two);
  }
  SECTION("the end is another") {
    records.points(b, "loss", {1, 2});
    b.run.state = RunState::failed;
    b.run.exit_code = 1;
  }
  CHECK(records.judge(a, b, {.tolerance = {.atol = 1e9}}).claim == Verdict::diverged);
}

TEST_CASE("Within a tolerance is said as such", "[judge]") {
  Records records;
  auto a = records.make('1');
  auto b = records.make('2');
  records.points(a, "loss", {1, 2});
  records.points(b, "loss", {1, 2.01});
  CHECK(records.judge(a, b).claim == Verdict::diverged);
  CHECK(records.judge(a, b, {.tolerance = {.atol = 0.1}}).claim == Verdict::within_tolerance);
}

TEST_CASE("What machine and clock decide is excluded and counted", "[judge]") {
  Records records;
  auto a = records.make('1');
  auto b = records.make('2');
  for (auto* run : {&a, &b}) records.points(*run, "loss", {1});
  records.points(a, "system/cpu", {1});
  records.points(b, "system/cpu", {2});
  records.points(a, "time/step", {1});
  records.artifact(a, "output.log", k_one, true, ArtifactKind::output);
  const auto report = records.judge(a, b);
  CHECK(report.claim == Verdict::bit_exact);
  CHECK(report.excluded == 3);
}

TEST_CASE("Only the original says what may vary", "[judge]") {
  Records records;
  auto a = records.make('1');
  auto b = records.make('2');
  for (auto* run : {&a, &b}) records.points(*run, "loss", {1});
  SECTION("declared by the original, a difference is excluded") {
    records.points(a, "speed", {1}, 0, false);
    records.points(b, "speed", {2});
    records.artifact(a, "plot", k_one, false);
    records.artifact(b, "plot", k_two);
    const auto report = records.judge(a, b);
    CHECK(report.claim == Verdict::bit_exact);
    CHECK(report.excluded == 2);
  }
  SECTION("a replay cannot excuse a series") {
    records.points(a, "speed", {1});
    records.points(b, "speed", {2}, 0, false);
    CHECK(records.judge(a, b).claim == Verdict::diverged);
  }
  SECTION("nor one that it alone has") {
    records.points(b, "speed", {2}, 0, false);
    CHECK(records.judge(a, b).claim == Verdict::diverged);
  }
  SECTION("nor an artifact") {
    records.artifact(a, "plot", k_one);
    records.artifact(b, "plot", k_two, false);
    CHECK(records.judge(a, b).claim == Verdict::diverged);
  }
}

TEST_CASE("Nothing left to compare is incomparable, never exact", "[judge]") {
  Records records;
  auto a = records.make('1');
  auto b = records.make('2');
  SECTION("nothing was logged") {}
  SECTION("all is excluded") {
    for (auto* run : {&a, &b}) {
      records.points(*run, "system/cpu", {1});
      records.points(*run, "speed", {1}, 0, false);
    }
  }
  const auto report = records.judge(a, b);
  CHECK(report.observed == Verdict::incomparable);
  CHECK(report.claim == Verdict::incomparable);
  CHECK_FALSE(report.reason.empty());
}

TEST_CASE("A record that lost something proves nothing, though all that is left agrees",
          "[judge]") {
  Records records;
  auto a = records.make('1');
  auto b = records.make('2');
  for (auto* run : {&a, &b}) records.points(*run, "loss", {1, 2});
  auto& lossy = GENERATE(true, false) ? a : b;
  SECTION("points were dropped") { lossy.run.dropped = 1; }
  SECTION("something else was lost") { lossy.run.losses = {"an artifact was not stored"}; }
  SECTION("the process was killed") { lossy.run.state = RunState::killed; }
  SECTION("nobody knows how it ended") { lossy.run.state = RunState::unknown; }
  SECTION("it is still running") { lossy.run.state = RunState::running; }
  CHECK(records.judge(a, b).claim == Verdict::incomparable);
}

TEST_CASE("Of an incomplete record a missing step is unknown and a value that differs is not",
          "[judge]") {
  Records records;
  auto a = records.make('1');
  auto b = records.make('2');
  records.points(a, "loss", {1, 2, 3});
  b.run.dropped = 1;
  SECTION("missing") {
    records.points(b, "loss", {1, 2});
    CHECK(records.judge(a, b).claim == Verdict::incomparable);
  }
  SECTION("different") {
    records.points(b, "loss", {1, 5});
    CHECK(records.judge(a, b).claim == Verdict::diverged);
  }
}

TEST_CASE("A killed original is judged to where it got, if that is asked for", "[judge]") {
  Records records;
  auto a = records.make('1', RunState::killed);
  auto b = records.make('2');
  records.points(a, "loss", {3, 2, 1});
  const JudgeOptions prefix{.prefix = true};
  SECTION("the other goes on as it began") {
    records.points(b, "loss", {3, 2, 1, 0});
    records.artifact(b, "model", k_one);
    const auto unasked = records.judge(a, b);
    CHECK(unasked.claim == Verdict::incomparable);
    CHECK(unasked.prefix_to == 2);
    CHECK(records.judge(a, b, prefix).claim == Verdict::bit_exact);
  }
  SECTION("a difference in the prefix is a divergence, asked for or not") {
    records.points(b, "loss", {3, 9, 1, 0});
    CHECK(records.judge(a, b).claim == Verdict::diverged);
    CHECK(records.judge(a, b, prefix).claim == Verdict::diverged);
  }
  SECTION("an other that got less far does not reproduce the prefix") {
    records.points(b, "loss", {3, 2});
    CHECK(records.judge(a, b, prefix).claim == Verdict::incomparable);
  }
  SECTION("nor does one without a series or an artifact of it") {
    records.points(b, "loss", {3, 2, 1, 0});
    SECTION("series") { records.points(a, "acc", {1}); }
    SECTION("artifact") { records.artifact(a, "checkpoint", k_one); }
    CHECK(records.judge(a, b, prefix).claim == Verdict::incomparable);
  }
  SECTION("nor one that lost points, or of which points were lost") {
    records.points(b, "loss", {3, 2, 1, 0});
    (GENERATE(true, false) ? a : b).run.dropped = 1;
    CHECK(records.judge(a, b, prefix).claim == Verdict::incomparable);
  }
  SECTION("one that logged nothing gives nothing to judge") {
    auto empty = records.make('3', RunState::killed);
    records.points(b, "loss", {3});
    const auto report = records.judge(empty, b, prefix);
    CHECK(report.claim == Verdict::incomparable);
    CHECK_FALSE(report.prefix_to);
  }
}

TEST_CASE("A failure is reproduced by failing the same way", "[judge]") {
  Records records;
  auto a = records.make('1', RunState::failed);
  auto b = records.make('2', RunState::failed);
  for (auto* run : {&a, &b}) records.points(*run, "loss", {1, 2});
  CHECK(records.judge(a, b).claim == Verdict::bit_exact);
  SECTION("another exit code") { b.run.exit_code = 4; }
  SECTION("a signal instead") {
    b.run.exit_code.reset();
    b.run.end_signal = 11;
  }
  SECTION("no failure") {
    b.run.state = RunState::finished;
    b.run.exit_code = 0;
  }
  const auto report = records.judge(a, b);
  CHECK(report.claim == Verdict::diverged);
  REQUIRE(find(report, "end", "end") != nullptr);
  CHECK(find(report, "end", "end")->verdict == Verdict::diverged);
}

TEST_CASE("An artifact without a digest equals nothing", "[judge]") {
  Records records;
  auto a = records.make('1');
  auto b = records.make('2');
  for (auto* run : {&a, &b}) {
    records.points(*run, "loss", {1});
    records.artifact(*run, "model", std::nullopt);
  }
  CHECK(records.judge(a, b).claim == Verdict::incomparable);
}

TEST_CASE("The claim is capped by what was asked for and by what agrees; the fact is kept",
          "[judge]") {
  Records records;
  auto a = records.make('1');
  auto b = records.make('2');
  for (auto* run : {&a, &b}) records.points(*run, "loss", {1});
  SECTION("hardware of another class") {
    field(b.fields, Section::hardware, fields::k_cpu_isa).value = "avx512";
    const auto report = records.judge(a, b);
    CHECK(report.observed == Verdict::bit_exact);
    CHECK(report.claim == Verdict::within_tolerance);
    CHECK(report.levels.hardware == HardwareLevel::capability);
    CHECK_FALSE(report.reason.empty());
  }
  SECTION("asked for less") {
    CHECK(records.judge(a, b, {.hardware = HardwareLevel::any}).claim == Verdict::re_executed);
    CHECK(records.judge(a, b, {.software = SoftwareLevel::compatible}).claim ==
          Verdict::within_tolerance);
  }
  SECTION("asking for more gives no more than agrees") {
    field(b.fields, Section::software, fields::k_libc).value = "glibc 2.40";
    CHECK(records.judge(a, b, {.hardware = HardwareLevel::machine}).claim == Verdict::re_executed);
  }
  SECTION("a resumed run") {
    b.run.attempt = 2;
    CHECK(records.judge(a, b).claim == Verdict::within_tolerance);
  }
}

TEST_CASE("A param that differs is a suspect, not a result that diverged", "[judge]") {
  Records records;
  auto a = records.make('1');
  auto b = records.make('2');
  for (auto* run : {&a, &b}) records.points(*run, "loss", {1});
  a.params.push_back({a.run.id, "lr", 0.1});
  b.params.push_back({b.run.id, "lr", 0.2});
  const auto report = records.judge(a, b);
  CHECK(report.claim == Verdict::bit_exact);
  REQUIRE(report.suspects.size() == 1);
  CHECK(report.suspects[0].section == Section::params);
  CHECK(report.suspects[0].field == "lr");
}

}  // namespace track::detail
