#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "capture/field_names.hpp"
#include "diff/sections.hpp"
#include "judge_fixture.hpp"

namespace track::detail {
namespace {

RunDetails with_params(std::vector<std::pair<std::string, Value>> params) {
  RunDetails details;
  for (auto& [name, value] : params) details.params.push_back({{}, name, std::move(value)});
  return details;
}

const DiffEntry* find(const DiffSection& section, std::string_view name) {
  const auto found = std::find_if(section.entries.begin(), section.entries.end(),
                                  [&](const auto& entry) { return entry.name == name; });
  return found == section.entries.end() ? nullptr : &*found;
}

void add_artifact(RunDetails& details, std::string name, std::optional<Digest> digest) {
  ArtifactRecord artifact;
  artifact.name = std::move(name);
  artifact.digest = digest;
  artifact.detail = "too large";
  details.artifacts.push_back(std::move(artifact));
}

}  // namespace

TEST_CASE("Params are compared with their types, and every bit", "[diff]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto left = with_params({{"a", 1}, {"b", 0.0}, {"c", nan}, {"d", "x"}, {"gone", true}});
  const auto right = with_params({{"a", 1.0}, {"b", -0.0}, {"c", nan}, {"d", "x"}, {"new", 2}});
  const auto section = diff_params(left, right);
  CHECK(section.equal == 2);
  REQUIRE(section.entries.size() == 4);
  REQUIRE(find(section, "a") != nullptr);
  CHECK(find(section, "a")->left_type == "integer");
  CHECK(find(section, "a")->right_type == "real");
  CHECK(find(section, "b") != nullptr);
  CHECK(find(section, "gone")->kind == ChangeKind::removed);
  CHECK(find(section, "new")->kind == ChangeKind::added);
}

TEST_CASE("Seeds are compared by stream", "[diff]") {
  RunDetails left;
  RunDetails right;
  left.seeds = {{{}, "data", 1, "given"}, {{}, "init", 2, "given"}};
  right.seeds = {{{}, "data", 1, "given"}, {{}, "init", 3, "entropy"}};
  const auto section = diff_seeds(left, right);
  CHECK(section.equal == 1);
  REQUIRE(section.entries.size() == 1);
  CHECK(section.entries[0].name == "init");
}

TEST_CASE("An artifact without a digest equals nothing, itself included", "[diff]") {
  RunDetails left;
  RunDetails right;
  add_artifact(left, "known", Digest{{1}});
  add_artifact(right, "known", Digest{{1}});
  add_artifact(left, "half", Digest{{1}});
  add_artifact(right, "half", std::nullopt);
  add_artifact(left, "neither", std::nullopt);
  add_artifact(right, "neither", std::nullopt);
  const auto section = diff_artifacts(left, right);
  CHECK(section.equal == 1);
  REQUIRE(section.entries.size() == 2);
  CHECK(find(section, "half")->kind == ChangeKind::unknown);
  CHECK(find(section, "neither")->kind == ChangeKind::unknown);
}

TEST_CASE("Loaded libraries differ one by one, and unreadable ones are unknown", "[diff]") {
  const auto record = [](const char* objects) {
    RunDetails details;
    details.fields.push_back(known_field(Section::software, std::string(fields::k_objects),
                                         FieldClass::numeric, JsonText{objects}));
    return details;
  };
  const auto left = record(R"({"a.so":{"digest":"b3:1"},"b.so":{"digest":"b3:2"},"c.so":{}})");
  const auto right = record(R"({"a.so":{"digest":"b3:1"},"b.so":{"digest":"b3:3"},"c.so":{}})");
  const auto section = diff_environment(left, right);
  CHECK(section.equal == 1);
  REQUIRE(find(section, "software.objects.b.so") != nullptr);
  CHECK(find(section, "software.objects.b.so")->kind == ChangeKind::changed);
  REQUIRE(find(section, "software.objects.c.so") != nullptr);
  CHECK(find(section, "software.objects.c.so")->kind == ChangeKind::unknown);
}

TEST_CASE("A field that is not known on a side is unknown, not changed", "[diff]") {
  RunDetails left;
  RunDetails right;
  left.fields = track_test::full_capture();
  right.fields = track_test::full_capture();
  CHECK(diff_hardware(left, right).entries.empty());
  track_test::lose(right.fields, Section::hardware, fields::k_cpu_isa, FieldState::unavailable);
  const auto section = diff_hardware(left, right);
  REQUIRE(section.entries.size() == 1);
  CHECK(section.entries[0].kind == ChangeKind::unknown);
}

}  // namespace track::detail
