#include "catalog/sqlite/points_table.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "catalog/sqlite/points_cursor.hpp"
#include "catalog/sqlite/sqlite_error.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

enum Column { k_run, k_metric, k_labels, k_step, k_value, k_time, k_kind, k_rank, k_attempt };

constexpr const char* k_declaration =
    "CREATE TABLE points(run TEXT, metric TEXT, labels TEXT, step INTEGER, value REAL,"
    " time INTEGER, kind TEXT, rank INTEGER, attempt INTEGER)";

/// What a bit of idxNum says that xFilter gets, in this order of arguments.
enum Plan { k_has_run = 1, k_has_metric = 2, k_has_labels = 4, k_has_from = 8, k_has_to = 16 };

struct Context {
  std::filesystem::path journals;
  InternalReads* internal;
  PointView view;
};

struct Table : sqlite3_vtab {
  sqlite3* db;
  const Context* context;
};

struct Cursor : sqlite3_vtab_cursor {
  Cursor(sqlite3* db, const Context& context)
      : sqlite3_vtab_cursor{}, points(db, context.journals, *context.internal, context.view) {}
  PointsCursor points;
};

/// Runs `body` at the border to C: what it throws becomes a result code and the table's message.
template <typename Body>
int guard(sqlite3_vtab* table, Body body) noexcept {
  const auto fail = [table](int code, const char* message) {
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = sqlite3_mprintf("%s", message);
    return code;
  };
  try {
    body();
    return SQLITE_OK;
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  } catch (const StaleSnapshot& e) {
    return fail(SQLITE_BUSY_SNAPSHOT, e.what());
  } catch (const Error& e) {
    return fail(e.code() == ErrorCode::corrupt ? SQLITE_CORRUPT_VTAB
                : e.code() == ErrorCode::busy  ? SQLITE_BUSY
                                               : SQLITE_ERROR,
                e.what());
  } catch (const std::exception& e) {
    return fail(SQLITE_ERROR, e.what());
  }
}

int connect(sqlite3* db, void* context, int, const char* const*, sqlite3_vtab** out, char**) {
  const int result = sqlite3_declare_vtab(db, k_declaration);
  if (result != SQLITE_OK) return result;
  sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
  auto* table = new (std::nothrow) Table{};
  if (table == nullptr) return SQLITE_NOMEM;
  table->db = db;
  table->context = static_cast<const Context*>(context);
  *out = table;
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<Table*>(table);
  return SQLITE_OK;
}

/// Constraints that xFilter can use, by plan bit; -1: none.
struct Usable {
  std::array<int, 5> constraint{-1, -1, -1, -1, -1};
  bool step_equals = false;
};

bool compares_bytes(sqlite3_index_info* info, int constraint) {
  return std::string_view(sqlite3_vtab_collation(info, constraint)) == "BINARY";
}

Usable usable_constraints(sqlite3_index_info* info) {
  Usable usable;
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    if (constraint.usable == 0) continue;
    const auto op = constraint.op;
    if (constraint.iColumn <= k_labels && constraint.iColumn >= k_run) {
      if (op == SQLITE_INDEX_CONSTRAINT_EQ && compares_bytes(info, i)) {
        usable.constraint[static_cast<std::size_t>(constraint.iColumn)] = i;
      }
    } else if (constraint.iColumn == k_step) {
      if (op == SQLITE_INDEX_CONSTRAINT_EQ) {
        usable.constraint[3] = usable.constraint[4] = i;
        usable.step_equals = true;
      } else if (op == SQLITE_INDEX_CONSTRAINT_GE || op == SQLITE_INDEX_CONSTRAINT_GT) {
        if (!usable.step_equals) usable.constraint[3] = i;
      } else if (op == SQLITE_INDEX_CONSTRAINT_LE || op == SQLITE_INDEX_CONSTRAINT_LT) {
        if (!usable.step_equals) usable.constraint[4] = i;
      }
    }
  }
  return usable;
}

/// One series comes in order of step; which one it is must be pinned down whole for that.
bool is_ordered(const sqlite3_index_info* info, int plan) {
  constexpr int k_one_series = k_has_run | k_has_metric | k_has_labels;
  return info->nOrderBy == 1 && info->aOrderBy[0].iColumn == k_step &&
         info->aOrderBy[0].desc == 0 && (plan & k_one_series) == k_one_series;
}

int best_index(sqlite3_vtab*, sqlite3_index_info* info) {
  const auto usable = usable_constraints(info);
  int plan = 0;
  int argument = 0;
  double rows = 1e8;
  for (std::size_t bit = 0; bit < usable.constraint.size(); ++bit) {
    const int constraint = usable.constraint[bit];
    if (constraint < 0) continue;
    plan |= 1 << bit;
    rows /= bit == 0 ? 1e4 : bit == 1 ? 10 : 2;
    if (bit == 4 && usable.step_equals) continue;  // one argument for both ends
    info->aConstraintUsage[constraint].argvIndex = ++argument;
    // Names are matched exactly here; SQLite checks the steps of every row again itself.
    info->aConstraintUsage[constraint].omit = bit <= k_labels ? 1 : 0;
  }
  info->idxNum = plan;
  info->idxStr = nullptr;
  if (usable.step_equals) info->idxStr = const_cast<char*>("=");
  info->estimatedRows = static_cast<sqlite3_int64>(rows);
  info->estimatedCost = rows;
  info->orderByConsumed = is_ordered(info, plan) ? 1 : 0;
  return SQLITE_OK;
}

