#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "fuzz_target.hpp"
#include "journal/packed_file.hpp"
#include "journal/packed_format.hpp"
#include "journal/segment_packer.hpp"
#include "track/schemas/codec.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/journal/reader.hpp"
#include "track/storage/journal/writer.hpp"
#include "track_test/temp_dir.hpp"

namespace track_test {
namespace {

namespace journal = track::storage::journal;
namespace schemas = track::schemas;
using Bytes = std::vector<std::byte>;

Bytes read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

/// What a packer makes of points of some series, with entries among them.
Bytes packed(int points, int series) {
  const TempDir directory;
  track::storage::JournalOptions options;
  options.directory = directory / "journal";
  options.run = track::RunId{"0123456789abcdef"};
  options.first_segment = 256UL << 10U;
  {
    const auto writer = track::storage::JournalWriter::open(options);
    for (int i = 0; i < points; ++i) {
      writer->append_point(writer->intern("m" + std::to_string(i * 7 % series)), i, 0.5 * i);
      if (i % 100 == 0) writer->append(schemas::ParamEntry{"p" + std::to_string(i), 0.1});
      if (i == 50) writer->append(schemas::AnchorEntry{1, 2});
    }
  }
  std::vector<std::string> problems;
  const auto path = track::storage::list_segments(options.directory, problems).at(0).path;
  const auto packer = journal::SegmentPacker::open(path, 0600);
  while (packer->step()) {
  }
  return read_bytes(path);
}

/// One file for all inputs: made anew it would cost more than what is tested.
class ScratchFile {
 public:
  ScratchFile() : path_("/proc/self/fd/" + std::to_string(fd_)) {
    if (fd_ < 0) std::abort();
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() { close(fd_); }
  journal::SegmentStart fill(std::span<const std::byte> bytes) const {
    if (pwrite(fd_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()) ||
        ftruncate(fd_, static_cast<off_t>(bytes.size())) != 0) {
      std::abort();
    }
    journal::SegmentStart start{track::storage::Fd(dup(fd_)), path_, bytes.size(), {}};
    const auto page = bytes.first(std::min(bytes.size(), journal::k_header_size));
    start.page.assign(page.begin(), page.end());
    return start;
  }

 private:
  int fd_ = memfd_create("packed", MFD_CLOEXEC);
  std::filesystem::path path_;
};

/// All of it, `limit` points at a time. Nothing where it says that it is damaged.
std::uint64_t read_all(journal::PackedFile& file, std::uint64_t limit) {
  std::uint64_t points = 0;
  for (std::uint64_t from = journal::k_header_size; from < file.committed();) {
    schemas::JournalBatch batch;
    const auto to = file.read(from, file.committed(), limit, batch);
    if (to <= from || to > file.committed()) std::abort();  // whoever reads on would never end
    from = to;
    for (const auto& columns : batch.points) {
      std::uint64_t whole = 0;
      for (const auto& chunk : columns.chunks) whole += chunk.count;
      if (columns.steps.size() != columns.values.size() || whole > columns.steps.size() ||
          columns.steps.size() != columns.times_ms.size()) {
        std::abort();
      }
      points += columns.steps.size();
    }
  }
  return points;
}

/// Whether it was understood.
bool read_both_ways(std::span<const std::byte> input) {
  static const ScratchFile scratch;
  auto start = scratch.fill(input);
  if (!journal::PackedFile::is_packed(start)) return false;
  try {
    auto file = journal::PackedFile::open(std::move(start));
    if (!file) return false;
    const auto whole = read_all(*file, UINT64_MAX);
    if (whole > journal::k_most_packed / journal::k_record_size) std::abort();
    if (read_all(*file, whole / 3 + 1) != whole) std::abort();
    return true;
  } catch (const track::Error&) {
    return false;
  }
}

}  // namespace

std::vector<Bytes> fuzz_samples() { return {packed(1, 1), packed(300, 1), packed(600, 5)}; }

/// As it is, and with the checksums of header and directory made right, so that what they protect
/// is reached.
bool fuzz_one(std::span<const std::byte> input) {
  const bool understood = read_both_ways(input);
  if (input.size() < journal::k_packed_header_size) return understood;
  Bytes repaired(input.begin(), input.end());
  journal::PackedHeader header;
  std::memcpy(&header, repaired.data(), sizeof header);
  if (header.directory_at <= repaired.size() &&
      header.directory_size <= repaired.size() - header.directory_at) {
    header.directory_crc =
        schemas::crc32c(std::span(repaired).subspan(header.directory_at, header.directory_size));
  }
  header.raw.crc = header_crc(header.raw);
  header.crc = packed_header_crc(header);
  std::memcpy(repaired.data(), &header, sizeof header);
  read_both_ways(repaired);
  return understood;
}

}  // namespace track_test
