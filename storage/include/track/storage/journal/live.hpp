#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "track/schemas/ids.hpp"
#include "track/schemas/records.hpp"

namespace track::storage {

/// Ends the name of a forked child's file: its process has no say in how the run goes.
inline constexpr std::string_view k_forked_suffix = ".forked.live";
/// Ends the name of a file by which the ranks of one launch agree on their attempt.
inline constexpr std::string_view k_attempt_suffix = ".attempt";

/// What a lock tells of a process.
enum class Liveness : std::uint8_t { alive, dead, unjudgeable };

/// The `.live` file of one process in one run: an open-file-description lock that the
/// kernel drops when the process is gone, however it went.
///
/// Created locked under a temporary name and renamed; closed in forked children, so a
/// child that lives on never keeps its parent alive.
class LiveFile final {
 public:
  [[nodiscard]] static std::unique_ptr<LiveFile> create(
      const std::filesystem::path& journal_directory, const Uuid& member, mode_t mode,
      MemberRole role = MemberRole::owner);
  LiveFile(const LiveFile&) = delete;
  LiveFile& operator=(const LiveFile&) = delete;
  /// Unlocks and removes the file, in the process that made it only.
  ~LiveFile();

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::uint64_t device() const noexcept { return device_; }
  [[nodiscard]] std::uint64_t inode() const noexcept { return inode_; }

 private:
  class Lock;
  LiveFile();
  std::filesystem::path path_;
  std::string name_;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
  std::unique_ptr<Lock> lock_;
};

/// Judges a member by its lock (F_OFD_GETLK): alive or dead only on a local file system, and
/// only where the file is the one that was recorded (device, inode). Of another boot, or gone, it
/// is dead.
[[nodiscard]] Liveness probe(const std::filesystem::path& journals,
                             const MemberRecord& member) noexcept;

/// What the `.live` files of a run say whose names `counts` accepts, recorded or not: alive where
/// one is held, dead where none is, as where there is no directory.
[[nodiscard]] Liveness probe_files(const std::filesystem::path& journals, const RunId& run,
                                   const std::function<bool(const std::string&)>& counts);

/// This machine's boot id, and this process's start in clock ticks after boot.
[[nodiscard]] std::string boot_id();
[[nodiscard]] std::uint64_t process_start_ticks(pid_t pid);

}  // namespace track::storage
