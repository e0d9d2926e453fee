#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "fuzz_target.hpp"
#include "journal/format.hpp"
#include "journal/slot_crc.hpp"
#include "track/schemas/codec.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/journal/live.hpp"
#include "track/storage/journal/reader.hpp"

namespace track_test {
namespace {

namespace format = track::storage::journal;
namespace schemas = track::schemas;
using Bytes = std::vector<std::byte>;

template <typename T>
void put(Bytes& bytes, std::size_t at, const T& value) {
  if (bytes.size() < at + sizeof value) bytes.resize(at + sizeof value);
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

template <typename T>
T get(std::span<const std::byte> bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

void put_slot(Bytes& bytes, std::uint64_t at, format::Slot slot, std::uint32_t salt) {
  slot.crc = format::slot_crc(slot, format::crc_seed(salt, at), false);
  put(bytes, at, slot);
}

void put_frame(Bytes& bytes, const schemas::JournalEntry& entry, std::uint32_t salt) {
  const auto encoded = schemas::encode(entry);
  const auto at = bytes.size();
  const auto crc = schemas::crc32c(encoded.payload, format::crc_seed(salt, at));
  put_slot(bytes, at,
           {.head = encoded.kind | 1U << 8U, .a = encoded.payload.size(), .time = 5, .b = crc},
           salt);
  bytes.insert(bytes.end(), encoded.payload.begin(), encoded.payload.end());
  bytes.resize(format::round_up(bytes.size(), format::k_record_size));
}

Bytes segment(const std::string& boot, std::uint64_t committed_less) {
  constexpr std::uint32_t k_salt = 0x12345678;
  Bytes bytes(format::k_header_size);
  format::FixedHeader header;
  header.capacity = 8192;
  header.salt = k_salt;
  format::put_text(header.run, "0123456789abcdef");
  format::put_text(header.boot, boot);
  header.crc = format::header_crc(header);
  put_frame(bytes, schemas::SeriesEntry{0, {"loss", {}}}, k_salt);
  const auto directory = bytes.size();
  put_frame(bytes, schemas::SeriesEntry{9, {"acc", {{"split", "val"}}}}, k_salt);
  for (std::uint64_t step = 0; step < 4; ++step) {
    put_slot(bytes, bytes.size(),
             {.head = format::point_head(step % 2 == 0 ? 0 : 9), .a = step, .time = 7, .b = step},
             k_salt);
  }
  put_frame(bytes, schemas::ParamEntry{"lr", 0.1}, k_salt);
  put_frame(bytes, schemas::AnchorEntry{1, 2}, k_salt);
  put(bytes, 0, header);
  put(bytes, format::k_committed_at, bytes.size() - committed_less);
  put(bytes, format::k_directory_at, std::uint64_t{directory});
  bytes.resize(format::round_up(bytes.size(), 4096));
  return bytes;
}

/// One file for all inputs: made anew it would cost more than what is tested.
class ScratchFile {
 public:
  ScratchFile() {
    std::string name = (std::filesystem::temp_directory_path() / "track-fuzz-XXXXXX").string();
    fd_ = mkstemp(name.data());
    if (fd_ < 0) std::abort();
    path_ = name;
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() {
    close(fd_);
    unlink(path_.c_str());
  }
  void fill(std::span<const std::byte> bytes) const {
    if (pwrite(fd_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()) ||
        ftruncate(fd_, static_cast<off_t>(bytes.size())) != 0) {
      std::abort();
    }
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  int fd_;
  std::filesystem::path path_;
};

std::uint64_t read_all(const track::storage::SegmentInfo& info, std::uint64_t limit) {
  std::uint64_t points = 0;
  for (std::uint64_t from = 0; from < info.committed;) {
    const auto batch = track::storage::read_segment(info, from, limit);
    if (batch.to <= from) std::abort();  // whoever reads on would never end
    from = batch.to;
    for (const auto& columns : batch.points) {
      if (columns.steps.size() != columns.values.size() ||
          columns.steps.size() != columns.times_ms.size())
        std::abort();
      points += columns.steps.size();
    }
  }
  return points;
}

/// Whether it was understood.
bool read_both_ways(std::span<const std::byte> input) {
  static const ScratchFile file;
  file.fill(input);
  try {
    const auto info = track::storage::read_segment_info(file.path());
    if (!info) return false;
    if (info->committed > input.size()) std::abort();
    const auto whole = read_all(*info, UINT64_MAX);
    if (read_all(*info, 1) > whole) std::abort();
    return true;
  } catch (const track::Error&) {
    return false;
  }
}

}  // namespace

std::vector<Bytes> fuzz_samples() {
  return {segment(track::storage::boot_id(), 0), segment(track::storage::boot_id(), 32),
          segment("another boot", 0)};
}

/// As it is, and with the crcs made right, so that what they protect is reached.
bool fuzz_one(std::span<const std::byte> input) {
  const bool understood = read_both_ways(input);
  if (input.size() < format::k_header_size) return understood;
  Bytes repaired(input.begin(), input.end());
  auto header = get<format::FixedHeader>(repaired, 0);
  header.crc = format::header_crc(header);
  put(repaired, 0, header);
  for (std::size_t at = format::k_header_size; at + format::k_record_size <= repaired.size();
       at += format::k_record_size) {
    auto slot = get<format::Slot>(repaired, at);
    if (format::kind_of(slot) == 0) continue;
    if (format::kind_of(slot) != format::k_point_kind &&
        slot.a <= repaired.size() - at - format::k_record_size) {
      const auto payload =
          std::span<const std::byte>(repaired).subspan(at + format::k_record_size, slot.a);
      const auto crc = schemas::crc32c(payload, format::crc_seed(header.salt, at));
      slot.b = (slot.b & ~std::uint64_t{UINT32_MAX}) | crc;
    }
    put_slot(repaired, at, slot, header.salt);
    if (format::kind_of(slot) != format::k_point_kind && slot.a < repaired.size() - at) {
      at += format::round_up(slot.a, format::k_record_size);
    }
  }
  read_both_ways(repaired);
  return understood;
}

}  // namespace track_test
