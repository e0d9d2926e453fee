#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <chrono>
#include <thread>

#include "objects/index_impl.hpp"
#include "objects/sqlite_fork.hpp"
#include "track/storage/file.hpp"

namespace track::storage {
namespace {

constexpr int k_version = 1;
constexpr int k_application_id = 0x544B4F49;  // "TKOI"
constexpr auto k_wait = std::chrono::milliseconds(1000);

constexpr const char* k_schema = R"sql(
CREATE TABLE packs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  name BLOB NOT NULL UNIQUE CHECK (length(name) = 16),
  bytes INTEGER NOT NULL,
  digest BLOB CHECK (digest IS NULL OR length(digest) = 32),
  verified_ms INTEGER NOT NULL DEFAULT 0,
  gone INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE records (
  kind INTEGER NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 32),
  pack INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  size INTEGER NOT NULL,
  files INTEGER NOT NULL,
  condemned INTEGER,
  condemned_ms INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX records_condemned ON records (condemned) WHERE condemned IS NOT NULL;
CREATE TABLE stat_cache (
  device INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  ctime_ns INTEGER NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  sha256 TEXT NOT NULL,
  PRIMARY KEY (device, inode)
) STRICT, WITHOUT ROWID;
CREATE TABLE gc (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  epoch INTEGER NOT NULL
) STRICT;
INSERT INTO gc (one, epoch) VALUES (1, 0);
)sql";

int open_flags(bool read_only) noexcept {
  return read_only ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
}

/// Changing the journal mode and reading beside a recovery may answer busy without waiting.
template <typename Body>
auto wait_while_busy(Body&& body) {
  const auto end = std::chrono::steady_clock::now() + k_wait;
  for (;;) {
    try {
      return body();
    } catch (const SQLite::Exception& e) {
      if (e.getErrorCode() != SQLITE_BUSY || std::chrono::steady_clock::now() >= end) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
}

}  // namespace

Index::Impl::Impl(const std::filesystem::path& path, bool read_only, bool in_memory)
    : db(in_memory ? ":memory:" : path.string(), open_flags(read_only && !in_memory),
         static_cast<int>(k_wait.count())) {
  configure(read_only, in_memory);
}

void Index::Impl::configure(bool read_only, bool in_memory) {
  db.exec("PRAGMA mmap_size = 0");
  if (!read_only && !in_memory) {
    db.exec("PRAGMA journal_mode = WAL");
    db.exec("PRAGMA synchronous = NORMAL");
    db.exec("PRAGMA journal_size_limit = 16777216");
  }
  const int version = db.execAndGet("PRAGMA user_version").getInt();
  if (version > k_version) {
    throw Error(ErrorCode::unsupported,
                "cannot open the object index: its version is " + std::to_string(version),
                "a newer version of track reads it");
  }
  if (version < k_version) create_schema();
}

void Index::Impl::create_schema() {
  SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
  // Another process may have made it while we waited for the lock.
  if (db.execAndGet("PRAGMA user_version").getInt() == 0) {
    db.exec(k_schema);
    db.exec("PRAGMA application_id = " + std::to_string(k_application_id));
    db.exec("PRAGMA user_version = " + std::to_string(k_version));
    fresh = true;
  }
  transaction.commit();
}

SQLite::Statement& Index::Impl::prepared(std::unique_ptr<SQLite::Statement>& slot,
                                         const char* sql) {
  if (!slot) slot = std::make_unique<SQLite::Statement>(db, sql);
  return *slot;
}

SQLite::Statement& Index::Impl::lookup(std::unique_ptr<SQLite::Statement>& slot, const char* sql) {
  if (views > 0 && sqlite3_get_autocommit(db.getHandle()) != 0) {
    db.exec("BEGIN");
    in_snapshot_ = true;
  }
  return prepared(slot, sql);
}

void Index::Impl::end_snapshot() noexcept {
  // An error may have ended it already.
  if (in_snapshot_) (void)db.tryExec("COMMIT");
  in_snapshot_ = false;
}

Index::View::View(Index& index) noexcept : impl_(*index.impl_) { ++impl_.views; }

Index::View::~View() {
  if (--impl_.views == 0) impl_.end_snapshot();
}

Index::Index(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;
Index::~Index() = default;

Index Index::open(const std::filesystem::path& path, mode_t mode, bool read_only) {
  keep_sqlite_usable_over_fork();
  // SQLite gives -wal and -shm the mode of the file, so it must be right from the start.
  if (!read_only) make_empty_file(path, mode);
  return with_index_errors("open", [&] {
    return wait_while_busy([&] { return Index(std::make_unique<Impl>(path, read_only, false)); });
  });
}

Index Index::in_memory() {
  keep_sqlite_usable_over_fork();
  return with_index_errors(
      "make", [] { return Index(std::make_unique<Impl>(std::filesystem::path(), false, true)); });
}

bool Index::fresh() const noexcept { return impl_->fresh; }

// Closing would run a checkpoint on locks that only the parent holds.
void Index::abandon() noexcept { (void)impl_.release(); }

}  // namespace track::storage
