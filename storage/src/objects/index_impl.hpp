#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <filesystem>

#include "objects/index.hpp"
#include "objects/index_errors.hpp"

namespace track::storage {

/// The connection with the statements that run once a record.
class Index::Impl final {
 public:
  Impl(const std::filesystem::path& path, bool read_only, bool in_memory);

  SQLite::Database db;
  bool fresh = false;

  /// Prepared when first used: most commands need few of them.
  SQLite::Statement& prepared(std::unique_ptr<SQLite::Statement>& slot, const char* sql);
  /// The same of a statement that looks something up: in the snapshot of the views, if any live.
  SQLite::Statement& lookup(std::unique_ptr<SQLite::Statement>& slot, const char* sql);
  /// Ends the snapshot that the views share.
  void end_snapshot() noexcept;

  std::unique_ptr<SQLite::Statement> find;
  std::unique_ptr<SQLite::Statement> find_object;
  std::unique_ptr<SQLite::Statement> put;
  std::unique_ptr<SQLite::Statement> revive;
  std::unique_ptr<SQLite::Statement> condemn;
  std::unique_ptr<SQLite::Statement> remove;
  std::unique_ptr<SQLite::Statement> find_pack;
  std::unique_ptr<SQLite::Statement> find_stat;
  std::unique_ptr<SQLite::Statement> put_stat;

  int views = 0;

 private:
  bool in_snapshot_ = false;

  void configure(bool read_only, bool in_memory);
  void create_schema();
};

/// Resets a cached statement however the scope is left: an open one would keep a snapshot alive.
class Use final {
 public:
  explicit Use(SQLite::Statement& statement) noexcept : statement_(statement) {}
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  ~Use() {
    statement_.tryReset();
    try {
      statement_.clearBindings();
    } catch (const SQLite::Exception&) {
      // Bindings that stay are overwritten by the next use.
    }
  }
  SQLite::Statement* operator->() const noexcept { return &statement_; }

 private:
  SQLite::Statement& statement_;
};

template <typename Bytes>
void bind_bytes(SQLite::Statement& statement, int at, const Bytes& bytes) {
  statement.bindNoCopy(at, static_cast<const void*>(bytes.data()), static_cast<int>(bytes.size()));
}

/// False where the column is not a blob of that many bytes.
template <typename Bytes>
bool read_bytes(const SQLite::Column& column, Bytes& bytes) {
  if (!column.isBlob() || static_cast<std::size_t>(column.getBytes()) != bytes.size()) return false;
  const auto* data = static_cast<const std::uint8_t*>(column.getBlob());
  std::copy(data, data + bytes.size(), bytes.begin());
  return true;
}

}  // namespace track::storage
