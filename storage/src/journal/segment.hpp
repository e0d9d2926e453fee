#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>

#include "track/storage/file.hpp"

#include "journal/fork_guard.hpp"
#include "journal/format.hpp"

namespace track::storage::journal {

/// What room is wanted for: the last of it is for entries alone.
enum class Purpose : std::uint8_t { point, entry };

/// One segment file as its writer holds it.
///
/// Mapped, its memory is the file. Drained, where a file system's mmap or fallocate cannot be
/// trusted, its memory is private and drain() writes it out; what was not drained a SIGKILL loses.
/// Blocks are reserved by writing zeros, so that there too a full disk refuses points rather than
/// losing them.
///
/// A segment has no name until publish(), and vanishes with its process. It belongs to the process
/// that made it: in a forked child every member is a no-op and the destructor touches nothing.
///
/// Thread safety: one thread at a time writes records; populate(), sync() and drop_written() may
/// run beside it.
class Segment final {
 public:
  /// Allocates `capacity` bytes on disk before they are mapped, so that a write never meets a full
  /// disk. Throws Error.
  [[nodiscard]] static std::shared_ptr<Segment> create(const std::filesystem::path& directory,
                                                       std::uint64_t capacity, mode_t mode,
                                                       SegmentFlag flag);
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;
  ~Segment();

  /// Writes the header, whose crc is made here, and gives the file its name. Throws Error.
  void publish(FixedHeader header);

  [[nodiscard]] std::byte* base() const noexcept { return base_; }
  [[nodiscard]] std::uint64_t capacity() const noexcept { return capacity_; }
  /// Up to here writing needs no system call.
  [[nodiscard]] std::uint64_t populated() const noexcept {
    return populated_.load(std::memory_order_acquire);
  }
  [[nodiscard]] std::uint64_t committed() const noexcept;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] bool drained_mode() const noexcept { return flag_ == SegmentFlag::drained; }

  /// Readies memory, and blocks of the disk, up to `end`, behind which nothing may have been
  /// written yet. False, with errno, where the disk refused; for points, while it still has room
  /// for some entries.
  bool populate(std::uint64_t end, Purpose purpose) noexcept;
  /// Writes out what a drained segment holds in memory. False, with errno, where that failed.
  bool flush() noexcept;
  /// Adds to the dropped count, which is for the record's owner or under its lock.
  void add_dropped(std::uint64_t count) noexcept;
  void set_directory(std::uint64_t offset) noexcept;
  /// Nothing will be appended. With drained segments, writes out what is left; false where that
  /// failed.
  bool seal() noexcept;
  /// Gives back the room that a large sealed segment does not need: what lies behind its records
  /// is a hole from now on, and reads as the zeros that it was.
  void give_back_rest() noexcept;
  /// What memory holds of a drained segment and the disk does not.
  struct Unwritten {
    std::uint64_t points = 0;
    std::uint64_t entries = 0;
  };
  [[nodiscard]] Unwritten unwritten() noexcept;
  /// Makes what is committed durable. Returns how many bytes became so; throws Error{io}.
  std::uint64_t sync();
  /// Gives back the memory of pages that were written.
  bool drop_written() noexcept;
  /// Whether somebody removed the file while it was written.
  [[nodiscard]] bool is_removed() const noexcept;

 private:
  Segment() = default;
  void open(const std::filesystem::path& directory, mode_t mode);
  void allocate();
  void map();
  void name_file();
  [[nodiscard]] std::atomic_ref<std::uint64_t> word(std::size_t at) const noexcept;
  bool drain() noexcept;
  void populate_pages(std::uint64_t from, std::uint64_t to) noexcept;
  void fill_ahead(std::uint64_t from, std::uint64_t to) noexcept;
  /// Of a drained segment, which is not allocated as a whole.
  bool reserve_blocks(std::uint64_t end, Purpose purpose) noexcept;

  std::filesystem::path directory_;
  std::filesystem::path path_;       // empty until published
  std::filesystem::path temporary_;  // where the file system has no nameless files
  Fd fd_;                            // until published; large and drained segments keep it
  ForkClosed fork_closed_;           // a child that kept the file open would keep its space in use
  bool watched_ = false;
  std::byte* base_ = nullptr;
  std::uint64_t capacity_ = 0;
  SegmentFlag flag_ = SegmentFlag::mapped;
  std::uint64_t generation_ = 0;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
  std::atomic<std::uint64_t> populated_ = 0;  // grows under populate_mutex_ alone
  std::mutex populate_mutex_;                 // guards what follows
  std::uint64_t reserved_ = 0;                // bytes of a drained segment's file that have blocks
  std::mutex sync_mutex_;                     // one sync or drain at a time; guards what follows
  std::uint64_t drained_ = 0;
  std::uint64_t dropped_pages_ = 0;  // written pages before this offset are given back
};

}  // namespace track::storage::journal
