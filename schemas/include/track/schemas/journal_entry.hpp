#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "track/schemas/digest.hpp"
#include "track/schemas/field.hpp"
#include "track/schemas/ids.hpp"
#include "track/schemas/labels.hpp"
#include "track/schemas/records.hpp"
#include "track/schemas/time.hpp"
#include "track/schemas/value.hpp"

// What a running process writes down, points apart. Fields are only ever
// appended to a struct; a new alternative is a new kind.

namespace track::schemas {

/// The kind byte of a journal record. Numbers are on disk: never reused.
enum class EntryKind : std::uint8_t {
  point = 1,
  series = 2,
  run_start = 3,
  member_start = 4,
  param = 5,
  tag = 6,
  note = 7,
  metric_definition = 8,
  artifact = 9,
  dataset = 10,
  seed = 11,
  fields = 12,
  gap = 13,
  loss = 14,
  member_end = 15,
  run_end = 16,
  anchor = 17,
  rewind = 18,
};

/// The kind's name, such as "run_start"; "unknown" for a number that is none.
[[nodiscard]] std::string_view to_string(EntryKind kind) noexcept;

/// Binds a metric index, which points carry, to its series; holds within one segment.
struct SeriesEntry {
  std::uint32_t index = 0;  ///< below 2^24
  SeriesKey key;
};

/// A person or a machine: what is stored is the hash; the clear name never leaves the machine.
struct PersonalName {
  std::string hash;   ///< hex, keyed for this application
  std::string clear;  ///< empty where it is not known
};

/// The `source` of a run that `track run` made, and of the start entry that the program it started
/// adds when it joins: of that one only the texts that say something count, and a kind but train.
inline constexpr std::string_view k_command_source = "command";
inline constexpr std::string_view k_joined_source = "joined";

struct RunStartEntry {
  std::string name;
  std::string experiment;
  std::string group;
  std::optional<RunId> parent;
  std::optional<RunId> replay_of;
  RunKind kind = RunKind::train;
  std::string source;
  PersonalName user;
  PersonalName host;
  Timestamp time;
};

struct MemberStartEntry {
  Uuid member;
  MemberRole role = MemberRole::owner;
  std::int64_t pid = 0;
  std::uint64_t process_start = 0;
  std::string boot_id;
  PersonalName host;
  std::string live_file;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool local = true;
  Timestamp time;
};

struct ParamEntry {
  std::string name;
  Value value;
};

/// An absent value removes the tag.
struct TagEntry {
  std::string name;
  std::optional<std::string> value;
  Timestamp time;
};

struct NoteEntry {
  std::string text;
  Timestamp time;
};

/// `pattern` is a metric name in which `*` matches anything.
struct MetricDefinitionEntry {
  std::string pattern;
  Goal goal = Goal::none;
  std::string unit;
  std::string axis;
  Statistic summary = Statistic::automatic;
  bool deterministic = true;
};

/// The record's run, rank and attempt are the segment's.
struct ArtifactEntry {
  ArtifactRecord record;
};

struct DatasetEntry {
  DatasetRecord record;
};

struct SeedEntry {
  std::string stream;
  Value value;
  std::string source;
};

struct FieldsEntry {
  std::vector<CapturedField> fields;
};

/// Points that were not kept.
struct GapEntry {
  std::uint64_t dropped = 0;
  std::string reason;
  Timestamp time;
};

/// Anything else that was not kept, as one sentence.
struct LossEntry {
  std::string what;
  Timestamp time;
};

struct MemberEndEntry {
  Uuid member;
  Timestamp time;
};

/// Written by the owner alone.
struct RunEndEntry {
  RunState state = RunState::finished;  ///< finished or failed
  std::string reason;
  std::optional<int> exit_code;
  std::optional<int> signal;
  Timestamp time;
};

/// Binds the segment's monotonic clock to real time anew, as after a suspend.
struct AnchorEntry {
  std::int64_t monotonic_ns = 0;
  std::int64_t real_ns = 0;
};

/// The run goes on from an earlier point, as after loading a checkpoint: what this rank logged in
/// segments before this record's, from that point on, leaves the default view.
struct RewindEntry {
  std::string axis;       ///< the metric that says where; empty: the step
  std::int64_t step = 0;  ///< without an axis
  double value = 0;       ///< of the axis: from the first step on at which it reached this
  Timestamp time;
};

/// Of a kind or version that this library does not know: kept, shown, passed over.
struct UnknownEntry {
  std::uint8_t kind = 0;
  std::uint8_t version = 0;
  std::vector<std::byte> payload;
};

using JournalEntry =
    std::variant<SeriesEntry, RunStartEntry, MemberStartEntry, ParamEntry, TagEntry, NoteEntry,
                 MetricDefinitionEntry, ArtifactEntry, DatasetEntry, SeedEntry, FieldsEntry,
                 GapEntry, LossEntry, MemberEndEntry, RunEndEntry, AnchorEntry, RewindEntry,
                 UnknownEntry>;

}  // namespace track::schemas
