#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "catalog/ingest_pass.hpp"
#include "journal/packed_format.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"
#include "track/storage/journal/live.hpp"

namespace track::storage {
namespace {

/// What lies in a directory, not below.
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> paths;
  walk(directory, [&](const WalkEntry& entry) {
    paths.push_back(entry.path);
    return false;
  });
  return paths;
}

}  // namespace

void IngestPass::clear_consumed(std::span<const RunId> runs) {
  for (std::size_t i = 0; i < runs.size(); ++i) {
    report_progress("clear journals", i, runs.size());
    if (waiting_.contains(runs[i])) continue;
    try {
      clear_run(runs[i]);
    } catch (const Error& error) {
      // What stays is cleared another time; the catalog has it already.
      if (error.code() == ErrorCode::busy || error.code() == ErrorCode::unsupported ||
          error.code() == ErrorCode::corrupt) {
        throw;
      }
      record_problem("run " + runs[i].value, error.what());
    }
  }
}

bool IngestPass::is_consumed(const SegmentInfo& info) const {
  return catalog_.cursor(info.segment).value_or(0) >= info.committed;
}

/// The writer is gone when its lock is, or the kernel that it ran under; the writer that cannot be
/// found or judged may still append.
///
/// One process may have been in the run before and be in it again, as a member that the catalog
/// does not know yet. Its .live file was there before its segment, which was listed before this.
bool IngestPass::has_dead_writer(const SegmentInfo& info,
                                 std::span<const MemberRecord> members) const {
  const auto has_its_number = [&](const MemberRecord& member) {
    return member.pid == info.order.pid && member.process_start == info.order.process_start;
  };
  if (info.other_boot) {
    // To a host that writes over the network this disk is not a local one, and it may go on.
    const bool over_network = std::any_of(members.begin(), members.end(), [&](const auto& member) {
      return has_its_number(member) && !member.local && !member.end;
    });
    return is_local_file_system(layout_.journals()) && !over_network;
  }
  const auto wrote = [&](const MemberRecord& member) {
    return has_its_number(member) && member.boot_id == boot_id();
  };
  bool known = false;
  std::set<std::string> others;
  for (const auto& member : members) {
    if (!wrote(member)) {
      others.insert(member.live_file);
    } else if (probe(layout_.journals(), member) == Liveness::dead) {
      known = true;
    } else {
      return false;
    }
  }
  return known && !has_live_file(info.run, others);
}

/// Whether some process may hold a .live file of the run other than those `besides`.
bool IngestPass::has_live_file(const RunId& run, const std::set<std::string>& besides) const {
  return probe_files(layout_.journals(), run, [&](const std::string& name) {
           return !besides.contains(name);
         }) != Liveness::dead;
}

/// Takes what a dead writer left after it was last read, and marks that nothing will follow.
void IngestPass::close_segment(const SegmentInfo& info) {
  const auto last = read_segment_info(info.path);
  if (!last) return;
  take_segment(*last);
  flush();
  if (!is_consumed(*last)) return;  // part of it could not be taken: the file stays
  const auto end = catalog_.cursor(last->segment).value_or(0);
  add({.run = last->run,
       .segment = last->segment,
       .order = last->order,
       .from = end,
       .to = end,
       .sealed = true,
       .dropped = last->dropped});
  flush();
}

void IngestPass::clear_run(const RunId& run) {
  const auto members = catalog_.members(run);
  bool empty = true;
  for (const auto& info : segments_of(run)) {
    bool final = info.sealed;
    if (!final && has_dead_writer(info, members)) {
      close_segment(info);
      final = true;
    }
    // The cursor that says so was committed with synchronous = FULL: it is durable.
    const auto last = final ? read_segment_info(info.path) : std::nullopt;
    // What is cut short elsewhere may be a copy that is still being made.
    const bool whole = last && !(is_elsewhere() && last->cut_short);
    if (!whole || !is_consumed(*last) || !unlink_file(info.path)) empty = false;
  }
  if (!empty) return;
  if (is_elsewhere()) {
    remove_elsewhere(run, members);
  } else {
    remove_directory(run, members);
  }
}

bool IngestPass::unlink_file(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return true;
  record_problem(path.string(), std::string("cannot be removed: ") + std::strerror(errno));
  return false;
}

/// Only where every process that was ever in the run is gone, and nothing else lies there.
void IngestPass::remove_directory(const RunId& run, std::span<const MemberRecord> members) {
  const bool all_gone =
      !members.empty() && std::all_of(members.begin(), members.end(), [&](const auto& member) {
        return probe(layout_.journals(), member) == Liveness::dead;
      });
  if (!all_gone) return;
  const auto directory = layout_.journal(run);
  const auto entries = entries_of(directory);
  const bool all_known = std::all_of(entries.begin(), entries.end(), [&](const auto& path) {
    // Also what a process left that was killed while it packed a segment, which is ingested.
    const auto extension = path.extension();
    return extension == k_attempt_suffix || extension == journal::k_packing_extension ||
           std::any_of(members.begin(), members.end(),
                       [&](const auto& member) { return path.filename() == member.live_file; });
  });
  if (!all_known) return;  // a process that starts just now, or a file that is no journal
  for (const auto& path : entries) unlink_file(path);
  // Fails, as it should, where somebody has joined meanwhile.
  ::rmdir(directory.c_str());
}

}  // namespace track::storage
