#include "json_fields.hpp"

namespace track::schemas {
namespace {

Json gate_form(const GateResult& gate) {
  return Json::Object{{"gate", gate.gate},
                      {"passed", gate.passed},
                      {"waived", gate.waived},
                      {"measured", text_or_null(gate.measured)},
                      {"required", text_or_null(gate.required)},
                      {"detail", text_or_null(gate.detail)}};
}

Json finding_form(const AuditFinding& finding) {
  return Json::Object{{"sequence", finding.sequence}, {"problem", finding.problem}};
}

}  // namespace

Json to_json(const ModelRecord& record) {
  return Json::Object{
      {"name", record.name}, {"created", field(record.created)}, {"versions", record.versions}};
}

Json to_json(const ModelVersionRecord& record) {
  return Json::Object{{"model", record.model},
                      {"version", record.version},
                      {"digest", field(record.digest)},
                      {"sha256", text_or_null(record.sha256)},
                      {"size", record.size},
                      {"is_tree", record.is_tree},
                      {"run", field(record.run)},
                      {"artifact", record.artifact},
                      {"step", field(record.step)},
                      {"actor", record.actor},
                      {"created", field(record.created)},
                      {"revoked", field(record.revoked)},
                      {"revoke_reason", text_or_null(record.revoke_reason)}};
}

Json to_json(const AliasRecord& record) {
  return Json::Object{{"model", record.model},       {"alias", record.alias},
                      {"version", record.version},   {"digest", field(record.digest)},
                      {"sequence", record.sequence}, {"since", field(record.since)},
                      {"actor", record.actor}};
}

Json to_json(const TransitionRecord& record) {
  return Json::Object{{"sequence", record.sequence},
                      {"alias_sequence", record.alias_sequence},
                      {"model", record.model},
                      {"alias", text_or_null(record.alias)},
                      {"from", field(record.from)},
                      {"to", field(record.to)},
                      {"digest", field(record.digest)},
                      {"action", field(record.action)},
                      {"actor", record.actor},
                      {"reason", text_or_null(record.reason)},
                      {"policy", field(record.policy)},
                      {"evidence", field(record.evidence)},
                      {"idempotency_key", text_or_null(record.idempotency_key)},
                      {"detail", document_or_null(record.detail)},
                      {"time", field(record.time)}};
}

Json to_json(const AuditRecord& record) {
  return Json::Object{{"sequence", record.sequence},
                      {"time", field(record.time)},
                      {"event", record.event},
                      {"payload", document_or_null(record.payload)},
                      {"previous", field(record.previous)},
                      {"hash", field(record.hash)}};
}

Json to_json(const PolicyReport& report) {
  return Json::Object{{"path", text_or_null(report.path)},
                      {"digest", field(report.digest)},
                      {"passed", report.passed},
                      {"gates", list(report.gates, gate_form)}};
}

Json to_json(const PromotionReport& report) {
  return Json::Object{{"transition", to_json(report.transition)},
                      {"version", form_or_null(report.version)},
                      {"previous", form_or_null(report.previous)},
                      {"policy", to_json(report.policy)},
                      {"repeated", report.repeated},
                      {"notes", list(report.notes)}};
}

Json to_json(const AuditReport& report) {
  return Json::Object{{"length", report.length},
                      {"head", field(report.head)},
                      {"findings", list(report.findings, finding_form)}};
}

Json to_json(const AuditCheckpoint& checkpoint) {
  return Json::Object{{"store", checkpoint.store},      {"length", checkpoint.length},
                      {"head", field(checkpoint.head)}, {"time", checkpoint.time},
                      {"key_id", checkpoint.key_id},    {"signature", checkpoint.signature}};
}

Json to_json(const KeyRecord& key) {
  return Json::Object{{"key_id", key.key_id},
                      {"name", key.name},
                      {"path", text_or_null(key.path)},
                      {"public_key", key.public_key}};
}

}  // namespace track::schemas
