#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include "journal_fixture.hpp"
#include "track/schemas/error.hpp"

using namespace track::storage;
using track::SeriesKey;
using track::schemas::GapEntry;
using track::schemas::NoteEntry;
using track::schemas::ParamEntry;
using track_test::entries_of;
using track_test::Journal;
using track_test::read_journal;

TEST_CASE("points come back bit for bit, NaN payloads, -0.0 and extremes included", "[journal]") {
  const Journal journal;
  const std::vector<std::uint64_t> bits = {
      0x7ff8000000000001,
      0x7ff0000000000001,
      0xfff8dead0000beef,
      0x8000000000000000,
      0,
      1,
      0x7ff0000000000000,
      0xfff0000000000000,
      std::bit_cast<std::uint64_t>(std::numeric_limits<double>::max()),
      std::bit_cast<std::uint64_t>(std::numeric_limits<double>::denorm_min()),
      UINT64_MAX};
  const std::vector<std::int64_t> steps = {0, -1, 1,  INT64_MIN,     INT64_MAX, 7,
                                           7, 6,  -5, 1'000'000'007, 42};
  {
    const auto writer = JournalWriter::open(journal.options());
    const auto series = writer->intern("loss");
    for (std::size_t i = 0; i < bits.size(); ++i) {
      REQUIRE(writer->append_point(series, steps[i], std::bit_cast<double>(bits[i])));
    }
    CHECK(writer->stats().points == bits.size());
    CHECK(writer->stats().dropped == 0);
  }
  const auto content = read_journal(journal.path());
  REQUIRE(content.points.size() == 1);
  const auto& loss = content.points.at("loss");
  CHECK(loss.steps == steps);
  std::vector<std::uint64_t> read;
  for (const double value : loss.values) read.push_back(std::bit_cast<std::uint64_t>(value));
  CHECK(read == bits);
  CHECK(content.invalid == 0);
  CHECK(content.segments.at(0).sealed);
  CHECK_FALSE(content.segments.at(0).other_boot);
}

TEST_CASE("points carry the time at which they were logged, in order", "[journal]") {
  for (const bool precise : {false, true}) {
    const Journal journal;
    auto options = journal.options();
    options.precise_time = precise;
    const auto before = track::Clock::system().now().ms;
    {
      const auto writer = JournalWriter::open(options);
      for (int i = 0; i < 100; ++i) REQUIRE(writer->append_point(writer->intern("loss"), i, i));
    }
    const auto after = track::Clock::system().now().ms;
    const auto content = read_journal(journal.path());
    const auto& times = content.points.at("loss").times_ms;
    REQUIRE(times.size() == 100);
    CHECK(std::is_sorted(times.begin(), times.end()));
    CHECK(times.front() >= before - 20);  // the coarse clock lags by up to a tick
    CHECK(times.back() <= after + 1);
  }
}

TEST_CASE("a series is told from another by name and labels", "[journal]") {
  const Journal journal;
  {
    const auto writer = JournalWriter::open(journal.options());
    const auto plain = writer->intern("acc");
    const auto labelled = writer->intern(SeriesKey{"acc", {{"split", "val"}}});
    CHECK(plain != labelled);
    CHECK(writer->intern("acc") == plain);
    CHECK(writer->intern(SeriesKey{"acc", {}}) == plain);
    CHECK(writer->intern(SeriesKey{"acc", {{"split", "val"}}}) == labelled);
    const SeriesValue batch[] = {{plain, 1.0}, {labelled, 2.0}, {plain, 3.0}};
    CHECK(writer->append_points(5, batch) == 3);
    CHECK_FALSE(writer->append_point(99, 0, 0.0));
    CHECK(writer->stats().dropped == 1);
  }
  const auto content = read_journal(journal.path());
  REQUIRE(content.points.size() == 2);
  CHECK(content.points.at("acc").values == std::vector<double>{1.0, 3.0});
  const auto& labelled = content.points.at("acc{split=val}");
  CHECK(labelled.values == std::vector<double>{2.0});
  CHECK(labelled.times_ms.at(0) == content.points.at("acc").times_ms.at(0));
}

TEST_CASE("batches are kept whole over watermarks and full segments", "[journal]") {
  const Journal journal;
  auto options = journal.options();
  options.max_segment = 128 << 10;
  constexpr std::int64_t k_batches = 4000;
  {
    const auto writer = JournalWriter::open(options);
    std::vector<SeriesValue> values;
    for (int i = 0; i < 13; ++i) {
      values.push_back({writer->intern("m" + std::to_string(i)), i * 0.5});
    }
    for (std::int64_t step = 0; step < k_batches; ++step) {
      REQUIRE(writer->append_points(step, values) == values.size());
    }
    CHECK(writer->append_points(0, {}) == 0);
    const SeriesValue unknown[] = {{0, 1.0}, {99, 2.0}, {1, 3.0}};
    CHECK(writer->append_points(k_batches, unknown) == 2);
    CHECK(writer->stats().dropped == 1);
    CHECK(writer->stats().points == k_batches * 13 + 2);
  }
  const auto content = read_journal(journal.path());
  CHECK(content.invalid == 0);
  CHECK(content.point_count == k_batches * 13 + 2);
  for (const auto& [name, columns] : content.points) {
    REQUIRE(columns.steps.size() >= k_batches);
    for (std::int64_t step = 0; step < k_batches; ++step) {
      REQUIRE(columns.steps[static_cast<std::size_t>(step)] == step);
    }
  }
}

TEST_CASE("a journal in a relative directory is kept and synced", "[journal]") {
  const Journal journal;
  auto options = journal.options();
  options.directory = std::filesystem::relative(journal.path());
  const auto writer = JournalWriter::open(options);
  REQUIRE(writer->append_point(writer->intern("loss"), 1, 1));
  writer->sync();
  CHECK(read_journal(journal.path()).point_count == 1);
}

TEST_CASE("entries of every size come back between the points that surround them", "[journal]") {
  const Journal journal;
  const std::vector<std::size_t> sizes = {0, 1, 31, 32, 33, 4096, 70'000, 3'000'000};
  {
    const auto writer = JournalWriter::open(journal.options());
    for (const auto size : sizes) {
      REQUIRE(writer->append(NoteEntry{std::string(size, 'x'), {12345}}));
      REQUIRE(writer->append_point(writer->intern("loss"), static_cast<std::int64_t>(size), 0.5));
    }
    CHECK(writer->stats().entries == sizes.size());
  }
  const auto content = read_journal(journal.path());
  const auto notes = entries_of<NoteEntry>(content);
  REQUIRE(notes.size() == sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    CHECK(notes[i].text.size() == sizes[i]);
    CHECK(notes[i].time.ms == 12345);
  }
  CHECK(content.points.at("loss").steps.size() == sizes.size());
  CHECK(content.invalid == 0);
}

TEST_CASE("a segment that is full is followed by a greater one that explains itself", "[journal]") {
  const Journal journal;
  auto options = journal.options();
  options.max_segment = 256 << 10;
  constexpr int k_points = 50'000;
  {
    const auto writer = JournalWriter::open(options);
    const auto loss = writer->intern("loss");
    const auto acc = writer->intern("acc");
    for (int i = 0; i < k_points; ++i) REQUIRE(writer->append_point(i % 2 == 0 ? loss : acc, i, i));
    CHECK(writer->stats().rollovers >= 4);
  }
  const auto content = read_journal(journal.path());
  CHECK(content.point_count == k_points);
  CHECK(content.points.at("acc").steps.size() == k_points / 2);
  CHECK(std::is_sorted(content.points.at("loss").steps.begin(),
                       content.points.at("loss").steps.end()));
  std::uint64_t sequence = 0;
  std::uintmax_t previous = 0;
  for (const auto& segment : content.segments) {
    CHECK(segment.order.sequence == sequence++);
    CHECK(segment.sealed);
    const auto size = std::filesystem::file_size(segment.path);
    CHECK(size >= previous);
    CHECK(size <= options.max_segment);
    previous = size;
    CHECK(read_segment(segment, 0).points.size() == 2);
  }
}

TEST_CASE("a segment is read in parts as well as at once", "[journal]") {
  const Journal journal;
  {
    const auto writer = JournalWriter::open(journal.options());
    for (int i = 0; i < 3000; ++i) {
      REQUIRE(writer->append_point(writer->intern("m" + std::to_string(i % 7)), i, i));
      if (i % 100 == 0) REQUIRE(writer->append(NoteEntry{"note " + std::to_string(i), {}}));
    }
  }
  const auto whole = read_journal(journal.path());
  for (const std::uint64_t limit : {1U, 2U, 17U, 1000U}) {
    const auto parts = read_journal(journal.path(), limit);
    CHECK(parts.point_count == 3000);
    CHECK(parts.entries.size() == whole.entries.size());
    for (const auto& [name, columns] : whole.points)
      CHECK(parts.points.at(name).steps == columns.steps);
  }
}

TEST_CASE("writers side by side keep to their own segments", "[journal]") {
  const Journal first;
  const Journal second;
  {
    const auto one = JournalWriter::open(first.options());
    const auto two = JournalWriter::open(second.options());
    const auto a = one->intern("a");
    const auto b = two->intern("b");
    for (int i = 0; i < 1000; ++i) {
      REQUIRE(one->append_point(a, i, 1));
      REQUIRE(two->append_point(b, i, 2));
    }
  }
  CHECK(read_journal(first.path()).points.at("a").steps.size() == 1000);
  CHECK(read_journal(second.path()).points.at("b").steps.size() == 1000);
}

TEST_CASE("what is appended after the end is dropped and counted", "[journal]") {
  const Journal journal;
  const auto writer = JournalWriter::open(journal.options());
  const auto series = writer->intern("loss");
  REQUIRE(writer->append_point(series, 0, 0));
  writer->close();
  writer->close();
  CHECK_FALSE(writer->append_point(series, 1, 1));
  CHECK_FALSE(writer->append(NoteEntry{"late", {}}));
  std::thread([&] { CHECK_FALSE(writer->append_point(series, 2, 2)); }).join();
  CHECK(writer->stats().points == 1);
  CHECK(writer->stats().dropped == 2);
  CHECK(writer->stats().lost_entries == 1);
  CHECK(read_journal(journal.path()).point_count == 1);
}

TEST_CASE("a burst of ten million points is kept whole", "[journal]") {
  const Journal journal;
  constexpr std::uint64_t k_points = 10'000'000;
  {
    const auto writer = JournalWriter::open(journal.options());
    const auto series = writer->intern("loss");
    std::uint64_t refused = 0;
    for (std::uint64_t i = 0; i < k_points; ++i) {
      refused += writer->append_point(series, static_cast<std::int64_t>(i), static_cast<double>(i))
                     ? 0
                     : 1;
    }
    CHECK(refused == 0);
    CHECK(writer->stats().dropped == 0);
    CHECK(writer->stats().points == k_points);
  }
  std::vector<std::string> problems;
  std::uint64_t found = 0;
  for (const auto& segment : list_segments(journal.path(), problems)) {
    const auto batch = read_segment(segment, 0);
    CHECK(batch.invalid_records == 0);
    for (const auto& columns : batch.points) found += columns.steps.size();
  }
  CHECK(found == k_points);
}

TEST_CASE("a writer's labels go to every series that has none of that key", "[journal]") {
  const Journal journal;
  auto options = journal.options();
  options.labels = {{"rank", "3"}};
  {
    const auto writer = JournalWriter::open(options);
    const auto loss = writer->intern("loss");
    CHECK(writer->intern("loss") == loss);
    CHECK(writer->intern(SeriesKey{"loss", {}}) == loss);
    CHECK(writer->intern(SeriesKey{"loss", {{"rank", "3"}}}) == loss);
    writer->append_point(loss, 0, 1.0);
    writer->append_point(writer->intern(SeriesKey{"loss", {{"split", "val"}}}), 0, 2.0);
    writer->append_point(writer->intern(SeriesKey{"loss", {{"rank", "mine"}}}), 0, 3.0);
  }
  const auto content = read_journal(journal.path());
  CHECK(content.points.size() == 3);
  CHECK(content.points.at("loss{rank=3}").values == std::vector<double>{1.0});
  CHECK(content.points.at("loss{rank=3,split=val}").values == std::vector<double>{2.0});
  CHECK(content.points.at("loss{rank=mine}").values == std::vector<double>{3.0});
}
