#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "track/schemas/journal_entry.hpp"
#include "track/storage/file.hpp"
#include "track/storage/journal/reader.hpp"

#include "journal/format.hpp"
#include "journal/slot_crc.hpp"
#include "journal/time_anchor.hpp"

namespace track::storage::journal {

/// A framed record as it was found.
struct FoundFrame {
  std::uint64_t offset = 0;
  Slot first;
  std::span<const std::byte> payload;  ///< until the next record is read
  [[nodiscard]] std::uint8_t version() const noexcept {
    return static_cast<std::uint8_t>(first.head >> 8U);
  }
  /// Where the directory record before this one lies; 0: none.
  [[nodiscard]] std::uint64_t link() const noexcept { return (first.b >> 32U) * k_record_size; }
};

/// A segment's file and its first page, before it is known which form it has.
struct SegmentStart {
  Fd fd;
  std::filesystem::path path;
  std::uint64_t size = 0;
  std::vector<std::byte> page;  ///< shorter where the file is

  /// Nothing where it is no regular file. Throws Error{not_found, io, permission}.
  [[nodiscard]] static std::optional<SegmentStart> open(const std::filesystem::path& path);
};

/// A raw segment open for reading, by pread alone: a file that shrinks is a short read, never a
/// signal.
///
/// All that it holds is untrusted.
class SegmentFile final {
 public:
  /// Nothing where it is no raw segment. Throws Error{io, unsupported}.
  [[nodiscard]] static std::optional<SegmentFile> open(SegmentStart start);

  [[nodiscard]] const FixedHeader& header() const noexcept { return header_; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// Bytes of the file in whole slots.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] bool sealed() const noexcept { return sealed_; }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }
  /// What the header says; size() where that cannot be.
  [[nodiscard]] std::uint64_t committed() const noexcept { return committed_; }
  [[nodiscard]] bool committed_is_sane() const noexcept { return committed_is_sane_; }
  /// The last directory record as of now; 0: none.
  [[nodiscard]] std::uint64_t directory() const;
  [[nodiscard]] TimeAnchor anchor() const noexcept {
    return {header_.anchor_monotonic, header_.anchor_real};
  }

  /// Reads records from `from` to `end` in turn. `visitor` has
  ///   bool point(const Slot&)            false: stop behind it
  ///   bool frame(const FoundFrame&)      the same
  ///   void invalid(std::uint64_t slots)
  /// Answers where it stopped.
  template <typename Visitor>
  std::uint64_t scan(std::uint64_t from, std::uint64_t end, Visitor& visitor);

  /// Whole slots from `offset` on, at least one, as they lie there; none where the file ends
  /// before.
  [[nodiscard]] std::span<const std::byte> slots(std::uint64_t offset, std::uint64_t end);
  [[nodiscard]] int descriptor() const noexcept { return fd_.get(); }
  /// Whether nobody has taken its name away.
  [[nodiscard]] bool is_named() const noexcept;

  /// One framed record; its payload lies in this object until the next call. Nothing where it is
  /// invalid.
  [[nodiscard]] std::optional<FoundFrame> frame_at(std::uint64_t offset);

 private:
  SegmentFile() = default;
  bool read_header(std::span<const std::byte> page);
  /// At least `count` bytes at `offset`, or an empty span where the file ends before.
  std::span<const std::byte> window(std::uint64_t offset, std::uint64_t count, std::uint64_t end);
  [[nodiscard]] bool is_valid(const Slot& slot, std::uint64_t offset) const noexcept {
    return kind_of(slot) != 0 &&
           slot_crc(slot, crc_seed(header_.salt, offset), crc_instruction_) == slot.crc;
  }
  [[nodiscard]] bool payload_fits(const Slot& slot, std::uint64_t offset,
                                  std::uint64_t end) const noexcept {
    return slot.a <= k_max_payload && frame_size(slot.a) <= end - offset;
  }
  /// Nothing where its crc fails.
  [[nodiscard]] std::optional<FoundFrame> check_frame(const Slot& slot, std::uint64_t offset,
                                                      std::uint64_t end);

  Fd fd_;
  std::filesystem::path path_;
  FixedHeader header_;
  std::uint64_t size_ = 0;
  std::uint64_t committed_ = 0;
  std::uint64_t dropped_ = 0;
  bool committed_is_sane_ = false;
  bool sealed_ = false;
  bool crc_instruction_ = has_crc_instruction();
  std::vector<std::byte> buffer_;
  std::uint64_t buffer_at_ = 0;
  std::size_t buffer_size_ = 0;
};

template <typename Visitor>
std::uint64_t SegmentFile::scan(std::uint64_t from, std::uint64_t end, Visitor& visitor) {
  auto at = from;
  while (at < end) {
    const auto bytes = window(at, k_record_size, end);
    if (bytes.empty()) {  // the file is shorter than it was: what is gone is gone
      visitor.invalid((end - at) / k_record_size);
      return end;
    }
    const auto whole = bytes.size() / k_record_size;
    for (std::size_t i = 0; i < whole; ++i) {
      Slot slot;
      std::memcpy(&slot, bytes.data() + i * k_record_size, sizeof slot);
      if (!is_valid(slot, at)) {
        visitor.invalid(1);
        at += k_record_size;
        continue;
      }
      if (kind_of(slot) == k_point_kind) {
        at += k_record_size;
        if (!visitor.point(slot)) return at;
        continue;
      }
      if (!payload_fits(slot, at, end)) {
        visitor.invalid(1);
        at += k_record_size;
        continue;
      }
      const auto frame = check_frame(slot, at, end);
      at += frame_size(slot.a);
      if (!frame) {
        visitor.invalid(frame_size(slot.a) / k_record_size);
      } else if (!visitor.frame(*frame)) {
        return at;
      }
      break;  // the window may have moved
    }
  }
  return at;
}

}  // namespace track::storage::journal
