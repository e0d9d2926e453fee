#include "objects/garbage.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_map>

#include "objects/lease.hpp"
#include "objects/mark.hpp"
#include "objects/progress_report.hpp"
#include "objects/repack.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/time.hpp"
#include "track/storage/file.hpp"

namespace track::storage {
namespace {

class Garbage final {
 public:
  Garbage(PackedStore& store, const std::function<DigestSet()>& roots, const GcOptions& options)
      : store_(store),
        index_(store.index()),
        reader_(store.index(), store.folder()),
        roots_(roots),
        options_(options),
        now_ms_(Clock::system().now().ms) {
    report_.dry_run = options.dry_run;
  }

  GcReport run() {
    store_.adopt_unknown();
    if (options_.dry_run) {
      explain();
      return std::move(report_);
    }
    const auto lock = lock_packs(store_.layout());
    remove_gone_packs(store_, Leftover::unlink);
    remove_abandoned();
    condemn();
    sweep();
    rewrite_sparse();
    return std::move(report_);
  }

 private:
  void explain();
  void explain_row(const RecordRow& row, bool reached);
  void remove_abandoned();
  void condemn();
  void sweep();
  void sweep_rows(const Reachable& reachable);
  void rewrite_sparse();
  [[nodiscard]] bool may_sweep(const RecordRow& row) const;
  void find_leases();

