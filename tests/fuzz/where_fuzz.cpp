#include <sqlite3.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "catalog/sqlite/where.hpp"
#include "fuzz_target.hpp"
#include "track/schemas/error.hpp"

namespace track_test {
namespace {

/// How many statements SQLite sees in a query with this condition; 0 where it is no SQL.
int statements_in(const std::string& condition) {
  static sqlite3* const db = [] {
    sqlite3* opened = nullptr;
    if (sqlite3_open(":memory:", &opened) != SQLITE_OK) std::abort();
    return opened;
  }();
  const std::string sql = "SELECT 1 WHERE (" + condition + ")";
  const char* rest = sql.c_str();
  int statements = 0;
  while (*rest != '\0') {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db, rest, -1, &statement, &rest) != SQLITE_OK) return 0;
    statements += statement == nullptr ? 0 : 1;
    sqlite3_finalize(statement);
  }
  return statements;
}

}  // namespace

std::vector<std::vector<std::byte>> fuzz_samples() {
  std::vector<std::vector<std::byte>> samples;
  for (const std::string_view text :
       {"1 < 2", "param('lr') < 0.1 and metric('val/acc') > 0.9", "not (tag('team') = 'it''s')",
        "best('val/recall{slice=eight}') between 0 and 1 or \"name\" like '%a%'"}) {
    const auto bytes = std::as_bytes(std::span(text));
    samples.emplace_back(bytes.begin(), bytes.end());
  }
  return samples;
}

/// What is accepted stays one condition of one statement.
bool fuzz_one(std::span<const std::byte> input) {
  const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
  std::string condition;
  try {
    condition = track::storage::rewrite_where(text);
  } catch (const track::Error&) {
    return false;
  }
  if (statements_in(condition) > 1) {
    std::abort();
  }
  return true;
}

}  // namespace track_test
