#include <cstdlib>
#include <optional>

#include "fuzz_target.hpp"
#include "track/schemas/codec.hpp"
#include "track/schemas/error.hpp"

namespace track_test {
namespace {

namespace schemas = track::schemas;
using Bytes = std::vector<std::byte>;

/// As the input holds it: kind, version, payload.
Bytes framed(const schemas::EncodedEntry& entry) {
  Bytes bytes{std::byte{entry.kind}, std::byte{entry.version}};
  bytes.insert(bytes.end(), entry.payload.begin(), entry.payload.end());
  return bytes;
}

std::vector<schemas::JournalEntry> entries() {
  const track::Timestamp time{1'700'000'000'000};
  schemas::RunStartEntry start;
  start.name = "train-1a2b";
  start.experiment = "digits";
  start.parent = track::RunId{"0123456789abcdef"};
  start.user = {"aa", "someone"};
  start.time = time;
  schemas::MemberStartEntry member;
  member.pid = 4321;
  member.boot_id = "boot";
  member.live_file = "4321.live";
  schemas::ArtifactEntry artifact;
  artifact.record.name = "model";
  artifact.record.step = 7;
  schemas::DatasetEntry dataset;
  dataset.record.name = "train";
  schemas::RunEndEntry end;
  end.state = track::RunState::failed;
  end.reason = "exit code 3";
  end.exit_code = 3;
  return {
      schemas::SeriesEntry{5, {"val/recall", {{"slice", "digit=8"}}}},
      start,
      member,
      schemas::ParamEntry{"lr", track::Value(0.1)},
      schemas::ParamEntry{"layers", track::Value(std::int64_t{-3})},
      schemas::ParamEntry{"name", track::Value("text")},
      schemas::TagEntry{"team", std::nullopt, time},
      schemas::NoteEntry{"a note", time},
      schemas::MetricDefinitionEntry{"val/*", track::Goal::maximize, "%", "epoch", {}, false},
      artifact,
      dataset,
      schemas::SeedEntry{"init", track::Value(std::int64_t{42}), "given"},
      schemas::FieldsEntry{},
      schemas::GapEntry{12, "disk full", time},
      schemas::LossEntry{"an artifact", time},
      schemas::MemberEndEntry{{}, time},
      end,
      schemas::AnchorEntry{1, 2},
  };
}

}  // namespace

std::vector<Bytes> fuzz_samples() {
  std::vector<Bytes> samples;
  for (const auto& entry : entries()) {
    samples.push_back(framed(schemas::encode(entry)));
  }
  return samples;
}

/// What is understood must say the same when it is encoded and decoded again.
bool fuzz_one(std::span<const std::byte> input) {
  if (input.size() < 2) {
    return false;
  }
  std::optional<schemas::JournalEntry> entry;
  try {
    entry = schemas::decode(std::to_integer<std::uint8_t>(input[0]),
                            std::to_integer<std::uint8_t>(input[1]), input.subspan(2));
  } catch (const track::Error&) {
    return false;
  }
  const auto once = schemas::encode(*entry);
  const auto twice = schemas::encode(schemas::decode(once.kind, once.version, once.payload));
  if (framed(once) != framed(twice)) {
    std::abort();
  }
  return true;
}

}  // namespace track_test
