#include "judge/levels.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "judge_fixture.hpp"

namespace track::detail {
namespace {

using track_test::field;
using track_test::Fields;
using track_test::forget;
using track_test::full_capture;
using track_test::lose;

struct Case {
  Section section;
  std::string_view name;
  HardwareLevel hardware;  ///< the strongest that is left where the field differs
  SoftwareLevel software;
};

/// What each field that a level is made of costs.
std::vector<Case> cases() {
  constexpr auto k_machine = HardwareLevel::machine;
  constexpr auto k_closure = SoftwareLevel::closure;
  return {
      {Section::hardware, fields::k_architecture, HardwareLevel::any, k_closure},
      {Section::hardware, fields::k_endianness, HardwareLevel::any, k_closure},
      {Section::hardware, fields::k_cpu_vendor, HardwareLevel::capability, k_closure},
      {Section::hardware, fields::k_cpu_isa, HardwareLevel::capability, k_closure},
      {Section::hardware, fields::k_cpu_caches, HardwareLevel::capability, k_closure},
      {Section::hardware, fields::k_cpu_dispatch, HardwareLevel::capability, k_closure},
      {Section::threads, fields::k_cpu_count, HardwareLevel::capability, k_closure},
      {Section::threads, fields::k_cpu_quota, HardwareLevel::capability, k_closure},
      {Section::threads, "env.OMP_NUM_THREADS", HardwareLevel::capability, k_closure},
      {Section::distributed, fields::k_world_size, HardwareLevel::capability, k_closure},
      {Section::hardware, fields::k_cpu_model, HardwareLevel::machine_class, k_closure},
      {Section::hardware, fields::k_hypervisor, HardwareLevel::machine_class, k_closure},
      {Section::hardware, fields::k_numa, HardwareLevel::machine_class, k_closure},
      {Section::threads, fields::k_affinity, HardwareLevel::machine_class, k_closure},
      {Section::hardware, fields::k_machine_id, HardwareLevel::product, k_closure},
      {Section::software, fields::k_libc, k_machine, SoftwareLevel::any},
      {Section::software, fields::k_locks, k_machine, SoftwareLevel::compatible},
      {Section::program, fields::k_program_digest, k_machine, SoftwareLevel::locks},
      {Section::program, fields::k_program_interpreter, k_machine, SoftwareLevel::locks},
      {Section::program, fields::k_program_script, k_machine, SoftwareLevel::locks},
  };
}

void check(const Fields& left, const Fields& right, const Case& expected) {
  const auto report = reach_levels(left, right);
  CAPTURE(expected.name);
  CHECK(report.hardware == expected.hardware);
  CHECK(report.software == expected.software);
  CHECK(std::any_of(report.mismatches.begin(), report.mismatches.end(), [&](const auto& each) {
    return each.section == expected.section && each.field == expected.name;
  }));
}

}  // namespace

TEST_CASE("Two equal captures reach every level", "[judge]") {
  const auto report = reach_levels(full_capture(), full_capture());
  CHECK(report.hardware == HardwareLevel::machine);
  CHECK(report.software == SoftwareLevel::closure);
  CHECK(report.mismatches.empty());
}

TEST_CASE("A field that differs breaks exactly its level", "[judge]") {
  for (const auto& each : cases()) {
    auto other = full_capture();
    auto& changed = field(other, each.section, each.name);
    changed = known_field(each.section, changed.name, changed.field_class, "something else");
    check(full_capture(), other, each);
    check(other, full_capture(), each);
  }
}

TEST_CASE("What is not known breaks its level, even where both sides do not know", "[judge]") {
  const auto state =
      GENERATE(FieldState::unavailable, FieldState::redacted, FieldState::not_collected);
  for (const auto& each : cases()) {
    auto other = full_capture();
    lose(other, each.section, each.name, state);
    check(full_capture(), other, each);
    check(other, full_capture(), each);
    check(other, other, each);
  }
}

TEST_CASE("A field that nobody recorded breaks its level", "[judge]") {
  for (const auto& each : cases()) {
    if (each.name.starts_with("env.")) continue;  // a variable without a field was not set
    auto other = full_capture();
    forget(other, each.section, each.name);
    check(full_capture(), other, each);
    check(other, other, each);
  }
}

TEST_CASE("A variable that one side did not set differs; set on neither, it is the same",
          "[judge]") {
  auto unset = full_capture();
  forget(unset, Section::threads, "env.OMP_NUM_THREADS");
  CHECK(reach_levels(full_capture(), unset).hardware == HardwareLevel::capability);
  CHECK(reach_levels(unset, full_capture()).hardware == HardwareLevel::capability);
  CHECK(reach_levels(unset, unset).hardware == HardwareLevel::machine);
}

TEST_CASE("Of an environment that was not captured no variable is known to be unset", "[judge]") {
  auto unset = full_capture();
  forget(unset, Section::threads, "env.OMP_NUM_THREADS");
  auto blind = unset;
  forget(blind, Section::invocation, fields::k_environment_names);
  for (const auto& [left, right] :
       {std::pair(unset, blind), std::pair(blind, unset), std::pair(blind, blind)}) {
    const auto report = reach_levels(left, right);
    CHECK(report.hardware == HardwareLevel::capability);
    CHECK(report.software == SoftwareLevel::locks);
  }
}

TEST_CASE("Memory must hold the recorded peak, or what its machine had", "[judge]") {
  auto small = full_capture();
  field(small, Section::hardware, fields::k_memory).value = 1 << 10;
  CHECK(reach_levels(full_capture(), small).hardware == HardwareLevel::any);
  auto large = full_capture();
  field(large, Section::hardware, fields::k_memory).value = 1 << 20;
  CHECK(reach_levels(full_capture(), large).hardware == HardwareLevel::machine);
  auto killed = full_capture();
  forget(killed, Section::resources, fields::k_peak_memory);
  CHECK(reach_levels(killed, full_capture()).hardware == HardwareLevel::machine);
  CHECK(reach_levels(killed, large).hardware == HardwareLevel::any);
  forget(killed, Section::hardware, fields::k_memory);
  CHECK(reach_levels(killed, full_capture()).hardware == HardwareLevel::any);
  CHECK(reach_levels(full_capture(), killed).hardware == HardwareLevel::any);
}

TEST_CASE("Loaded objects are compared by digest over start and finish", "[judge]") {
  const auto with_objects = [](std::string json, Phase phase = Phase::start) {
    auto all = full_capture();
    if (phase == Phase::start) forget(all, Section::software, fields::k_objects);
    auto objects = known_field(Section::software, std::string(fields::k_objects),
                               FieldClass::numeric, JsonText{std::move(json)});
    objects.phase = phase;
    all.push_back(std::move(objects));
    return all;
  };
  const auto software = [](const Fields& a, const Fields& b) {
    return reach_levels(a, b).software;
  };
  SECTION("paths and build ids play no part") {
    const auto moved =
        with_objects(R"({"libm.so.6":{"digest":"b3:aa","path":"/opt/libm.so.6","build_id":"7"}})");
    CHECK(software(full_capture(), moved) == SoftwareLevel::closure);
  }
  SECTION("other bytes are other software, and the file is named") {
    const auto other = with_objects(R"({"libm.so.6":{"digest":"b3:bb"}})");
    const auto report = reach_levels(full_capture(), other);
    CHECK(report.software == SoftwareLevel::locks);
    REQUIRE(report.mismatches.size() == 1);
    CHECK(report.mismatches[0].field == "objects.libm.so.6");
    CHECK(report.mismatches[0].recorded == "b3:aa");
    CHECK(report.mismatches[0].present == "b3:bb");
  }
  SECTION("one that was loaded later counts too") {
    const auto later = with_objects(R"({"libfast.so":{"digest":"b3:cc"}})", Phase::finish);
    CHECK(software(full_capture(), later) == SoftwareLevel::locks);
    CHECK(software(later, later) == SoftwareLevel::closure);
  }
  SECTION("what is not known of the finish on one side equals nothing") {
    const auto known = with_objects(R"({"libm.so.6":{"digest":"b3:aa"}})", Phase::finish);
    auto lost = known;
    lost.back() = unknown_field(Section::software, std::string(fields::k_objects),
                                FieldClass::numeric, FieldState::unavailable, "no maps");
    lost.back().phase = Phase::finish;
    CHECK(software(known, known) == SoftwareLevel::closure);
    CHECK(software(lost, lost) == SoftwareLevel::locks);
    CHECK(software(known, full_capture()) == SoftwareLevel::locks);
    const auto report = reach_levels(known, lost);
    CHECK(report.software == SoftwareLevel::locks);
    REQUIRE(report.mismatches.size() == 1);
    CHECK(report.mismatches[0].field == "objects (at finish)");
    CHECK(report.mismatches[0].recorded == "[known]");
    CHECK(report.mismatches[0].present == "[unavailable: no maps]");
    CHECK(reach_levels(lost, known).software == SoftwareLevel::locks);
  }
  SECTION("one without a digest equals nothing") {
    const auto unreadable = with_objects(R"({"libm.so.6":{"path":"/lib/libm.so.6"}})");
    CHECK(software(unreadable, unreadable) == SoftwareLevel::locks);
    const auto empty = with_objects(R"({"libm.so.6":{"digest":""}})");
    CHECK(software(empty, empty) == SoftwareLevel::locks);
  }
}

TEST_CASE("A claim goes no further than the weaker of its levels allows", "[judge]") {
  using H = HardwareLevel;
  using S = SoftwareLevel;
  CHECK(claim_cap(H::any, S::closure) == Verdict::re_executed);
  CHECK(claim_cap(H::machine, S::any) == Verdict::re_executed);
  CHECK(claim_cap(H::capability, S::closure) == Verdict::within_tolerance);
  CHECK(claim_cap(H::machine, S::compatible) == Verdict::within_tolerance);
  CHECK(claim_cap(H::machine_class, S::locks) == Verdict::bit_exact);
  CHECK(claim_cap(H::machine, S::closure) == Verdict::bit_exact);
  CHECK(cap_verdict(Verdict::bit_exact, Verdict::re_executed) == Verdict::re_executed);
  // A cap weakens what passes and never turns a failure into a pass.
  for (const auto failed :
       {Verdict::refused, Verdict::failed, Verdict::diverged, Verdict::incomparable})
    CHECK(cap_verdict(failed, Verdict::bit_exact) == failed);
}

}  // namespace track::detail
