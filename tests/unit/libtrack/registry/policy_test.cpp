#include "registry/policy.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "track/registry.hpp"
#include "track/schemas/error.hpp"
#include "track_test/temp_dir.hpp"

namespace track::detail {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

class PolicyFile {
 public:
  explicit PolicyFile(const std::string& text) { std::ofstream(path()) << text; }
  [[nodiscard]] std::filesystem::path path() const { return directory_ / "policy.toml"; }

 private:
  track_test::TempDir directory_;
};

/// The message that refuses a policy.
std::string problem(const std::string& text) {
  const PolicyFile file(text);
  try {
    check_policy(file.path());
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::usage);
    return error.what();
  }
  return "accepted";
}

MetricRecord metric(std::vector<double> values, Labels labels = {}) {
  MetricRecord record;
  record.series = {"acc", std::move(labels)};
  record.goal = Goal::maximize;
  double sum = 0;
  std::uint64_t finite = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const StepValue point{static_cast<std::int64_t>(i), values[i]};
    ++record.count;
    record.last = point;
    record.last_is_nan = std::isnan(values[i]);
    record.n_nan += std::isnan(values[i]) ? 1 : 0;
    record.n_inf += std::isinf(values[i]) ? 1 : 0;
    if (!std::isfinite(values[i])) continue;
    sum += values[i];
    ++finite;
    if (!record.min || values[i] < record.min->value) record.min = point;
    if (!record.max || values[i] > record.max->value) record.max = point;
  }
  if (finite > 0) record.mean = sum / static_cast<double>(finite);
  return record;
}

MetricGate gate(std::optional<double> min, std::optional<double> max,
                Statistic statistic = Statistic::last) {
  return {.name = "g", .metric = "acc", .statistic = statistic, .min = min, .max = max};
}

bool passes(const MetricGate& gate, const std::vector<MetricRecord>& metrics) {
  const auto result = evaluate_gate(gate, metrics);
  if (!result.passed) {
    INFO(result.measured << " " << result.required);
    CHECK_FALSE(result.required.empty());
  }
  return result.passed;
}

}  // namespace

TEST_CASE("A policy is read with its digest", "[registry]") {
  const PolicyFile file(
      "[[gate]]\nname = \"quality\"\nmetric = \"acc{split=val}\"\nstatistic = \"best\"\n"
      "min = 1\n\n[[gate]]\nmetric = \"loss\"\nmax = 0.5\n");
  const auto policy = read_policy(file.path());
  REQUIRE(policy.gates.size() == 2);
  CHECK(policy.gates[0].name == "quality");
  CHECK(policy.gates[0].min == 1.0);
  CHECK(policy.gates[1].name == "loss");
  CHECK(policy.gates[1].max == 0.5);
  CHECK(explain_policy(file.path()).size() == 2);
  const PolicyFile other("[[gate]]\nmetric = \"loss\"\nmax = 0.6\n");
  CHECK(read_policy(other.path()).digest != policy.digest);
}

TEST_CASE("What is wrong in a policy is named with its line, and nothing passes by it",
          "[registry]") {
  using Catch::Contains;
  const std::string head = "[[gate]]\nmetric = \"acc\"\n";
  CHECK_THAT(problem(head + "minimum = 1\n"), Contains("line 3") && Contains("'minimum'"));
  CHECK_THAT(problem("gates = 1\n"), Contains("line 1") && Contains("'gates'"));
  CHECK_THAT(problem("[gate]\nmetric = \"acc\"\nmin = 1\n"), Contains("[[gate]]"));
  CHECK_THAT(problem("gate = []\n"), !Contains("accepted"));
  CHECK_THAT(problem("gate = [1]\n"), Contains("[[gate]]"));
  CHECK_THAT(problem(head + "min = nan\n"), Contains("line 3") && Contains("finite"));
  CHECK_THAT(problem(head + "max = inf\n"), Contains("finite"));
  CHECK_THAT(problem(head + "min = -inf\n"), Contains("finite"));
  CHECK_THAT(problem(head + "min = \"0.5\"\n"), Contains("finite number"));
  CHECK_THAT(problem(head + "min = true\n"), Contains("finite number"));
  CHECK_THAT(problem(head), Contains("neither 'min' nor 'max'"));
  CHECK_THAT(problem(head + "min = 2\nmax = 1\n"), Contains("never pass"));
  CHECK_THAT(problem("[[gate]]\nmin = 1\n"), Contains("no 'metric'"));
  CHECK_THAT(problem("[[gate]]\nmetric = \"\"\nmin = 1\n"), Contains("'metric'"));
  CHECK_THAT(problem("[[gate]]\nmetric = \"acc{x\"\nmin = 1\n"), Contains("acc{x"));
  CHECK_THAT(problem(head + "min = 1\nstatistic = \"median\"\n"), Contains("'statistic'"));
  CHECK_THAT(problem(head + "min = 1\nstatistic = \"automatic\"\n"), Contains("'statistic'"));
  CHECK_THAT(problem(head + "min = 1\n" + head + "max = 2\n"), Contains("two gates"));
  CHECK_THAT(problem(""), Contains("no gate"));
  CHECK_THAT(problem("# nothing\n"), Contains("no gate"));
  CHECK_THAT(problem("[[gate\n"), Contains("line 1"));
  CHECK(problem(head + "min = 1\n") == "accepted");
}

