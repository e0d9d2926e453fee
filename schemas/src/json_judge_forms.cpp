#include "json_fields.hpp"

namespace track::schemas {
namespace {

Json mismatch_form(const LevelMismatch& mismatch) {
  return Json::Object{{"level", mismatch.level},
                      {"section", field(mismatch.section)},
                      {"field", mismatch.field},
                      {"recorded", mismatch.recorded},
                      {"present", mismatch.present}};
}

Json observable_form(const ObservableVerdict& observable) {
  return Json::Object{{"kind", observable.kind},
                      {"name", observable.name},
                      {"verdict", field(observable.verdict)},
                      {"detail", text_or_null(observable.detail)},
                      {"excluded", observable.excluded},
                      {"divergence", form_or_null(observable.divergence)}};
}

Json suspect_form(const Suspect& suspect) {
  return Json::Object{{"section", field(suspect.section)},
                      {"field", suspect.field},
                      {"original", suspect.original},
                      {"other", suspect.other}};
}

Json value_or_null(const std::optional<Value>& value) { return value ? Json(*value) : Json(); }

Json entry_form(const DiffEntry& entry) {
  return Json::Object{{"name", entry.name},
                      {"kind", field(entry.kind)},
                      {"left", value_or_null(entry.left)},
                      {"right", value_or_null(entry.right)},
                      {"left_type", text_or_null(entry.left_type)},
                      {"right_type", text_or_null(entry.right_type)},
                      {"detail", text_or_null(entry.detail)}};
}

Json section_form(const DiffSection& section) {
  return Json::Object{{"name", section.name},
                      {"equal", section.equal},
                      {"entries", list(section.entries, entry_form)}};
}

}  // namespace

Json to_json(const LevelReport& report) {
  return Json::Object{{"hardware", field(report.hardware)},
                      {"software", field(report.software)},
                      {"mismatches", list(report.mismatches, mismatch_form)}};
}

Json to_json(const Divergence& divergence) {
  return Json::Object{{"metric", divergence.series.name},
                      {"labels", Json::from(divergence.series.labels)},
                      {"equal_through", field(divergence.equal_through)},
                      {"step", divergence.step},
                      {"original", divergence.original},
                      {"other", divergence.other},
                      {"original_bits", text_or_null(divergence.original_bits)},
                      {"other_bits", text_or_null(divergence.other_bits)},
                      {"ulp", field(divergence.ulp)}};
}

Json to_json(const JudgeReport& report) {
  return Json::Object{{"original", field(report.original)},
                      {"other", field(report.other)},
                      {"observed", field(report.observed)},
                      {"claim", field(report.claim)},
                      {"reason", text_or_null(report.reason)},
                      {"levels", to_json(report.levels)},
                      {"observables", list(report.observables, observable_form)},
                      {"excluded", report.excluded},
                      {"first", form_or_null(report.first)},
                      {"suspects", list(report.suspects, suspect_form)},
                      {"unknown_fields", list(report.unknown_fields)},
                      {"prefix_to", field(report.prefix_to)}};
}

Json to_json(const ReplayReport& report) {
  return Json::Object{{"original", field(report.original)},
                      {"replay", field(report.replay)},
                      {"verdict", field(report.verdict)},
                      {"reached", report.reached},
                      {"wanted", field(report.wanted)},
                      {"refusals", list(report.refusals)},
                      {"plan", list(report.plan)},
                      {"changes", list(report.changes)},
                      {"judge", form_or_null(report.judge)},
                      {"exit_code", field(report.exit_code)},
                      {"signal", field(report.signal)},
                      {"directory", text_or_null(report.directory)},
                      {"dry_run", report.dry_run}};
}

Json to_json(const DiffReport& report) {
  return Json::Object{{"left", field(report.left)},
                      {"right", field(report.right)},
                      {"equal", report.equal()},
                      {"sections", list(report.sections, section_form)}};
}

}  // namespace track::schemas
