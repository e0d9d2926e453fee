#include "catalog/sqlite/where_functions.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/named_series.hpp"
#include "catalog/sqlite/sqlite_error.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

/// Of one call of track_only; SQLite gives it as zeros.
struct Only {
  bool exact;
  bool known;
  double value;
  NamedSeries* others;  // owned, and taken by finish(); absent until a series has other labels
};

std::string_view text_of(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return text == nullptr
             ? std::string_view{}
             : std::string_view{text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void fail(sqlite3_context* call, const std::exception& error, int code) {
  sqlite3_result_error(call, error.what(), -1);
  sqlite3_result_error_code(call, code);
}

/// track_only(labels of a series, its value, the name wanted, the labels wanted): the value that
/// the name means among the series of a run.
void add_series(sqlite3_context* call, int, sqlite3_value** arguments) {
  auto* const only = static_cast<Only*>(sqlite3_aggregate_context(call, sizeof(Only)));
  if (only == nullptr) return sqlite3_result_error_nomem(call);
  const bool known = sqlite3_value_type(arguments[1]) != SQLITE_NULL;
  const double value = sqlite3_value_double(arguments[1]);
  const auto labels = text_of(arguments[0]);
  const auto wanted = text_of(arguments[3]);
  if (labels == wanted) {
    only->exact = true;
    only->known = known;
    only->value = value;
    return;
  }
  try {
    if (only->others == nullptr) {
      only->others = std::make_unique<NamedSeries>(
                         SeriesKey{std::string(text_of(arguments[2])), labels_from_json(wanted)})
                         .release();
    }
    only->others->add(labels_from_json(labels), known ? std::optional(value) : std::nullopt);
  } catch (const std::exception& error) {
    fail(call, error, SQLITE_ERROR);
  }
}

void finish(sqlite3_context* call) {
  auto* const only = static_cast<Only*>(sqlite3_aggregate_context(call, 0));
  if (only == nullptr) return sqlite3_result_null(call);
  const std::unique_ptr<NamedSeries> others(only->others);
  try {
    auto value = only->known ? std::optional(only->value) : std::nullopt;
    if (!only->exact && others) value = others->value();
    if (value) {
      sqlite3_result_double(call, *value);
    } else {
      sqlite3_result_null(call);
    }
  } catch (const std::exception& error) {
    fail(call, error, k_ambiguous);
  }
}

}  // namespace

void register_where_functions(sqlite3* db) {
  const int result = sqlite3_create_function_v2(
      db, "track_only", 4, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr, nullptr,
      &add_series, &finish, nullptr);
  if (result != SQLITE_OK) throw_sqlite(db, result, "extend catalog");
}

}  // namespace track::storage
