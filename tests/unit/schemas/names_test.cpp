#include "names.hpp"

#include <catch2/catch.hpp>

#include "track/schemas/field.hpp"
#include "track/schemas/journal_entry.hpp"
#include "track/schemas/judge_reports.hpp"
#include "track/schemas/records.hpp"
#include "track/schemas/store_reports.hpp"

using namespace track;  // NOLINT(google-build-using-namespace): nearly every name of it

namespace {

/// The values 0, 1, … read back from these names, and no further value has one.
template <typename Enum, typename Parse>
void check_names(const Parse& parse, const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    CHECK(to_string(static_cast<Enum>(i)) == names[i]);
    CHECK(parse(names[i]) == static_cast<Enum>(i));
  }
  CHECK(to_string(static_cast<Enum>(names.size())) == "invalid");
  CHECK_FALSE(parse("invalid"));
  CHECK_FALSE(parse(""));
  CHECK_FALSE(parse(names[0] + " "));
}

}  // namespace

TEST_CASE("the enums of records have names that read back", "[schemas]") {
  check_names<RunKind>(parse_run_kind, {"train", "eval", "sweep", "fold", "replay"});
  check_names<RunState>(parse_run_state, {"running", "finished", "failed", "killed", "unknown"});
  check_names<Goal>(parse_goal, {"none", "minimize", "maximize"});
  check_names<Statistic>(parse_statistic, {"automatic", "last", "best", "min", "max", "mean"});
  check_names<ArtifactKind>(parse_artifact_kind, {"file", "model", "checkpoint", "dataset",
                                                  "figure", "table", "output", "tree"});
  check_names<ArtifactState>(parse_artifact_state, {"stored", "digest_only", "lost"});
  check_names<DigestMethod>(parse_digest_method, {"full", "manifest", "declared"});
  check_names<Action>(parse_action, {"promote", "rollback", "revoke", "approve", "waive"});
  check_names<MemberRole>(parse_member_role, {"owner", "rank", "forked"});
}

TEST_CASE("the enums of captured fields have names that read back", "[schemas]") {
  check_names<FieldState>(parse_field_state,
                          {"known", "absent", "unavailable", "redacted", "not_collected"});
  check_names<FieldClass>(parse_field_class,
                          {"key", "numeric", "reexecute", "diagnostic", "personal"});
  check_names<Section>(parse_section,
                       {"params", "code", "program", "inputs", "seeds", "invocation", "software",
                        "numerics", "threads", "distributed", "hardware", "resources"});
  check_names<Phase>(parse_phase, {"start", "finish"});
}

TEST_CASE("the enums of the judge's reports have names that read back", "[schemas]") {
  check_names<HardwareLevel>(parse_hardware_level,
                             {"any", "capability", "class", "product", "machine"});
  check_names<SoftwareLevel>(parse_software_level, {"any", "compatible", "locks", "closure"});
  check_names<Verdict>(parse_verdict,
                       {"refused", "failed", "diverged", "incomparable", "re_executed",
                        "statistically_consistent", "within_tolerance", "bit_exact"});
  CHECK(to_string(ChangeKind::added) == "added");
  CHECK(to_string(ChangeKind::unknown) == "unknown");
  CHECK(to_string(CheckState::ok) == "ok");
  CHECK(to_string(CheckState::failure) == "failure");
}

TEST_CASE("the kinds of journal records have names", "[schemas]") {
  using schemas::EntryKind;
  CHECK(to_string(EntryKind::point) == "point");
  CHECK(to_string(EntryKind::metric_definition) == "metric_definition");
  CHECK(to_string(EntryKind::anchor) == "anchor");
  CHECK(to_string(EntryKind::rewind) == "rewind");
  CHECK(to_string(static_cast<EntryKind>(0)) == "unknown");
  CHECK(to_string(static_cast<EntryKind>(19)) == "unknown");
}

TEST_CASE("captured fields are made known, absent or unknown", "[schemas]") {
  const auto known = known_field(Section::code, "revision", FieldClass::key, Value("abc"));
  CHECK(known.state == FieldState::known);
  CHECK(known.value == Value("abc"));
  CHECK(known.phase == Phase::start);

  const auto absent = absent_field(Section::hardware, "gpu", FieldClass::numeric);
  CHECK(absent.state == FieldState::absent);
  CHECK(absent.value.is_null());

  const auto redacted = unknown_field(Section::software, "TOKEN", FieldClass::personal,
                                      FieldState::redacted, "*TOKEN*");
  CHECK(redacted.state == FieldState::redacted);
  CHECK(redacted.detail == "*TOKEN*");
  CHECK(redacted.section == Section::software);
  CHECK(redacted.field_class == FieldClass::personal);
}

TEST_CASE("the best of a metric goes by its goal", "[schemas]") {
  MetricRecord metric;
  metric.min = StepValue{3, 0.25};
  metric.max = StepValue{1, 2.0};
  CHECK_FALSE(metric.best());
  metric.goal = Goal::minimize;
  CHECK(metric.best()->step == 3);
  metric.goal = Goal::maximize;
  CHECK(metric.best()->step == 1);
  metric.max.reset();
  CHECK_FALSE(metric.best());
}
