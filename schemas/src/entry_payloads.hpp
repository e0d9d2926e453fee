#pragma once

#include "payload_types.hpp"
#include "track/schemas/journal_entry.hpp"

// The fields of each kind's payload, in their order on disk. Fields are only ever
// appended, each as appended(field); any other change makes a new version of the kind.

namespace track::schemas {

template <typename Archive>
void serialize(Archive& archive, PersonalName& name) {
  archive(name.hash, name.clear);
}

template <typename Archive>
void serialize(Archive& archive, SeriesEntry& entry) {
  archive(entry.index, entry.key);
}

template <typename Archive>
void serialize(Archive& archive, RunStartEntry& entry) {
  archive(entry.name, entry.experiment, entry.group, entry.parent, entry.replay_of,
          ranged(entry.kind, RunKind::replay), entry.source, entry.user, entry.host, entry.time);
}

template <typename Archive>
void serialize(Archive& archive, MemberStartEntry& entry) {
  archive(entry.member, ranged(entry.role, MemberRole::forked), entry.pid, entry.process_start,
          entry.boot_id, entry.host, entry.live_file, entry.device, entry.inode, entry.local,
          entry.time);
}

template <typename Archive>
void serialize(Archive& archive, ParamEntry& entry) {
  archive(entry.name, entry.value);
}

template <typename Archive>
void serialize(Archive& archive, TagEntry& entry) {
  archive(entry.name, entry.value, entry.time);
}

template <typename Archive>
void serialize(Archive& archive, NoteEntry& entry) {
  archive(entry.text, entry.time);
}

template <typename Archive>
void serialize(Archive& archive, MetricDefinitionEntry& entry) {
  archive(entry.pattern, ranged(entry.goal, Goal::maximize), entry.unit, entry.axis,
          ranged(entry.summary, Statistic::mean), entry.deterministic);
}

template <typename Archive>
void serialize(Archive& archive, ArtifactEntry& entry) {
  auto& record = entry.record;
  archive(record.name, ranged(record.kind, ArtifactKind::tree),
          ranged(record.state, ArtifactState::lost), record.detail, record.digest, record.sha256,
          record.size, record.is_tree, record.step, record.path, record.deterministic, record.time);
}

template <typename Archive>
void serialize(Archive& archive, DatasetEntry& entry) {
  auto& record = entry.record;
  archive(record.name, record.uri, record.digest, record.sha256, record.size, record.count,
          ranged(record.method, DigestMethod::declared), record.is_tree, record.stored,
          record.changed, record.detail, record.time);
}

template <typename Archive>
void serialize(Archive& archive, SeedEntry& entry) {
  archive(entry.stream, entry.value, entry.source);
}

template <typename Archive>
void serialize(Archive& archive, CapturedField& field) {
  archive(ranged(field.section, Section::resources), field.name, ranged(field.phase, Phase::finish),
          ranged(field.field_class, FieldClass::personal),
          ranged(field.state, FieldState::not_collected), field.value, field.detail, field.object);
}

template <typename Archive>
void serialize(Archive& archive, FieldsEntry& entry) {
  archive(entry.fields);
}

template <typename Archive>
void serialize(Archive& archive, GapEntry& entry) {
  archive(entry.dropped, entry.reason, entry.time);
}

template <typename Archive>
void serialize(Archive& archive, LossEntry& entry) {
  archive(entry.what, entry.time);
}

template <typename Archive>
void serialize(Archive& archive, MemberEndEntry& entry) {
  archive(entry.member, entry.time);
}

template <typename Archive>
void serialize(Archive& archive, RunEndEntry& entry) {
  archive(ranged(entry.state, RunState::unknown), entry.reason, entry.exit_code, entry.signal,
          entry.time);
}

template <typename Archive>
void serialize(Archive& archive, AnchorEntry& entry) {
  archive(entry.monotonic_ns, entry.real_ns);
}

template <typename Archive>
void serialize(Archive& archive, RewindEntry& entry) {
  archive(entry.axis, entry.step, entry.value, entry.time);
}

}  // namespace track::schemas
