#include "catalog/sqlite/view_authorizer.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "catalog/sqlite/sqlite_error.hpp"
#include "catalog/sqlite/statement.hpp"

namespace track::storage {
namespace {

bool is_base_table(std::string_view table) noexcept {
  const bool is_schema = table == "sqlite_master" || table == "sqlite_schema";
  return table.ends_with("_rows") || table == "dbstat" || table == "sqlite_dbpage" ||
         (table.starts_with("sqlite_") && !is_schema);
}

bool is_harmless_pragma(std::string_view name) noexcept {
  constexpr std::array k_allowed{std::string_view("table_info"), std::string_view("table_xinfo"),
                                 std::string_view("table_list"), std::string_view("function_list")};
  return std::find(k_allowed.begin(), k_allowed.end(), name) != k_allowed.end();
}

/// `first` and `second` mean what sqlite3_set_authorizer() says of `action`; `view` is the view
/// that the access goes through, or null.
int authorize(void* context, int action, const char* first, const char* second, const char*,
              const char* view) {
  if (static_cast<InternalReads*>(context)->depth > 0) return SQLITE_OK;
  const auto text = [](const char* value) {
    return std::string_view(value != nullptr ? value : "");
  };
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_READ:
      return view == nullptr && is_base_table(text(first)) ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_FUNCTION:
      return text(second) == "load_extension" ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA:
      return is_harmless_pragma(text(first)) ? SQLITE_OK : SQLITE_DENY;
    default:
      return SQLITE_DENY;
  }
}

}  // namespace

void allow_views_only(sqlite3* db, InternalReads& internal) {
  // A virtual table declares itself when first used, which would look like CREATE TABLE.
  Statement(db, "SELECT * FROM metric_points LIMIT 0").run();
  Statement(db, "SELECT * FROM metric_points_all LIMIT 0").run();
  const int result = sqlite3_set_authorizer(db, &authorize, &internal);
  if (result != SQLITE_OK) throw_sqlite(db, result, "guard catalog");
}

}  // namespace track::storage
