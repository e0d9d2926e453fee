#include <algorithm>
#include <tuple>

#include "catalog/points/series_summary.hpp"
#include "catalog/sqlite/columns.hpp"
#include "catalog/sqlite/run_reader.hpp"
#include "catalog/sqlite/sqlite_catalog.hpp"

namespace track::storage {
namespace {

/// Runs a statement that takes one run id for each of `runs`, and makes a record of each row.
template <typename Record, typename Read>
std::vector<Record> read_for(const Connection& connection, std::span<const RunId> runs,
                             const char* sql, Read read) {
  const Snapshot snapshot(connection);
  const auto rows = connection.prepare(sql);
  std::vector<Record> records;
  for (const auto& run : runs) {
    rows->bind(run.value);
    while (rows->step()) records.push_back(read(run, *rows));
    rows->reset();
  }
  return records;
}

std::optional<StepValue> read_point(const Statement& row, int step, int value) {
  if (row.is_null(step)) return std::nullopt;
  return StepValue{row.integer(step), row.real(value)};
}

std::optional<StepValue> read_point_with_bits(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return StepValue{row.integer(column),
                   restore_real(row.real(column + 1), row.find_integer(column + 2))};
}

MetricRecord read_metric(const RunId& run, const Statement& row) {
  MetricRecord record;
  record.run = run;
  record.series = {row.text(0), labels_from_json(row.view(1))};
  record.count = static_cast<std::uint64_t>(row.integer(2));
  record.first = read_point_with_bits(row, 3);
  record.last = read_point_with_bits(row, 6);
  record.min = read_point(row, 9, 10);
  record.max = read_point(row, 11, 12);
  record.mean = row.find_real(13);
  record.n_nan = static_cast<std::uint64_t>(row.integer(14));
  record.n_inf = static_cast<std::uint64_t>(row.integer(15));
  record.last_is_nan = row.boolean(16);
  record.goal = parse_goal(row.view(17)).value_or(Goal::none);
  record.unit = row.text(18);
  record.axis = row.text(19);
  record.summary = parse_statistic(row.view(20)).value_or(Statistic::automatic);
  record.deterministic = row.boolean(21);
  record.first_time = {row.integer(22)};
  record.last_time = {row.integer(23)};
  return record;
}

ArtifactRecord read_artifact(const RunId& run, const Statement& row) {
  ArtifactRecord record;
  record.run = run;
  record.name = row.text(0);
  record.kind = parse_artifact_kind(row.view(1)).value_or(ArtifactKind::file);
  record.state = parse_artifact_state(row.view(2)).value_or(ArtifactState::lost);
  record.detail = row.text(3);
  record.digest = read_digest(row, 4);
  record.sha256 = row.text(5);
  record.size = static_cast<std::uint64_t>(row.integer(6));
  record.is_tree = row.boolean(7);
  record.step = row.find_integer(8);
  record.path = row.text(9);
  record.deterministic = row.boolean(10);
  record.rank = row.integer(11);
  record.attempt = row.integer(12);
  record.time = {row.integer(13)};
  return record;
}

DatasetRecord read_dataset(const RunId& run, const Statement& row) {
  DatasetRecord record;
  record.run = run;
  record.name = row.text(0);
  record.uri = row.text(1);
  record.digest = read_digest(row, 2);
  record.sha256 = row.text(3);
  record.size = static_cast<std::uint64_t>(row.integer(4));
  record.count = static_cast<std::uint64_t>(row.integer(5));
  record.method = parse_digest_method(row.view(6)).value_or(DigestMethod::declared);
  record.is_tree = row.boolean(7);
  record.stored = row.boolean(8);
  if (const auto changed = row.find_integer(9)) record.changed = *changed != 0;
  record.detail = row.text(10);
  record.time = {row.integer(11)};
  return record;
}

CapturedField read_field(const RunId&, const Statement& row) {
  CapturedField field;
  field.section = parse_section(row.view(0)).value_or(Section::code);
  field.name = row.text(1);
  field.phase = parse_phase(row.view(2)).value_or(Phase::start);
  field.field_class = parse_field_class(row.view(3)).value_or(FieldClass::diagnostic);
  field.state = parse_field_state(row.view(4)).value_or(FieldState::unavailable);
  field.value = read_value(row, 5);
  field.detail = row.text(8);
  field.object = read_digest(row, 9);
  return field;
}

}  // namespace

std::vector<ParamRecord> SqliteCatalog::params(std::span<const RunId> runs) const {
  return read_for<ParamRecord>(
      connection_, runs,
      "SELECT name, type, value, bits FROM param_rows WHERE run = ? ORDER BY name",
      [](const RunId& run, const Statement& row) {
        return ParamRecord{run, row.text(0), read_value(row, 1)};
      });
}

std::vector<TagRecord> SqliteCatalog::tags(std::span<const RunId> runs) const {
  return read_for<TagRecord>(
      connection_, runs,
      "SELECT name, value FROM tag_rows WHERE run = ? AND value IS NOT NULL ORDER BY name",
      [](const RunId& run, const Statement& row) {
        return TagRecord{run, row.text(0), row.text(1)};
      });
}

std::vector<MetricRecord> SqliteCatalog::metrics(std::span<const RunId> runs) const {
  return read_for<MetricRecord>(
      connection_, runs,
      "SELECT name, labels, count, first_step, first, first_bits, last_step, last, last_bits,"
      "       min_step, min, max_step, max, mean, n_nan, n_inf,"
      "       last IS NULL AND last_bits IS NOT NULL, goal, unit, axis, summary, deterministic,"
      "       first_time, last_time"
      "  FROM series_rows WHERE run = ? ORDER BY name, labels",
      &read_metric);
}

std::vector<ArtifactRecord> SqliteCatalog::artifacts(std::span<const RunId> runs) const {
  return read_for<ArtifactRecord>(
      connection_, runs,
      "SELECT name, kind, state, detail, digest, sha256, size, is_tree, step, path, deterministic,"
      "       rank, attempt, time"
      "  FROM artifact_rows WHERE run = ? ORDER BY name, at_order, id",
      &read_artifact);
}

std::vector<DatasetRecord> SqliteCatalog::datasets(std::span<const RunId> runs) const {
  return read_for<DatasetRecord>(connection_, runs,
                                 "SELECT name, uri, digest, sha256, size, count, method, is_tree, "
                                 "stored, changed, detail, time"
                                 "  FROM dataset_rows WHERE run = ? ORDER BY name",
                                 &read_dataset);
}

std::vector<SeedRecord> SqliteCatalog::seeds(const RunId& run) const {
  return read_for<SeedRecord>(
      connection_, std::span(&run, 1),
      "SELECT stream, type, value, bits, source FROM seed_rows WHERE run = ? ORDER BY stream",
      [](const RunId& id, const Statement& row) {
        return SeedRecord{id, row.text(0), read_value(row, 1), row.text(4)};
      });
}

std::vector<CapturedField> SqliteCatalog::fields(const RunId& run) const {
  auto fields = read_for<CapturedField>(connection_, std::span(&run, 1),
                                        "SELECT s.section, s.name, s.phase, f.field_class, "
                                        "f.state, f.type, f.value, f.bits, f.detail,"
                                        "       f.object"
                                        "  FROM field_rows r JOIN finding_rows f ON f.id = "
                                        "r.finding JOIN slot_rows s ON s.id = r.slot"
                                        " WHERE r.run = ?",
                                        &read_field);
  std::sort(fields.begin(), fields.end(), [](const CapturedField& a, const CapturedField& b) {
    return std::tie(a.section, a.name, a.phase) < std::tie(b.section, b.name, b.phase);
  });
  return fields;
}

std::vector<AttemptRecord> SqliteCatalog::attempts(const RunId& run) const {
  return read_for<AttemptRecord>(
      connection_, std::span(&run, 1),
      "SELECT number, start_time,"
      "       coalesce((SELECT clear FROM name_rows WHERE hash = host_hash), host_hash),"
      "       end_state, end_reason, end_time"
      "  FROM attempt_rows WHERE run = ? ORDER BY number",
      [](const RunId& id, const Statement& row) {
        const auto time = [&](int column) {
          const auto ms = row.find_integer(column);
          return ms ? std::optional(Timestamp{*ms}) : std::nullopt;
        };
        return AttemptRecord{id,
                             row.integer(0),
                             time(1),
                             row.text(2),
                             row.is_null(3) ? std::nullopt : parse_run_state(row.view(3)),
                             row.text(4),
                             time(5)};
      });
}

std::vector<MemberRecord> SqliteCatalog::members(const RunId& run) const {
  const auto rows = connection_.prepare(k_select_members);
  rows->bind(run.value);
  return read_members(*rows);
}

std::vector<ConflictRecord> SqliteCatalog::conflicts(const RunId& run) const {
  return read_for<ConflictRecord>(
      connection_, std::span(&run, 1),
      "SELECT subject, detail, time FROM conflict_rows WHERE run = ? ORDER BY id",
      [](const RunId& id, const Statement& row) {
        return ConflictRecord{id, row.text(0), row.text(1), {row.integer(2)}};
      });
}

}  // namespace track::storage
