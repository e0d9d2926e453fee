#include "judge/suspects.hpp"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

#include "judge_fixture.hpp"

namespace track::detail {
namespace {

using track_test::field;
using track_test::full_capture;

RunDetails record() {
  RunDetails details;
  details.fields = full_capture();
  details.fields.push_back(
      known_field(Section::code, std::string(fields::k_code_snapshot), FieldClass::key, "b3:tree"));
  details.fields.push_back(known_field(Section::numerics, std::string(fields::k_fp_control),
                                       FieldClass::numeric, "0x1f80"));
  details.fields.push_back(known_field(Section::invocation, std::string(fields::k_argv),
                                       FieldClass::reexecute, JsonText{R"(["train"])"}));
  details.params.push_back({{}, "lr", 0.1});
  details.seeds.push_back({{}, "data", 1, "given"});
  DatasetRecord dataset;
  dataset.name = "train";
  dataset.digest = Digest{{1}};
  details.datasets.push_back(dataset);
  return details;
}

void change(RunDetails& details, Section section, std::string_view name) {
  auto& changed = field(details.fields, section, name);
  changed = known_field(section, changed.name, changed.field_class, "another");
}

}  // namespace

TEST_CASE("Equal records leave nothing to suspect", "[judge]") {
  const auto differences = find_differences(record(), record());
  CHECK(differences.suspects.empty());
}

TEST_CASE("Suspects come in the order of causes, each part once", "[judge]") {
  auto other = record();
  change(other, Section::hardware, fields::k_cpu_model);
  change(other, Section::distributed, fields::k_world_size);
  change(other, Section::threads, "env.OMP_NUM_THREADS");
  change(other, Section::numerics, fields::k_fp_control);
  change(other, Section::software, fields::k_libc);
  change(other, Section::invocation, fields::k_argv);
  change(other, Section::program, fields::k_program_digest);
  change(other, Section::code, fields::k_code_snapshot);
  other.params[0].value = 0.2;
  other.seeds[0].value = 2;
  other.datasets[0].digest = Digest{{2}};
  std::vector<Section> order;
  for (const auto& suspect : find_differences(record(), other).suspects)
    order.push_back(suspect.section);
  CHECK(order == std::vector{Section::params, Section::code, Section::program, Section::inputs,
                             Section::seeds, Section::invocation, Section::software,
                             Section::numerics, Section::threads, Section::distributed,
                             Section::hardware});
}

TEST_CASE("What is not known is listed apart, never suspected", "[judge]") {
  auto other = record();
  track_test::lose(other.fields, Section::software, fields::k_libc, FieldState::unavailable);
  const auto differences = find_differences(record(), other);
  CHECK(differences.suspects.empty());
  CHECK(std::count(differences.unknown.begin(), differences.unknown.end(), "software.libc") == 1);
}

TEST_CASE("A param of another type is a difference that shows its types", "[judge]") {
  auto other = record();
  auto left = record();
  left.params[0].value = 1;
  other.params[0].value = 1.0;
  const auto suspects = find_differences(left, other).suspects;
  REQUIRE(suspects.size() == 1);
  CHECK(suspects[0].original != suspects[0].other);
}

TEST_CASE("A variable that was set on one side only is suspected", "[judge]") {
  auto other = record();
  track_test::forget(other.fields, Section::threads, "env.OMP_NUM_THREADS");
  const auto suspects = find_differences(record(), other).suspects;
  REQUIRE(suspects.size() == 1);
  CHECK(suspects[0].section == Section::threads);
  CHECK(suspects[0].field == "env.OMP_NUM_THREADS");
}

TEST_CASE("Where a program or script lies is no suspect, its bytes are", "[judge]") {
  auto left = record();
  auto other = record();
  for (const auto name : {fields::k_program_path, fields::k_program_script_path}) {
    left.fields.push_back(known_field(Section::program, std::string(name), FieldClass::key, "/a"));
    other.fields.push_back(known_field(Section::program, std::string(name), FieldClass::key, "/b"));
  }
  CHECK(find_differences(left, other).suspects.empty());
  change(other, Section::program, fields::k_program_digest);
  const auto suspects = find_differences(left, other).suspects;
  REQUIRE(suspects.size() == 1);
  CHECK(suspects[0].field == fields::k_program_digest);
}

TEST_CASE("Diagnostic and personal fields and resources are no suspects", "[judge]") {
  auto left = record();
  auto other = record();
  for (const auto field_class : {FieldClass::diagnostic, FieldClass::personal}) {
    left.fields.push_back(known_field(Section::hardware, "x", field_class, 1));
    other.fields.push_back(known_field(Section::hardware, "x", field_class, 2));
  }
  left.fields.push_back(known_field(Section::resources, "wall", FieldClass::numeric, 1));
  other.fields.push_back(known_field(Section::resources, "wall", FieldClass::numeric, 2));
  CHECK(find_differences(left, other).suspects.empty());
}

TEST_CASE("Uncaptured variables that one side alone had are named, if both looked", "[judge]") {
  const auto with_names = [](const char* names) {
    auto details = record();
    field(details.fields, Section::invocation, fields::k_environment_names).value = JsonText{names};
    return details;
  };
  const auto left = with_names(R"(["BIAS","HOME"])");
  auto other = with_names(R"(["HOME","TERM"])");
  const auto suspects = find_uncaptured_variables(left, other);
  REQUIRE(suspects.size() == 2);
  CHECK(suspects[0].section == Section::invocation);
  CHECK(suspects[0].field == "env.BIAS");
  CHECK(suspects[0].original == "[set, its value not captured]");
  CHECK(suspects[0].other == "[absent]");
  CHECK(suspects[1].field == "env.TERM");
  CHECK(suspects[1].original == "[absent]");
  CHECK(find_uncaptured_variables(left, left).empty());
  std::erase_if(other.fields,
                [](const auto& each) { return each.name == fields::k_environment_names; });
  CHECK(find_uncaptured_variables(left, other).empty());
}

}  // namespace track::detail
