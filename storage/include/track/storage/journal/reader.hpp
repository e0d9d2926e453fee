#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "track/schemas/ids.hpp"
#include "track/schemas/journal_batch.hpp"

namespace track::storage {

/// What a segment's header says. Untrusted: everything is checked before use.
struct SegmentInfo {
  std::filesystem::path path;
  RunId run;
  Uuid segment;
  schemas::SegmentOrder order;
  std::uint64_t committed =
      0;  ///< bytes that hold records, by the header or, after a reboot, by scanning
  std::uint64_t dropped = 0;
  bool sealed = false;
  bool packed = false;      ///< re-encoded by its writer, and so sealed
  bool other_boot = false;  ///< the writer's kernel is gone: only crcs are trusted
  /// The file is shorter than its header says: one that is just being copied, or damaged.
  bool cut_short = false;
};

/// The segments below journals/<run>, in the order of all. A file that is no segment, or
/// of a newer major version, is named in `problems` and left out. A directory that is gone is
/// empty.
[[nodiscard]] std::vector<SegmentInfo> list_segments(const std::filesystem::path& directory,
                                                     std::vector<std::string>& problems);
/// Header of one file; nothing where it is no segment. Throws Error{unsupported} on a newer major
/// version.
[[nodiscard]] std::optional<SegmentInfo> read_segment_info(const std::filesystem::path& path);

/// Reads records from byte `from` up to the committed length, at most about `limit` points.
///
/// Offsets are those of the raw segment, packed or not, so that a cursor goes on to hold when a
/// writer packs a segment meanwhile.
///
/// Records that fail their crc are counted and passed over. Series names come from the
/// segment itself, so it reads from its start where needed. A reader takes no lock and
/// costs the writer nothing. Throws Error{io, corrupt}.
[[nodiscard]] schemas::JournalBatch read_segment(const SegmentInfo& info, std::uint64_t from,
                                                 std::uint64_t limit = UINT64_MAX);

/// The runs that have a directory below journals/.
[[nodiscard]] std::vector<RunId> list_journal_runs(const std::filesystem::path& journals);

}  // namespace track::storage
