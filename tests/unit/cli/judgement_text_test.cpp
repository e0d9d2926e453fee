#include "judgement_text.hpp"

#include <catch2/catch.hpp>
#include <sstream>

using namespace track;
using namespace track::cli;

namespace {

constexpr Terminal k_pipe{.is_terminal = false, .width = 80, .colour = false, .utf8 = true};

std::string print(const JudgeReport& report) {
  std::ostringstream out;
  print_judgement(report, out, k_pipe);
  return out.str();
}

JudgeReport make_diverged() {
  JudgeReport report;
  report.observed = report.claim = Verdict::diverged;
  Divergence first;
  first.series.name = "loss";
  first.equal_through = 10;
  first.step = 20;
  first.original = 0.5;
  first.other = 0.25;
  first.original_bits = "0x3fe0000000000000";
  first.other_bits = "0x3fd0000000000000";
  report.first = first;
  report.observables = {{"series", "loss", Verdict::diverged, "values differ", false, first},
                        {"series", "acc", Verdict::bit_exact, "", false, std::nullopt},
                        {"series", "time/step", Verdict::diverged, "", true, std::nullopt}};
  report.excluded = 1;
  return report;
}

}  // namespace

TEST_CASE("the exit code of a verdict is the one that docs promise", "[cli]") {
  CHECK(exit_code_of(Verdict::bit_exact) == 0);
  CHECK(exit_code_of(Verdict::within_tolerance) == 0);
  CHECK(exit_code_of(Verdict::re_executed) == 0);
  CHECK(exit_code_of(Verdict::diverged) == 1);
  CHECK(exit_code_of(Verdict::failed) == 2);
  CHECK(exit_code_of(Verdict::incomparable) == 3);
  CHECK(exit_code_of(Verdict::refused) == 4);
}

TEST_CASE("a divergence names series, steps, values and bits", "[cli]") {
  const auto text = print(make_diverged());
  CHECK(text.rfind("diverged\n", 0) == 0);
  CHECK(
      text.find("equal through logged step 10, differs at logged step 20: it arose in (10, 20]") !=
      std::string::npos);
  CHECK(text.find("0.25  0x3fd0000000000000") != std::string::npos);
  CHECK(text.find("1 of 2 equal bit for bit, 1 excluded") != std::string::npos);
}

TEST_CASE("the first suspect is suspected, not asserted", "[cli]") {
  auto report = make_diverged();
  report.suspects = {{Section::params, "lr", "0.1", "0.2"}};
  CHECK(print(report).find("suspected: params: lr\n") != std::string::npos);
}

TEST_CASE("where nothing diverged nothing is suspected", "[cli]") {
  JudgeReport report;
  report.observed = report.claim = Verdict::bit_exact;
  report.suspects = {{Section::invocation, "argv", "a", "b"}};
  report.levels.mismatches = {{"machine", Section::hardware, "machine_id", "A", "B"}};
  const auto text = print(report);
  CHECK(text.find("suspected") == std::string::npos);
  CHECK(text.find("  invocation: argv  a         b\n") != std::string::npos);
  CHECK(text.find("machine_id") == std::string::npos);
}

TEST_CASE("a divergence without a captured difference says so", "[cli]") {
  CHECK(print(make_diverged()).find("no captured difference: nondeterminism") != std::string::npos);
}

TEST_CASE("a claim that is capped shows what was observed", "[cli]") {
  JudgeReport report;
  report.observed = Verdict::bit_exact;
  report.claim = Verdict::re_executed;
  report.reason = "hardware was not compared";
  CHECK(print(report).rfind("re executed (observed: bit-exact): hardware was not compared\n", 0) ==
        0);
}

TEST_CASE("mismatches of a level name field, recorded and present", "[cli]") {
  JudgeReport report;
  report.levels.mismatches = {{"class", Section::hardware, "cpu.model", "A", "B\x1b[0m"}};
  const auto text = print(report);
  CHECK(text.find("  class  hardware: cpu.model  A         B\\x1b[0m\n") != std::string::npos);
}
