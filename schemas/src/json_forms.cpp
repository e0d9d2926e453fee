#include "track/schemas/json_forms.hpp"

#include "json_fields.hpp"

namespace track::schemas {

Json to_json(const RunRecord& record) {
  return Json::Object{{"id", field(record.id)},
                      {"name", record.name},
                      {"experiment", record.experiment},
                      {"parent", field(record.parent)},
                      {"replay_of", field(record.replay_of)},
                      {"group", text_or_null(record.group)},
                      {"kind", field(record.kind)},
                      {"state", field(record.state)},
                      {"end_reason", text_or_null(record.end_reason)},
                      {"exit_code", field(record.exit_code)},
                      {"end_signal", field(record.end_signal)},
                      {"attempt", record.attempt},
                      {"note", text_or_null(record.note)},
                      {"user", text_or_null(record.user)},
                      {"host", text_or_null(record.host)},
                      {"source", record.source},
                      {"start", field(record.start)},
                      {"end", field(record.end)},
                      {"dropped", record.dropped},
                      {"losses", list(record.losses)}};
}

Json to_json(const AttemptRecord& record) {
  return Json::Object{
      {"run", field(record.run)},     {"attempt", record.attempt},
      {"start", field(record.start)}, {"host", text_or_null(record.host)},
      {"state", field(record.state)}, {"end_reason", text_or_null(record.end_reason)},
      {"end", field(record.end)}};
}

Json to_json(const ParamRecord& record) {
  return Json::Object{{"run", field(record.run)},
                      {"name", record.name},
                      {"type", field(record.value.type())},
                      {"value", record.value}};
}

Json to_json(const TagRecord& record) {
  return Json::Object{{"run", field(record.run)}, {"name", record.name}, {"value", record.value}};
}

Json to_json(const StepValue& value) {
  return Json::Object{{"step", value.step}, {"value", value.value}};
}

Json to_json(const MetricRecord& record) {
  return Json::Object{{"run", field(record.run)},
                      {"metric", record.series.name},
                      {"labels", Json::from(record.series.labels)},
                      {"count", record.count},
                      {"first", form_or_null(record.first)},
                      {"last", form_or_null(record.last)},
                      {"min", form_or_null(record.min)},
                      {"max", form_or_null(record.max)},
                      {"best", form_or_null(record.best())},
                      {"mean", field(record.mean)},
                      {"n_nan", record.n_nan},
                      {"n_inf", record.n_inf},
                      {"last_is_nan", record.last_is_nan},
                      {"goal", field(record.goal)},
                      {"unit", text_or_null(record.unit)},
                      {"axis", text_or_null(record.axis)},
                      {"summary", field(record.summary)},
                      {"deterministic", record.deterministic},
                      {"first_time", field(record.first_time)},
                      {"last_time", field(record.last_time)}};
}

Json to_json(const PointRecord& record) {
  return Json::Object{{"step", record.step},
                      {"value", record.value},
                      {"time", field(record.time)},
                      {"rank", record.rank},
                      {"attempt", record.attempt}};
}

Json to_json(const ArtifactRecord& record) {
  return Json::Object{{"run", field(record.run)},
                      {"name", record.name},
                      {"kind", field(record.kind)},
                      {"state", field(record.state)},
                      {"detail", text_or_null(record.detail)},
                      {"digest", field(record.digest)},
                      {"sha256", text_or_null(record.sha256)},
                      {"size", record.size},
                      {"is_tree", record.is_tree},
                      {"step", field(record.step)},
                      {"path", text_or_null(record.path)},
                      {"deterministic", record.deterministic},
                      {"rank", record.rank},
                      {"attempt", record.attempt},
                      {"time", field(record.time)}};
}

Json to_json(const DatasetRecord& record) {
  return Json::Object{{"run", field(record.run)},
                      {"name", record.name},
                      {"uri", record.uri},
                      {"digest", field(record.digest)},
                      {"sha256", text_or_null(record.sha256)},
                      {"size", record.size},
                      {"count", record.count},
                      {"method", field(record.method)},
                      {"is_tree", record.is_tree},
                      {"stored", record.stored},
                      {"changed", field(record.changed)},
                      {"detail", text_or_null(record.detail)},
                      {"time", field(record.time)}};
}

Json to_json(const SeedRecord& record) {
  return Json::Object{{"run", field(record.run)},
                      {"stream", record.stream},
                      {"type", field(record.value.type())},
                      {"value", record.value},
                      {"source", record.source}};
}

Json to_json(const CapturedField& captured) {
  return Json::Object{{"section", field(captured.section)},
                      {"name", captured.name},
                      {"phase", field(captured.phase)},
                      {"class", field(captured.field_class)},
                      {"state", field(captured.state)},
                      {"type", field(captured.value.type())},
                      {"value", captured.value},
                      {"detail", text_or_null(captured.detail)},
                      {"object", field(captured.object)}};
}

Json to_json(const MemberRecord& record) {
  return Json::Object{{"run", field(record.run)},
                      {"member", field(record.member)},
                      {"role", field(record.role)},
                      {"rank", record.rank},
                      {"attempt", record.attempt},
                      {"pid", record.pid},
                      {"process_start", record.process_start},
                      {"boot_id", record.boot_id},
                      {"host", record.host},
                      {"live_file", record.live_file},
                      {"device", record.device},
                      {"inode", record.inode},
                      {"local", record.local},
                      {"start", field(record.start)},
                      {"end", field(record.end)}};
}

Json to_json(const ConflictRecord& record) {
  return Json::Object{{"run", field(record.run)},
                      {"subject", record.subject},
                      {"detail", record.detail},
                      {"time", field(record.time)}};
}

Json to_json(const Error& error) {
  Json::Object members{{"code", field(error.code())},
                       {"message", std::string(error.what())},
                       {"hint", text_or_null(error.hint())}};
  return Json::Object{{"error", Json(std::move(members))}};
}

}  // namespace track::schemas
