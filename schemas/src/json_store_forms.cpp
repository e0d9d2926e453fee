#include "json_fields.hpp"

namespace track::schemas {
namespace {

Json finding_form(const VerifyFinding& finding) {
  return Json::Object{{"path", finding.path},
                      {"problem", finding.problem},
                      {"objects", list(finding.objects)},
                      {"hurts", list(finding.hurts)}};
}

Json object_form(const GcObject& object) {
  return Json::Object{{"digest", field(object.digest)},
                      {"bytes", object.bytes},
                      {"decision", object.decision},
                      {"reason", object.reason},
                      {"owners", list(object.owners)}};
}

Json usage_form(const ObjectUsage& usage) {
  return Json::Object{{"packs", usage.packs},
                      {"chunks", usage.chunks},
                      {"objects", usage.objects},
                      {"logical_bytes", usage.logical_bytes},
                      {"stored_bytes", usage.stored_bytes}};
}

Json run_usage_form(const RunUsage& usage) {
  return Json::Object{{"run", usage.run},
                      {"name", usage.name},
                      {"logical_bytes", usage.logical_bytes},
                      {"unique_bytes", usage.unique_bytes}};
}

Json check_form(const DoctorCheck& check) {
  return Json::Object{{"area", check.area},
                      {"name", check.name},
                      {"state", field(check.state)},
                      {"finding", check.finding},
                      {"advice", text_or_null(check.advice)}};
}

}  // namespace

Json to_json(const IngestReport& report) {
  return Json::Object{{"runs", report.runs},
                      {"segments", report.segments},
                      {"entries", report.entries},
                      {"points", report.points},
                      {"conflicts", report.conflicts},
                      {"invalid_records", report.invalid_records},
                      {"problems", list(report.problems)},
                      {"packs", report.packs},
                      {"waiting", list(report.waiting)}};
}

Json to_json(const VerifyReport& report) {
  return Json::Object{
      {"packs", report.packs},       {"chunks", report.chunks},
      {"objects", report.objects},   {"bytes", report.bytes},
      {"complete", report.complete}, {"findings", list(report.findings, finding_form)}};
}

Json to_json(const GcReport& report) {
  return Json::Object{{"kept", report.kept},
                      {"condemned", report.condemned},
                      {"swept", report.swept},
                      {"freed_bytes", report.freed_bytes},
                      {"purged_runs", report.purged_runs},
                      {"dry_run", report.dry_run},
                      {"objects", list(report.objects, object_form)}};
}

Json to_json(const UsageReport& report) {
  return Json::Object{{"objects", usage_form(report.objects)},
                      {"catalog_bytes", report.catalog_bytes},
                      {"journal_bytes", report.journal_bytes},
                      {"runs", list(report.runs, run_usage_form)}};
}

Json to_json(const DoctorReport& report) {
  return Json::Object{{"checks", list(report.checks, check_form)}};
}

}  // namespace track::schemas
