#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "track/storage/journal/reader.hpp"
#include "track/storage/journal/writer.hpp"
#include "track_test/temp_dir.hpp"

namespace track_test {

/// A run's journal in a directory of its own.
struct Journal {
  TempDir directory;
  track::RunId run = track::RunId::random();

  [[nodiscard]] std::filesystem::path path() const { return directory / run.value; }

  [[nodiscard]] track::storage::JournalOptions options() const {
    track::storage::JournalOptions options;
    options.directory = path();
    options.run = run;
    options.host = "host";
    return options;
  }
};

/// All that a journal holds, segment after segment.
struct JournalContent {
  std::vector<track::storage::SegmentInfo> segments;
  std::vector<track::schemas::JournalEntry> entries;
  std::map<std::string, track::schemas::PointColumns> points;  ///< by series
  std::uint64_t point_count = 0;
  std::uint64_t invalid = 0;
  std::uint64_t dropped = 0;
  std::vector<std::string> problems;
};

[[nodiscard]] inline JournalContent read_journal(const std::filesystem::path& directory,
                                                 std::uint64_t limit = UINT64_MAX) {
  JournalContent content;
  content.segments = track::storage::list_segments(directory, content.problems);
  for (const auto& segment : content.segments) {
    for (std::uint64_t from = 0; from < segment.committed;) {
      auto batch = track::storage::read_segment(segment, from, limit);
      from = batch.to;
      content.invalid += batch.invalid_records;
      for (auto& entry : batch.entries) content.entries.push_back(std::move(entry));
      for (auto& columns : batch.points) {
        content.point_count += columns.steps.size();
        auto& all = content.points[columns.series.to_string()];
        all.series = columns.series;
        all.steps.insert(all.steps.end(), columns.steps.begin(), columns.steps.end());
        all.times_ms.insert(all.times_ms.end(), columns.times_ms.begin(), columns.times_ms.end());
        all.values.insert(all.values.end(), columns.values.begin(), columns.values.end());
      }
    }
    content.dropped += segment.dropped;
  }
  return content;
}

template <typename Entry>
[[nodiscard]] std::vector<Entry> entries_of(const JournalContent& content) {
  std::vector<Entry> found;
  for (const auto& entry : content.entries) {
    if (const auto* typed = std::get_if<Entry>(&entry)) found.push_back(*typed);
  }
  return found;
}

}  // namespace track_test