  PackedStore& store_;
  Index& index_;
  ObjectReader reader_;
  const std::function<DigestSet()>& roots_;
  const GcOptions& options_;
  const std::int64_t now_ms_;
  std::int64_t oldest_lease_ = std::numeric_limits<std::int64_t>::max();
  std::string holder_;
  GcReport report_;
};

void Garbage::find_leases() {
  for (const auto& lease : live_leases(store_.layout())) {
    if (lease.epoch >= oldest_lease_) continue;
    oldest_lease_ = lease.epoch;
    holder_ = lease.holder;
  }
}

// A lease that began before the condemnation may belong to a writer that counted on the record
// before and has yet to write its reference.
bool Garbage::may_sweep(const RecordRow& row) const {
  return row.condemned && *row.condemned <= oldest_lease_ &&
         now_ms_ - row.condemned_ms >= options_.grace_ms;
}

void Garbage::explain() {
  Reachable reachable(index_, reader_);
  reachable.add(roots_());
  find_leases();
  index_.for_each([&](const RecordRow& row) {
    if (row.kind != RecordKind::chunk) explain_row(row, reachable.contains(row));
  });
}

void Garbage::explain_row(const RecordRow& row, bool reached) {
  GcObject object;
  object.digest = row.id;
  object.bytes = row.size;
  if (reached) {
    object.decision = "keep";
    object.reason = "it is named, or what is named needs it";
    ++report_.kept;
  } else if (!row.condemned) {
    object.decision = "condemn";
    object.reason = "nothing names it";
    ++report_.condemned;
  } else if (may_sweep(row)) {
    object.decision = "sweep";
    object.reason = "nothing has named it since it was condemned";
    ++report_.swept;
  } else {
    object.decision = "keep";
    object.reason = *row.condemned > oldest_lease_
                        ? "condemned, but " + holder_ + " may still come to name it"
                        : std::string("condemned, but its grace has not passed");
    ++report_.kept;
  }
  report_.objects.push_back(std::move(object));
}

// Private packs are named after the lease of their writer, which is older than they are: one that
// is seen before the leases are looked at, and whose lease is not found then, has no owner left.
void Garbage::remove_abandoned() {
  std::vector<WalkEntry> files;
  walk(store_.folder().tmp(), [&](const WalkEntry& entry) {
    if (S_ISREG(entry.mode)) files.push_back(entry);
    return false;
  });
  const auto live = live_leases(store_.layout());
  for (const auto& file : files) {
    const auto name = file.path.filename().string();
    const bool owned = std::any_of(live.begin(), live.end(), [&](const LiveLease& lease) {
      return name.starts_with(lease.name + ".");
    });
    if (!owned && ::unlink(file.path.c_str()) == 0) report_.freed_bytes += file.size;
  }
}

void Garbage::condemn() {
  Reachable reachable(index_, reader_);
  reachable.add(roots_());
  // Rows that are there now and not reached; what is entered after this look is left alone.
  std::vector<RecordRow> unreached;
  DigestSet seen_objects;
  index_.for_each([&](const RecordRow& row) {
    if (row.kind != RecordKind::chunk) seen_objects.insert(row.id);
    if (!row.condemned && !reachable.contains(row)) unreached.push_back(row);
  });
  report(options_.progress, "marking", 1, 1);

  Index::Transaction transaction(index_);
  // New objects may stand on old chunks, and those must not be condemned under them.
  std::vector<Digest> fresh;
  index_.for_each([&](const RecordRow& row) {
    if (row.kind != RecordKind::chunk && !seen_objects.contains(row.id)) fresh.push_back(row.id);
  });
  for (const auto& id : fresh) reachable.add(id);

  const auto epoch = index_.epoch() + 1;
  bool any = false;
  for (const auto& row : unreached) {
    if (reachable.contains(row)) continue;
    index_.condemn(row.kind, row.id, epoch, now_ms_);
    any = true;
    if (row.kind != RecordKind::chunk) ++report_.condemned;
  }
  if (any) index_.set_epoch(epoch);
  transaction.commit();
}

void Garbage::sweep() {
  Index::Transaction transaction(index_, true);
  find_leases();
  // Anew, and with the index locked: whatever was named since is found now, and whoever wants to
  // name something later must take the lock after us and will see that it is gone.
  Reachable reachable(index_, reader_);
  reachable.add(roots_());
  sweep_rows(reachable);
  transaction.commit();
  remove_gone_packs(store_, Leftover::unlink);
}

void Garbage::sweep_rows(const Reachable& reachable) {
  std::vector<RecordRow> dead;
  std::vector<RecordRow> revived;
  std::unordered_map<std::int64_t, std::uint64_t> used;
  index_.for_each([&](const RecordRow& row) {
    const bool reached = reachable.contains(row);
    if (row.condemned && reached) revived.push_back(row);
    if (!reached && may_sweep(row)) {
      dead.push_back(row);
      return;
    }
    ++used[row.pack];
    if (reached && row.kind != RecordKind::chunk) ++report_.kept;
  });
  for (const auto& row : revived) index_.revive(row.kind, row.id);
  for (const auto& row : dead) {
    index_.remove(row.kind, row.id);
    if (row.kind != RecordKind::chunk) ++report_.swept;
  }
  for (const auto& pack : index_.packs()) {
    if (pack.gone || used.contains(pack.number)) continue;
    index_.set_gone(pack.number);
    report_.freed_bytes += pack.bytes;
  }
}

void Garbage::rewrite_sparse() {
  std::unordered_map<std::int64_t, std::vector<RecordRow>> rows;
  index_.for_each([&](const RecordRow& row) { rows[row.pack].push_back(row); });
  const auto packs = index_.packs();
  std::uint64_t done = 0;
  for (const auto& pack : packs) {
    report(options_.progress, "rewriting packs", ++done, packs.size());
    auto& kept = rows[pack.number];
    std::uint64_t live = 0;
    for (const auto& row : kept) live += row.length + k_table_entry_bytes;
    if (pack.gone || kept.empty() || live + k_pack_header_bytes >= pack.bytes / 2) continue;
    std::sort(kept.begin(), kept.end(),
              [](const RecordRow& a, const RecordRow& b) { return a.offset < b.offset; });
    try {
      const auto left = rewrite_pack(store_, pack, kept, {}, Leftover::unlink);
      report_.freed_bytes += pack.bytes - std::min(pack.bytes, left);
    } catch (const Error& e) {
      if (e.code() != ErrorCode::corrupt) throw;  // it stays as it is, for verify to name
    }
  }
}

}  // namespace

GcReport collect_garbage(PackedStore& store, const std::function<DigestSet()>& roots,
                         const GcOptions& options) {
  return Garbage(store, roots, options).run();
}

}  // namespace track::storage