int open_cursor(sqlite3_vtab* table, sqlite3_vtab_cursor** out) {
  return guard(table, [&] {
    const auto* self = static_cast<Table*>(table);
    *out = std::make_unique<Cursor>(self->db, *self->context).release();
  });
}

int close_cursor(sqlite3_vtab_cursor* cursor) {
  delete static_cast<Cursor*>(cursor);
  return SQLITE_OK;
}

/// Nothing where no text can equal the value.
std::optional<std::string> text_of(sqlite3_value* value) {
  const int type = sqlite3_value_type(value);
  if (type == SQLITE_NULL || type == SQLITE_BLOB) return std::nullopt;
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (text == nullptr) throw std::bad_alloc();
  return std::string(text, static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

/// The integer nearest to a bound, on its inner side; only integers and reals bound anything.
std::optional<std::int64_t> step_bound(sqlite3_value* value, bool is_lower) {
  if (sqlite3_value_type(value) == SQLITE_INTEGER) return sqlite3_value_int64(value);
  if (sqlite3_value_type(value) != SQLITE_FLOAT) return std::nullopt;
  const double real = sqlite3_value_double(value);
  const double whole = is_lower ? std::floor(real) : std::ceil(real);
  constexpr double k_limit = 9.2e18;
  if (!(std::fabs(whole) < k_limit)) return std::nullopt;
  return static_cast<std::int64_t>(whole);
}

PointFilter filter_of(int plan, bool step_equals, sqlite3_value** values) {
  PointFilter filter;
  int next = 0;
  const auto take = [&](int bit, std::optional<std::string>& into) {
    if ((plan & bit) == 0) return;
    into = text_of(values[next++]);
    if (!into) filter.nothing = true;
  };
  take(k_has_run, filter.run);
  take(k_has_metric, filter.metric);
  take(k_has_labels, filter.labels);
  // Strict bounds are taken as if they were not: SQLite leaves the edge out.
  if ((plan & k_has_from) != 0) {
    if (const auto from = step_bound(values[next], true)) filter.steps.from = *from;
    if (!step_equals) ++next;
  }
  if ((plan & k_has_to) != 0) {
    if (const auto to = step_bound(values[next], false)) filter.steps.to = *to;
  }
  return filter;
}

int filter(sqlite3_vtab_cursor* cursor, int plan, const char* equals, int, sqlite3_value** values) {
  return guard(cursor->pVtab, [&] {
    static_cast<Cursor*>(cursor)->points.start(filter_of(plan, equals != nullptr, values));
  });
}

int next(sqlite3_vtab_cursor* cursor) {
  return guard(cursor->pVtab, [&] { static_cast<Cursor*>(cursor)->points.next(); });
}

int eof(sqlite3_vtab_cursor* cursor) {
  return static_cast<Cursor*>(cursor)->points.at_end() ? 1 : 0;
}

const char* kind_of(double value) noexcept {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return "value";
}

/// Copied: aggregates such as max() keep what they are given beyond the row.
void give_text(sqlite3_context* call, const std::string& text) {
  sqlite3_result_text(call, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* call, int index) {
  const auto& points = static_cast<Cursor*>(cursor)->points;
  switch (index) {
    case k_run:
      give_text(call, points.run());
      break;
    case k_metric:
      give_text(call, points.metric());
      break;
    case k_labels:
      give_text(call, points.labels());
      break;
    case k_step:
      sqlite3_result_int64(call, points.step());
      break;
    case k_value:
      sqlite3_result_double(call, points.value());  // a NaN becomes NULL
      break;
    case k_time:
      sqlite3_result_int64(call, points.time_ms());
      break;
    case k_kind:
      sqlite3_result_text(call, kind_of(points.value()), -1, SQLITE_STATIC);
      break;
    case k_rank:
      sqlite3_result_int64(call, points.rank());
      break;
    default:
      sqlite3_result_int64(call, points.attempt());
  }
  return SQLITE_OK;
}

int row_id(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
  *id = static_cast<Cursor*>(cursor)->points.row_id();
  return SQLITE_OK;
}

sqlite3_module make_module() noexcept {
  sqlite3_module module{};
  module.iVersion = 1;
  module.xConnect = &connect;  // no xCreate: it is there without a CREATE, and only so
  module.xBestIndex = &best_index;
  module.xDisconnect = &disconnect;
  module.xOpen = &open_cursor;
  module.xClose = &close_cursor;
  module.xFilter = &filter;
  module.xNext = &next;
  module.xEof = &eof;
  module.xColumn = &column;
  module.xRowid = &row_id;
  return module;
}

void destroy(void* context) { delete static_cast<Context*>(context); }

}  // namespace

void register_points_tables(sqlite3* db, const std::filesystem::path& journals,
                            InternalReads& internal) {
  static const sqlite3_module k_module = make_module();
  const auto add = [&](const char* name, PointView view) {
    auto context = std::make_unique<Context>(Context{journals, &internal, view});
    const int result = sqlite3_create_module_v2(db, name, &k_module, context.release(), &destroy);
    if (result != SQLITE_OK) throw_sqlite(db, result, "extend catalog");
  };
  add("metric_points", PointView::latest);
  add("metric_points_all", PointView::every);
}

}  // namespace track::storage
