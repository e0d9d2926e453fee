#include "catalog/sqlite/sqlite_error.hpp"

#include <cerrno>
#include <string>

namespace track::storage {

ErrorCode error_code(int result, int os_error) noexcept {
  if (os_error == ENOSPC || os_error == EDQUOT) return ErrorCode::no_space;
  if (os_error == EACCES || os_error == EPERM || os_error == EROFS) return ErrorCode::permission;
  if (result == SQLITE_IOERR_SHMSIZE) return ErrorCode::no_space;
  switch (result & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return ErrorCode::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::corrupt;
    case SQLITE_FULL:
      return ErrorCode::no_space;
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return ErrorCode::permission;
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
      return ErrorCode::usage;  // what was to be stored is to blame
    default:
      return ErrorCode::io;
  }
}

void throw_sqlite(sqlite3* db, int result, std::string_view action) {
  if (db != nullptr && (sqlite3_extended_errcode(db) & 0xFF) == (result & 0xFF)) {
    result = sqlite3_extended_errcode(db);
  }
  const char* file = db != nullptr ? sqlite3_db_filename(db, "main") : nullptr;
  const char* cause = db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(result);
  if (error_code(result, 0) == ErrorCode::busy) cause = "another process has held it for too long";
  const int os_error = db != nullptr ? sqlite3_system_errno(db) : 0;
  const bool reads_disk = (result & 0xFF) == SQLITE_IOERR || (result & 0xFF) == SQLITE_CANTOPEN ||
                          (result & 0xFF) == SQLITE_FULL;
  const auto code = error_code(result, reads_disk ? os_error : 0);
  throw Error(code,
              "cannot " + std::string(action) + " '" +
                  (file != nullptr && *file != '\0' ? file : "catalog") + "': " + cause,
              code == ErrorCode::corrupt ? k_repair_hint : "");
}

}  // namespace track::storage
