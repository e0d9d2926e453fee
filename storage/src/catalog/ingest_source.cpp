#include "catalog/ingest_source.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iterator>
#include <optional>
#include <utility>

#include "catalog/ingest_pass.hpp"
#include "file/errno.hpp"
#include "objects/import.hpp"
#include "objects/lease.hpp"
#include "objects/pack_folder.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"
#include "track/storage/journal/reader.hpp"

namespace track::storage {
namespace {

constexpr int k_lock_wait_ms = 10'000;

void append(std::vector<std::string>& to, std::vector<std::string> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

/// A link would lead whoever ingests, with rights of their own, out of what was left for them.
void refuse_links(const StoreLayout& source) {
  for (const auto& path :
       {source.root, source.journals(), source.objects(), source.objects() / "packs"}) {
    const auto entry = stat_entry(path);
    if (!entry || S_ISDIR(entry->mode)) continue;
    throw Error(ErrorCode::permission, "cannot take '" + source.root.string() + "': '" +
                                           path.string() + "' is no directory");
  }
}

/// Packs that lie in the store, too. Only once no journal is left: a process that is still there
/// may be about to name what is in them.
void remove_packs(const StoreLayout& source, const std::vector<Uuid>& packs) {
  if (!list_journal_runs(source.journals()).empty()) return;
  const PackFolder folder(source);
  for (const auto& pack : packs) {
    if (::unlink(folder.path_of(pack).c_str()) != 0 && errno != ENOENT)
      throw_errno("remove", folder.path_of(pack), errno);
    ::rmdir(folder.directory_of(pack).c_str());  // fails, as it should, where there are more
  }
}

bool is_empty(const StoreLayout& source) {
  return list_journal_runs(source.journals()).empty() && PackFolder(source).list().empty();
}

/// Renamed first, so that who comes just now finds nothing there rather than half of it.
void remove_source(const StoreLayout& source) {
  const auto catalog = stat_entry(source.catalog_db());
  if (!is_empty(source) || (catalog && catalog->size > 0)) return;
  StoreLayout aside = source;
  aside.root = source.root.parent_path() / ("." + source.root.filename().string() + ".taken");
  if (std::rename(source.root.c_str(), aside.root.c_str()) != 0) return;
  if (is_empty(aside)) {
    remove_tree(aside.root);
  } else {
    (void)std::rename(aside.root.c_str(), source.root.c_str());
  }
}

}  // namespace

void report_untaken(std::vector<std::string>& problems, const StoreLayout& source,
                    const std::string& cause) {
  const bool laid_out = stat_entry(source.journals()).has_value();
  const auto runs = laid_out ? list_journal_runs(source.journals()) : std::vector<RunId>();
  if (runs.empty()) problems.push_back(cause);
  for (const auto& run : runs) problems.push_back("run " + run.value + ": " + cause);
}

void check_source(const StoreLayout& store, const StoreLayout& source) {
  refuse_links(source);
  source.check();
  if (store.shared) return;
  struct stat of_source {};
  struct stat of_store {};
  if (::lstat(source.root.c_str(), &of_source) != 0) throw_errno("read", source.root, errno);
  if (::stat(store.root.c_str(), &of_store) != 0) throw_errno("read", store.root, errno);
  if (of_source.st_uid == of_store.st_uid || of_source.st_uid == ::geteuid()) return;
  throw Error(ErrorCode::permission,
              "cannot take '" + source.root.string() + "': it belongs to another user",
              "chown it, or copy it as the owner of the store");
}

void add_report(IngestReport& sum, IngestReport report) {
  sum.runs += report.runs;
  sum.segments += report.segments;
  sum.entries += report.entries;
  sum.points += report.points;
  sum.conflicts += report.conflicts;
  sum.invalid_records += report.invalid_records;
  sum.packs += report.packs;
  append(sum.problems, std::move(report.problems));
  append(sum.waiting, std::move(report.waiting));
}

IngestReport take_source(const StoreLayout& store, Catalog& catalog, const StoreLayout& source,
                         Taken taken, const Progress& progress) {
  refuse_links(source);
  std::optional<Fd> lock;
  if (taken == Taken::removed) {
    lock = lock_file(source.ingest_lock(), source.file_mode(), k_lock_wait_ms);
    if (!lock)
      throw Error(ErrorCode::busy, "cannot take '" + source.root.string() +
                                       "': another process takes what lies there");
  }
  // Packs first: what a journal names is there before the catalog names it, and gc leaves it alone
  // as long as the lease is held.
  const Lease lease(store, 0);
  auto packs = import_packs(source, store, lease);
  const auto runs = list_journal_runs(source.journals());
  IngestPass pass(source, store, catalog, progress);
  pass.take_content(runs);
  if (taken == Taken::removed) {
    pass.clear_consumed(runs);
    remove_packs(source, packs.packs);
  }
  auto report = pass.report();
  report.packs = packs.copied;
  append(report.problems, std::move(packs.problems));
  return report;
}

std::vector<std::filesystem::path> list_inbox(const StoreLayout& store) {
  std::vector<std::filesystem::path> found;
  if (!stat_entry(store.inbox())) return found;
  walk(store.inbox(), [&](const WalkEntry& entry) {
    if (entry.path.filename().string().front() != '.') found.push_back(entry.path);
    return false;
  });
  return found;
}

void take_inbox(const StoreLayout& store, Catalog& catalog, const Progress& progress,
                IngestReport& report) {
  for (const auto& path : list_inbox(store)) {
    const StoreLayout source{path, store.shared};
    try {
      check_source(store, source);
      add_report(report, take_source(store, catalog, source, Taken::removed, progress));
      remove_source(source);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::inconclusive) throw;  // it was stopped
      report_untaken(report.problems, source, error.what());
    }
  }
}

}  // namespace track::storage
