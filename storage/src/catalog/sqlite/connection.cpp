#include "catalog/sqlite/connection.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <fcntl.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "catalog/sqlite/internal_reads.hpp"
#include "catalog/sqlite/migrate.hpp"
#include "catalog/sqlite/points_table.hpp"
#include "catalog/sqlite/readable_copy.hpp"
#include "catalog/sqlite/sqlite_error.hpp"
#include "catalog/sqlite/state_functions.hpp"
#include "catalog/sqlite/view_authorizer.hpp"
#include "catalog/sqlite/where_functions.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::storage {
namespace {

namespace fs = std::filesystem;

constexpr int k_lock_wait_ms = 10'000;

// One thread at a time uses a catalog: SQLite need not lock against others.
constexpr int k_read_write = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
constexpr int k_read_only = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;

/// Turns what SQLiteCpp throws while opening into Error.
std::unique_ptr<SQLite::Database> open_database(const std::string& name, int flags, int busy_ms,
                                                const fs::path& shown) {
  try {
    return std::make_unique<SQLite::Database>(name, flags, busy_ms);
  } catch (const SQLite::Exception& e) {
    throw Error(error_code(e.getErrorCode(), e.getErrorCode() == SQLITE_CANTOPEN ? errno : 0),
                "cannot open catalog '" + shown.string() + "': " + e.what());
  }
}

void configure(sqlite3* db) {
  for (const char* sql : {"PRAGMA mmap_size = 0", "PRAGMA foreign_keys = ON",
                          "PRAGMA synchronous = FULL", "PRAGMA cache_size = -16384"}) {
    Statement(db, sql).run();
  }
}

bool may_write(const fs::path& path) noexcept {
  return faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0;
}

/// Whether it failed for want of rights or space, so that the store may still be read. SQLite says
/// of some of these only that it cannot open a file.
bool is_about_writing(const Error& error, const StoreLayout& layout) noexcept {
  const auto code = error.code();
  if (code == ErrorCode::permission || code == ErrorCode::no_space) return true;
  return code == ErrorCode::io && !(may_write(layout.root) && may_write(layout.catalog_db()));
}

}  // namespace

class Connection::Impl {
 public:
  Impl(const StoreLayout& layout, const CatalogOptions& options, Access access)
      : layout_(layout), busy_ms_(options.busy_timeout_ms), journals_(layout.journals()) {
    if (options.read_only || access != Access::write || !try_open_for_writing()) open_for_reading();
    configure(handle());
    extend(access);
  }

  sqlite3* handle() const noexcept { return database_->getHandle(); }

  Prepared prepare(const char* sql) {
    auto& home = statements_[sql];
    auto statement = home ? std::move(home) : std::make_unique<Statement>(handle(), sql);
    return {std::move(statement), home};
  }

  bool writable() const noexcept { return writable_; }
  const fs::path& journals() const noexcept { return journals_; }

 private:
  bool try_open_for_writing() {
    const auto path = layout_.catalog_db();
    try {
      make_empty_file(path, layout_.file_mode());  // SQLite would take a mode of its own
      database_ = open_database(path.string(), k_read_write, busy_ms_, path);
      configure(handle());
      if (needs_migration(handle())) {
        // Two that turn a new file to WAL at once would fail each other at once.
        const auto lock = lock_file(layout_.ingest_lock(), layout_.file_mode(), k_lock_wait_ms);
        if (!lock)
          throw Error(ErrorCode::busy, "cannot migrate catalog '" + path.string() +
                                           "': another process holds the store's lock");
        refuse_if_lost();
        migrate(handle());
        note_made(lock->get());
      }
      writable_ = sqlite3_db_readonly(handle(), "main") == 0;
      return true;
    } catch (const Error& error) {
      database_.reset();
      if (!is_about_writing(error, layout_) || !stat_entry(layout_.root)) throw;
      return false;
    }
  }

  /// A catalog that is gone is not silently made anew: it would say that there never was a run,
  /// and let gc take what they stored.
  void refuse_if_lost() const {
    // In this order: the note comes after the catalog, which another process may just be making.
    const auto lock = stat_entry(layout_.ingest_lock());
    if (!lock || lock->size == 0 || !is_new_database(handle())) return;
    throw Error(ErrorCode::corrupt,
                "cannot use catalog '" + layout_.catalog_db().string() +
                    "': it is gone or empty, and this store had one",
                "put a copy of it back; to give up all runs that it held, remove '" +
                    layout_.ingest_lock().string() + "', too");
  }

