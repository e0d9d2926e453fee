#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "catalog/sqlite/sqlite_api.hpp"
#include "catalog/sqlite/statement.hpp"
#include "track/storage/catalog/catalog.hpp"
#include "track/storage/store_layout.hpp"

namespace track::storage {

class TableAccess;

/// A statement taken from a connection's cache; reset and given back when it goes.
class Prepared final {
 public:
  Prepared(std::unique_ptr<Statement> statement, std::unique_ptr<Statement>& home) noexcept;
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  ~Prepared();

  Statement* operator->() const noexcept { return statement_.get(); }
  Statement& operator*() const noexcept { return *statement_; }

 private:
  std::unique_ptr<Statement> statement_;
  std::unique_ptr<Statement>& home_;
};

enum class Access : std::uint8_t {
  write,
  read_views  ///< what the public may see
};

/// One connection to catalog.db, with our functions and virtual tables on it.
///
/// Where the store cannot be written to, it reads what is there: the file as it is where there
/// is no WAL, else a copy of both in a temporary directory.
class Connection final {
 public:
  /// Opens or makes it, and migrates it forward. Without rights to write, falls back to
  /// Access::read.
  Connection(const StoreLayout& layout, const CatalogOptions& options, Access access);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  [[nodiscard]] sqlite3* handle() const noexcept;
  [[nodiscard]] bool writable() const noexcept;
  [[nodiscard]] const std::filesystem::path& journals() const noexcept;
  /// `sql` is a literal: the cache knows it by its address.
  [[nodiscard]] Prepared prepare(const char* sql) const;
  void execute(const char* sql) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// BEGIN IMMEDIATE; rolled back unless committed.
class Transaction final {
 public:
  /// Throws Error{permission} on a read-only store, Error{unsupported} where someone has
  /// migrated the catalog further than this library knows.
  Transaction(const Connection& connection, std::string_view action);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  /// Durable when it returns.
  void commit();

 private:
  const Connection& connection_;
  bool open_ = true;
};

/// A read transaction, so that several statements see one state and take the file's lock once.
/// Within another transaction it does nothing.
class Snapshot final {
 public:
  explicit Snapshot(const Connection& connection);
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot();

 private:
  const Connection& connection_;
  bool begun_ = false;
};

}  // namespace track::storage
