#include "track/storage/journal/reader.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"
#include "track/storage/journal/live.hpp"

#include "journal/batch_builder.hpp"
#include "journal/packed_file.hpp"
#include "journal/segment_file.hpp"

namespace track::storage {
namespace {

using journal::PackedFile;
using journal::SegmentFile;
using journal::SegmentStart;

// Finds the end of the last valid record.
struct LastValid {
  std::uint64_t& at;
  std::uint64_t next;
  bool point(const journal::Slot&) noexcept {
    next += journal::k_record_size;
    at = next;
    return true;
  }
  bool frame(const journal::FoundFrame& frame) noexcept {
    next = frame.offset + journal::frame_size(frame.payload.size());
    at = next;
    return true;
  }
  void invalid(std::uint64_t slots) noexcept { next += slots * journal::k_record_size; }
};

// Pages reach the disk in any order, and the header may be older or newer than they are.
std::uint64_t scan_for_end(SegmentFile& file) {
  std::uint64_t end = journal::k_header_size;
  LastValid visitor{end, journal::k_header_size};
  file.scan(journal::k_header_size, file.size(), visitor);
  return file.committed_is_sane() ? std::max(end, file.committed()) : end;
}

template <typename File>
std::optional<SegmentInfo> header_info(const File& file, const std::string& boot) {
  const auto& header = file.header();
  const auto run = RunId::parse(journal::get_text(header.run));
  if (!run) return std::nullopt;
  SegmentInfo info{.path = file.path(),
                   .run = *run,
                   .segment = {header.segment},
                   .order = {.attempt = header.attempt,
                             .rank = header.rank,
                             .process_start = header.process_start,
                             .pid = header.pid,
                             .sequence = header.sequence},
                   .committed = file.committed(),
                   .dropped = file.dropped(),
                   .sealed = false,
                   .packed = false,
                   .other_boot = journal::get_text(header.boot) != boot};
  return info;
}

std::optional<SegmentInfo> packed_info(SegmentStart start, const std::string& boot) {
  const auto file = PackedFile::open(std::move(start));
  auto info = file ? header_info(*file, boot) : std::nullopt;
  if (info) info->sealed = info->packed = true;
  return info;
}

std::optional<SegmentInfo> raw_info(SegmentStart start, const std::string& boot) {
  auto file = SegmentFile::open(std::move(start));
  auto info = file ? header_info(*file, boot) : std::nullopt;
  if (!info) return std::nullopt;
  info->sealed = file->sealed();
  info->cut_short = !file->committed_is_sane();
  if (info->other_boot || !file->committed_is_sane()) info->committed = scan_for_end(*file);
  return info;
}

// Absent where it is no segment.
std::optional<SegmentInfo> find_info(const std::filesystem::path& path, const std::string& boot) {
  auto start = SegmentStart::open(path);
  if (!start) return std::nullopt;
  return PackedFile::is_packed(*start) ? packed_info(std::move(*start), boot)
                                       : raw_info(std::move(*start), boot);
}

/// Both forms answer where the reading stopped, at `end` or before.
std::uint64_t read_raw(SegmentFile& file, const SegmentInfo& info, std::uint64_t start,
                       std::uint64_t limit, schemas::JournalBatch& batch) {
  const auto end = std::min(info.committed, file.size());
  if (start >= end) return std::max(batch.from, info.committed);
  journal::BatchBuilder builder(batch, file.anchor(), limit,
                                (end - start) / journal::k_record_size);
  builder.restore(file, start, !info.other_boot);
  return file.scan(start, end, builder);
}

std::uint64_t read_packed(PackedFile& file, const SegmentInfo& info, std::uint64_t start,
                          std::uint64_t limit, schemas::JournalBatch& batch) {
  const auto end = std::min(info.committed, file.committed());
  if (start >= end) return std::max(batch.from, info.committed);
  return file.read(start, end, limit, batch);
}

std::vector<WalkEntry> children(const std::filesystem::path& directory) {
  std::vector<WalkEntry> entries;
  try {
    walk(directory, [&](const WalkEntry& entry) {
      entries.push_back(entry);
      return false;
    });
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  return entries;
}

}  // namespace

std::optional<SegmentInfo> read_segment_info(const std::filesystem::path& path) {
  return find_info(path, boot_id());
}

std::vector<SegmentInfo> list_segments(const std::filesystem::path& directory,
                                       std::vector<std::string>& problems) {
  std::vector<SegmentInfo> segments;
  const auto boot = boot_id();
  for (const auto& entry : children(directory)) {
    if (entry.path.extension() != ".seg") continue;
    try {
      if (auto info = find_info(entry.path, boot)) {
        segments.push_back(std::move(*info));
      } else {
        problems.push_back("cannot read '" + entry.path.string() +
                           "': it is no journal segment, or its header is damaged");
      }
    } catch (const Error& error) {
      if (error.code() != ErrorCode::not_found)
        problems.emplace_back(error.what());  // else ingested meanwhile
    }
  }
  std::stable_sort(segments.begin(), segments.end(),
                   [](const SegmentInfo& a, const SegmentInfo& b) { return a.order < b.order; });
  return segments;
}

schemas::JournalBatch read_segment(const SegmentInfo& info, std::uint64_t from,
                                   std::uint64_t limit) {
  schemas::JournalBatch batch{
      .run = info.run, .segment = info.segment, .order = info.order, .from = from, .to = from};
  batch.dropped = info.dropped;
  const auto start = journal::round_up(std::max<std::uint64_t>(from, journal::k_header_size),
                                       journal::k_record_size);
  limit = std::max<std::uint64_t>(limit, 1);
  // It may have been packed since it was listed.
  const auto read_as = [&](auto file, auto read) {
    if (!file || Uuid{file->header().segment} != info.segment) {
      throw Error(ErrorCode::corrupt,
                  "cannot read '" + info.path.string() + "': its header changed");
    }
    batch.to = read(*file, info, start, limit, batch);
  };
  auto opened = SegmentStart::open(info.path);
  if (opened && PackedFile::is_packed(*opened)) {
    read_as(PackedFile::open(std::move(*opened)), read_packed);
  } else {
    read_as(opened ? SegmentFile::open(std::move(*opened)) : std::nullopt, read_raw);
  }
  batch.sealed = info.sealed && batch.to >= info.committed;
  return batch;
}

std::vector<RunId> list_journal_runs(const std::filesystem::path& journals) {
  std::vector<RunId> runs;
  for (const auto& entry : children(journals)) {
    if (!S_ISDIR(entry.mode)) continue;
    if (auto run = RunId::parse(entry.path.filename().string())) runs.push_back(std::move(*run));
  }
  return runs;
}

}  // namespace track::storage