  /// Says in the lock's file, which outlives the catalog, that there is one now.
  static void note_made(int lock) noexcept {
    constexpr std::string_view k_note = "this store has a catalog\n";
    // Where it fails a loss would go unnoticed, which is no reason to do without a catalog.
    if (::pwrite(lock, k_note.data(), k_note.size(), 0) > 0) (void)::fsync(lock);
  }

  void open_for_reading() {
    const auto path = layout_.catalog_db();
    if (stat_entry(path)) {
      if (try_open_read_only("file:" + uri_path(path) + "?mode=ro")) return;
      if (!has_wal(path) && try_open_read_only("file:" + uri_path(path) + "?immutable=1")) return;
    }
    copy_.emplace(path);
    database_ = open_database(copy_->path().string(), k_read_write, busy_ms_, path);
    if (!needs_migration(handle())) return;
    refuse_if_lost();
    migrate(handle());
  }

  /// False where it can only be read as a copy.
  bool try_open_read_only(const std::string& uri) {
    try {
      database_ = open_database(uri, k_read_only, busy_ms_, layout_.catalog_db());
      if (!needs_migration(handle())) return true;
    } catch (const Error& error) {
      const auto code = error.code();
      if (code == ErrorCode::corrupt || code == ErrorCode::unsupported) throw;
    }
    database_.reset();
    return false;
  }

  void extend(Access access) {
    register_state_functions(handle(), journals_, internal_);
    register_where_functions(handle());
    register_points_tables(handle(), journals_, internal_);
    if (access == Access::read_views) allow_views_only(handle(), internal_);
  }

  StoreLayout layout_;
  int busy_ms_;
  fs::path journals_;
  InternalReads internal_;            // outlives the connection that points to it
  std::optional<ReadableCopy> copy_;  // and so does the copy
  std::unique_ptr<SQLite::Database> database_;
  std::unordered_map<const char*, std::unique_ptr<Statement>> statements_;
  bool writable_ = false;
};

Prepared::Prepared(std::unique_ptr<Statement> statement, std::unique_ptr<Statement>& home) noexcept
    : statement_(std::move(statement)), home_(home) {}

Prepared::~Prepared() {
  statement_->reset();
  home_ = std::move(statement_);
}

Connection::Connection(const StoreLayout& layout, const CatalogOptions& options, Access access)
    : impl_(std::make_unique<Impl>(layout, options, access)) {}
Connection::~Connection() = default;

sqlite3* Connection::handle() const noexcept { return impl_->handle(); }
bool Connection::writable() const noexcept { return impl_->writable(); }
const fs::path& Connection::journals() const noexcept { return impl_->journals(); }
Prepared Connection::prepare(const char* sql) const { return impl_->prepare(sql); }
void Connection::execute(const char* sql) const { prepare(sql)->run(); }

Transaction::Transaction(const Connection& connection, std::string_view action)
    : connection_(connection) {
  if (!connection.writable()) {
    throw Error(ErrorCode::permission,
                "cannot " + std::string(action) + ": the store cannot be written to");
  }
  connection_.execute("BEGIN IMMEDIATE");
  try {
    check_version(connection_.handle());
  } catch (...) {
    connection_.execute("ROLLBACK");
    throw;
  }
}

Transaction::~Transaction() {
  // SQLite has rolled back by itself after some failures; a second one would only complain.
  if (open_ && sqlite3_get_autocommit(connection_.handle()) == 0) {
    sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void Transaction::commit() {
  connection_.execute("COMMIT");
  open_ = false;
}

Snapshot::Snapshot(const Connection& connection) : connection_(connection) {
  if (sqlite3_get_autocommit(connection_.handle()) == 0) return;
  connection_.execute("BEGIN");
  begun_ = true;
}

Snapshot::~Snapshot() {
  if (begun_ && sqlite3_get_autocommit(connection_.handle()) == 0) {
    sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

}  // namespace track::storage
