#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <variant>
#include <vector>

#include "catalog/ingest_pass.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/journal_entry.hpp"
#include "track/storage/file.hpp"
#include "track/storage/journal/live.hpp"

// What is different about journals that lie in an inbox or a spool.

namespace track::storage {
namespace {

bool is_lock(const std::filesystem::path& path) {
  return path.filename().string().find(".live") != std::string::npos;
}

/// What lies in a run's directory; nothing where that is gone.
std::vector<WalkEntry> entries_of(const std::filesystem::path& directory) {
  std::vector<WalkEntry> entries;
  if (!stat_entry(directory)) return entries;
  walk(directory, [&](const WalkEntry& entry) {
    entries.push_back(entry);
    return false;
  });
  return entries;
}

/// Copies a file under its name, durably. What has the name already stays, and is Error{conflict}.
void copy_beside(const std::filesystem::path& from, const std::filesystem::path& to, mode_t mode) {
  if (stat_entry(to))
    throw Error(ErrorCode::conflict,
                "cannot take '" + from.string() + "': '" + to.string() + "' exists");
  const auto in = open_file(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  auto temporary = to;
  temporary += ".tmp";
  const auto out = open_file(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode);
  std::vector<std::byte> buffer(std::size_t{1} << 20U);
  std::uint64_t offset = 0;
  while (const auto size = read_at(in.get(), buffer, offset, from)) {
    write_all(out.get(), std::span(buffer).first(size), temporary);
    offset += size;
  }
  (void)::fchmod(out.get(), mode);  // against the umask
  sync_file(out.get(), temporary);
  std::filesystem::rename(temporary, to);
  sync_directory(to.parent_path());
}

}  // namespace

bool IngestPass::is_running_elsewhere(const RunId& run) {
  const auto any = [](const std::string&) { return true; };
  const bool running = probe_files(layout_.journals(), run, any) == Liveness::alive;
  if (running) {
    waiting_.insert(run);
    report_.waiting.push_back("run " + run.value + ": it is still being written in '" +
                              layout_.root.string() + "'");
  }
  return running;
}

// The catalog looks for locks among the store's own journals, where these are not: of a process
// that is known to be dead nothing is missed, of any other it must not be believed.
void IngestPass::forget_locks(schemas::JournalBatch& batch) const {
  for (auto& entry : batch.entries) {
    auto* const start = std::get_if<schemas::MemberStartEntry>(&entry);
    if (start == nullptr) continue;
    MemberRecord member;
    member.run = batch.run;
    member.live_file = start->live_file;
    member.boot_id = start->boot_id;
    member.device = start->device;
    member.inode = start->inode;
    member.local = start->local;
    // Without its lock, that another machine's process is dead is a guess.
    const bool lies_here = stat_entry(layout_.journal(batch.run) / start->live_file).has_value();
    const bool known = lies_here || start->boot_id == boot_id();
    if (!known || probe(layout_.journals(), member) != Liveness::dead) start->live_file.clear();
  }
}

/// Whether the process will never write again.
bool IngestPass::is_gone(const MemberRecord& member) const {
  if (member.end) return true;
  if (member.boot_id != boot_id()) return member.local && is_local_file_system(layout_.journals());
  return probe(layout_.journals(), member) == Liveness::dead;
}

void IngestPass::remove_elsewhere(const RunId& run, std::span<const MemberRecord> members) {
  if (!std::all_of(members.begin(), members.end(), [&](const auto& m) { return is_gone(m); }))
    return;
  const auto directory = layout_.journal(run);
  for (const auto& entry : entries_of(directory)) {
    if (entry.path.extension() == ".seg") return;  // somebody came back
    if (!is_lock(entry.path) && !hand_over(run, entry.path)) return;
    if (!unlink_file(entry.path)) return;
  }
  ::rmdir(directory.c_str());
}

/// What a program printed lies beside its journal until it is stored: so it does in the store then.
bool IngestPass::hand_over(const RunId& run, const std::filesystem::path& file) {
  const auto entry = stat_entry(file);
  if (!entry || !S_ISREG(entry->mode)) return false;
  try {
    create_directories(store_->journal(run), store_->directory_mode());
    copy_beside(file, store_->journal(run) / file.filename(), store_->file_mode());
    return true;
  } catch (const std::exception& error) {
    report_.problems.push_back("run " + run.value + ": " + error.what());
    return false;
  }
}

}  // namespace track::storage
