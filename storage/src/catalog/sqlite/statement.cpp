#include "catalog/sqlite/statement.hpp"

#include <utility>

#include "catalog/sqlite/sqlite_error.hpp"

namespace track::storage {

Statement::Statement(sqlite3* db, std::string_view sql) {
  const int result = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  if (result != SQLITE_OK) throw_sqlite(db, result, "use catalog");
}

Statement::Statement(Statement&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), owns_(other.owns_) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(owns_, other.owns_);
  return *this;
}

Statement::~Statement() {
  if (owns_) sqlite3_finalize(handle_);
}

void Statement::check(int result) const {
  if (result != SQLITE_OK) throw_sqlite(sqlite3_db_handle(handle_), result, "use catalog");
}

bool Statement::step() {
  const int result = sqlite3_step(handle_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  sqlite3* db = sqlite3_db_handle(handle_);
  throw_sqlite(db, sqlite3_extended_errcode(db), "use catalog");
}

void Statement::run() {
  while (step()) {
  }
  reset();
}

void Statement::reset() noexcept { sqlite3_reset(handle_); }

int Statement::columns() const noexcept { return sqlite3_column_count(handle_); }

bool Statement::is_null(int column) const noexcept {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const noexcept {
  return sqlite3_column_int64(handle_, column);
}

double Statement::real(int column) const noexcept { return sqlite3_column_double(handle_, column); }

std::string_view Statement::view(int column) const noexcept {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::string Statement::text(int column) const { return std::string(view(column)); }

std::span<const std::byte> Statement::blob(int column) const noexcept {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(handle_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::optional<std::int64_t> Statement::find_integer(int column) const noexcept {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<double> Statement::find_real(int column) const noexcept {
  return is_null(column) ? std::nullopt : std::optional(real(column));
}

std::optional<std::string> Statement::find_text(int column) const {
  return is_null(column) ? std::nullopt : std::optional(text(column));
}

void Statement::bind_one(int index, std::nullptr_t) { check(sqlite3_bind_null(handle_, index)); }

void Statement::bind_one(int index, std::int64_t value) {
  check(sqlite3_bind_int64(handle_, index, value));
}

void Statement::bind_one(int index, double value) {
  check(sqlite3_bind_double(handle_, index, value));
}

void Statement::bind_one(int index, std::string_view value) {
  // A null pointer would bind NULL where empty text is meant.
  check(sqlite3_bind_text64(handle_, index, value.data() != nullptr ? value.data() : "",
                            value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind_one(int index, const Blob& value) {
  check(value.bytes.empty() ? sqlite3_bind_zeroblob(handle_, index, 0)
                            : sqlite3_bind_blob64(handle_, index, value.bytes.data(),
                                                  value.bytes.size(), SQLITE_TRANSIENT));
}

}  // namespace track::storage
