#pragma once

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <string>
#include <utility>

#include "track/schemas/error.hpp"

namespace track::storage {

[[noreturn]] inline void throw_index_error(const char* action, const SQLite::Exception& e) {
  ErrorCode code = ErrorCode::io;
  std::string hint;
  switch (e.getErrorCode()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      code = ErrorCode::busy;
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      code = ErrorCode::corrupt;
      hint = "track verify --rebuild-index makes it anew from the packs";
      break;
    case SQLITE_FULL:
      code = ErrorCode::no_space;
      break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      code = ErrorCode::permission;
      break;
    default:
      break;
  }
  throw Error(code, std::string("cannot ") + action + " the object index: " + e.what(), hint);
}

/// Runs `body`, turning what SQLite throws into Error. `action` completes "cannot ... the index".
template <typename Body>
decltype(auto) with_index_errors(const char* action, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (const SQLite::Exception& e) {
    throw_index_error(action, e);
  }
}

}  // namespace track::storage
