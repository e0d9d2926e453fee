#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "fuzz_target.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/journal/reader.hpp"
#include "track/storage/journal/writer.hpp"
#include "track_test/temp_dir.hpp"

namespace track_test {
namespace {

using Bytes = std::vector<std::byte>;

/// One file for all inputs, written anew for each: a reader opens a path.
std::filesystem::path write_file(std::span<const std::byte> bytes) {
  static const TempDir directory;
  std::ofstream file(directory / "input.seg", std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
  if (!file.flush()) {
    throw std::system_error(errno, std::generic_category(), "cannot write the input");
  }
  return directory / "input.seg";
}

Bytes read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

std::vector<Bytes> fuzz_samples() {
  const TempDir directory;
  track::storage::JournalOptions options;
  options.directory = directory.path();
  options.run = track::RunId{"0123456789abcdef"};
  options.first_segment = 8UL << 10;
  options.max_segment = 8UL << 10;
  {
    const auto journal = track::storage::JournalWriter::open(options);
    const auto loss = journal->intern("loss");
    const auto recall = journal->intern({"recall", {{"slice", "digit=8"}}});
    journal->append(track::schemas::ParamEntry{"lr", track::Value(0.1)});
    for (std::int64_t step = 0; step < 400; ++step) {
      journal->append_point(loss, step, 1.0 / static_cast<double>(step + 1));
      journal->append_point(recall, step, 0.5);
    }
    journal->append(track::schemas::NoteEntry{"done", {}});
  }
  std::vector<Bytes> samples;
  std::vector<std::string> problems;
  for (const auto& segment : track::storage::list_segments(directory.path(), problems)) {
    samples.push_back(read_file(segment.path));
  }
  return samples;
}

/// Whatever a file holds, a reader gives what it can and claims no byte that is not there.
bool fuzz_one(std::span<const std::byte> input) {
  const auto path = write_file(input);
  try {
    const auto info = track::storage::read_segment_info(path);
    if (!info) {
      return false;
    }
    if (info->committed > input.size()) {
      std::abort();
    }
    (void)track::storage::read_segment(*info, 0);
    (void)track::storage::read_segment(*info, info->committed / 2, 10);
    return true;
  } catch (const track::Error&) {
    return false;
  }
}

}  // namespace track_test