TEST_CASE("A policy that is not there is no policy that passes", "[registry]") {
  CHECK_THROWS_AS(check_policy("/nonexistent/policy.toml"), Error);
}

TEST_CASE("A gate holds at its bounds and fails beyond", "[registry]") {
  CHECK(passes(gate(0.5, {}), {metric({0.5})}));
  CHECK_FALSE(passes(gate(0.5, {}), {metric({0.4999})}));
  CHECK(passes(gate({}, 0.5), {metric({0.5})}));
  CHECK_FALSE(passes(gate({}, 0.5), {metric({0.5001})}));
  CHECK(passes(gate(0.1, 0.9), {metric({0.5})}));
  CHECK_FALSE(passes(gate(0.6, 0.9), {metric({0.5})}));
}

TEST_CASE("A gate looks at the statistic that it names", "[registry]") {
  const std::vector metrics = {metric({0.2, 0.9, 0.4})};
  CHECK(passes(gate(0.9, {}, Statistic::best), metrics));
  CHECK(passes(gate(0.9, {}, Statistic::max), metrics));
  CHECK(passes(gate({}, 0.2, Statistic::min), metrics));
  CHECK(passes(gate(0.4, 0.4, Statistic::last), metrics));
  CHECK(passes(gate(0.49, 0.51, Statistic::mean), metrics));
  auto aimless = metrics;
  aimless[0].goal = Goal::none;
  CHECK_FALSE(passes(gate(0.1, {}, Statistic::best), aimless));
}

TEST_CASE("Unknown is a fail: missing, ambiguous, empty and not finite", "[registry]") {
  CHECK_FALSE(passes(gate(0.0, {}), {}));
  CHECK_FALSE(passes(gate(0.0, {}), {metric({})}));
  CHECK_FALSE(
      passes(gate(0.0, {}), {metric({1}, {{"split", "val"}}), metric({1}, {{"split", "test"}})}));
  for (const auto statistic : {Statistic::last, Statistic::best, Statistic::min, Statistic::max,
                               Statistic::mean, Statistic::automatic}) {
    CAPTURE(static_cast<int>(statistic));
    CHECK_FALSE(passes(gate(0.0, {}, statistic), {metric({k_nan})}));
    CHECK_FALSE(passes(gate(0.0, {}, statistic), {metric({0.9, k_nan})}));
    CHECK_FALSE(passes(gate(0.0, {}, statistic), {metric({0.9, k_infinity})}));
    CHECK_FALSE(passes(gate({}, 1.0, statistic), {metric({0.9, k_infinity})}));
  }
}

TEST_CASE("A series that once was not finite is not summed up by what is left", "[registry]") {
  for (const auto statistic : {Statistic::best, Statistic::min, Statistic::max, Statistic::mean}) {
    CHECK_FALSE(passes(gate({}, 1.0, statistic), {metric({k_infinity, 0.9})}));
    CHECK_FALSE(passes(gate({}, 1.0, statistic), {metric({k_nan, 0.9})}));
  }
  // Its last value is what it is.
  CHECK(passes(gate({}, 1.0, Statistic::last), {metric({k_nan, 0.9})}));
}

TEST_CASE("The ranks of a metric pass or fail by their mean", "[registry]") {
  const std::vector<MetricRecord> metrics = {metric({0.8}, {{"rank", "0"}}),
                                             metric({0.9}, {{"rank", "1"}})};
  CHECK(passes(gate(0.84, {}), metrics));
  CHECK_FALSE(passes(gate(0.86, {}, Statistic::max), metrics));  // the luckiest rank is not all
  CHECK(evaluate_gate(gate(0.0, {}), metrics).measured.ends_with(" (mean of 2 ranks)"));
  CHECK_FALSE(passes(gate(0.0, {}), {metrics[0], metric({k_nan}, {{"rank", "1"}})}));
}

}  // namespace track::detail
