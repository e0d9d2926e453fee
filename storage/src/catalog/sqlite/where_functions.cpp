#include "catalog/sqlite/where_functions.hpp"

#include <string>

#include "catalog/sqlite/sqlite_error.hpp"

namespace track::storage {
namespace {

/// track_only(series, series without labels, its value, any value, name): the value that a bare
/// name means.
void track_only(sqlite3_context* call, int, sqlite3_value** arguments) {
  if (sqlite3_value_int64(arguments[1]) > 0) return sqlite3_result_value(call, arguments[2]);
  if (sqlite3_value_int64(arguments[0]) <= 1) return sqlite3_result_value(call, arguments[3]);
  const auto* name = reinterpret_cast<const char*>(sqlite3_value_text(arguments[4]));
  const std::string message = "metric '" + std::string(name != nullptr ? name : "") +
                              "' has several series: name the labels, as in '" +
                              std::string(name != nullptr ? name : "") + "{label=value}'";
  sqlite3_result_error(call, message.c_str(), static_cast<int>(message.size()));
  sqlite3_result_error_code(call, k_ambiguous);
}

}  // namespace

void register_where_functions(sqlite3* db) {
  const int result = sqlite3_create_function_v2(
      db, "track_only", 5, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr,
      &track_only, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) throw_sqlite(db, result, "extend catalog");
}

}  // namespace track::storage
