#include <algorithm>
#include <set>
#include <unordered_map>

#include "catalog/run_state.hpp"
#include "catalog/sqlite/run_query.hpp"
#include "catalog/sqlite/run_reader.hpp"
#include "catalog/sqlite/sqlite_catalog.hpp"
#include "catalog/sqlite/sqlite_error.hpp"
#include "catalog/sqlite/state_functions.hpp"
#include "catalog/sqlite/view_authorizer.hpp"
#include "catalog/sqlite/where.hpp"
#include "catalog/sqlite/where_functions.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

constexpr const char* k_run_columns =
    "r.id, r.name, r.experiment, r.parent, r.replay_of, r.group_name, r.kind, r.closed, r.attempt,"
    " r.note, r.user_hash, r.host_hash, r.source, r.start_time, r.dropped, r.end_state,"
    " r.end_reason, r.exit_code, r.end_signal, r.end_time";

/// Clear names by hash: there are few, and every row asks for two.
using Names = std::unordered_map<std::string, std::string>;

Names read_names(const Connection& connection) {
  const auto rows = connection.prepare("SELECT hash, clear FROM name_rows");
  Names names;
  while (rows->step()) names.emplace(rows->text(0), rows->text(1));
  return names;
}

std::string clear_or_hash(const Names& names, std::string hash) {
  const auto found = names.find(hash);
  if (found != names.end()) return found->second;
  return hash;
}

std::optional<int> read_int(const Statement& row, int column) {
  const auto value = row.find_integer(column);
  return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

std::optional<RunId> read_run_id(const Statement& row, int column) {
  auto text = row.find_text(column);
  return text ? std::optional(RunId{std::move(*text)}) : std::nullopt;
}

RunRecord read_run(const Statement& row, const Names& names) {
  RunRecord run;
  run.id.value = row.text(0);
  run.name = row.text(1);
  run.experiment = row.text(2);
  run.parent = read_run_id(row, 3);
  run.replay_of = read_run_id(row, 4);
  run.group = row.text(5);
  run.kind = parse_run_kind(row.view(6)).value_or(RunKind::train);
  run.attempt = row.integer(8);
  run.note = row.text(9);
  run.user = clear_or_hash(names, row.text(10));
  run.host = clear_or_hash(names, row.text(11));
  run.source = row.text(12);
  run.start = {row.integer(13)};
  run.dropped = static_cast<std::uint64_t>(row.integer(14));
  if (!row.is_null(15)) run.state = parse_run_state(row.view(15)).value_or(RunState::unknown);
  run.end_reason = row.text(16);
  run.exit_code = read_int(row, 17);
  run.end_signal = read_int(row, 18);
  if (const auto end = row.find_integer(19)) run.end = Timestamp{*end};
  return run;
}

/// A record as it is while nothing recorded holds.
void forget_end(RunRecord& run) {
  run.exit_code.reset();
  run.end_signal.reset();
  run.end.reset();
}

void keep_states(std::vector<RunRecord>& runs, const RunQuery& query) {
  if (query.states.empty()) return;
  std::erase_if(runs, [&](const RunRecord& run) {
    return std::find(query.states.begin(), query.states.end(), run.state) == query.states.end();
  });
  runs.erase(runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(
                                              std::min<std::uint64_t>(query.offset, runs.size())));
  if (query.limit && *query.limit < runs.size()) {
    runs.erase(runs.begin() + static_cast<std::ptrdiff_t>(*query.limit), runs.end());
  }
}

/// What SQLite says of an expression that stands in parentheses of ours, in words about it alone.
std::string cause_of(sqlite3* db, int offset, int end) {
  return offset >= 0 && offset == end ? "the expression is incomplete" : sqlite3_errmsg(db);
}

/// A name that is no column is most often that of a param or a metric.
std::string hint_of(std::string_view cause) {
  constexpr std::string_view k_no_column = "no such column: ";
  if (!cause.starts_with(k_no_column)) return {};
  const auto name = quote_sql(cause.substr(k_no_column.size()));
  return "write param(" + name + ") or metric(" + name + ")";
}

/// Turns what an expression may do wrong into words about the expression, after which comes, at
/// `end` of the statement, what nobody wrote; -1: nothing.
template <typename Body>
auto run_expression(sqlite3* db, const std::string& expression, ErrorCode otherwise, int end,
                    Body body) {
  try {
    return body();
  } catch (const Error& error) {
    const int offset = sqlite3_error_offset(db);
    const int result = sqlite3_errcode(db) & 0xFF;
    if (result != SQLITE_ERROR && result != k_ambiguous && result != SQLITE_AUTH) throw;
    const auto cause = cause_of(db, offset, end);
    throw Error(result == k_ambiguous ? ErrorCode::ambiguous : otherwise,
                "cannot use expression '" + expression + "': " + cause,
                error.hint().empty() ? hint_of(cause) : error.hint());
  }
}

}  // namespace

std::string SqliteCatalog::matching_runs(const RunQuery& query) const {
  if (query.where.empty()) return {};
  refuse_base_tables(query.where);
  const auto condition = rewrite_where(query.where);
  const auto& connection = views();
  const auto sql = std::string("SELECT id FROM ") + (query.removed ? "removed_runs" : "runs") +
                   " AS runs WHERE (" + condition + "\n)";
  const auto end = static_cast<int>(sql.size()) - 1;
  return run_expression(connection.handle(), query.where, ErrorCode::usage, end, [&] {
    Statement rows(connection.handle(), sql);
    std::string ids = "[";
    while (rows.step()) {
      if (ids.size() > 1) ids += ',';
      ids += '"' + rows.text(0) + '"';
    }
    return ids + "]";
  });
}

std::optional<RunRecord> SqliteCatalog::find_run(const RunId& id) const {
  const Snapshot snapshot(connection_);
  std::vector<RunRecord> runs;
  {
    const auto find = connection_.prepare(
        "SELECT r.id, r.name, r.experiment, r.parent, r.replay_of, r.group_name, r.kind, r.closed,"
        "       r.attempt, r.note, r.user_hash, r.host_hash, r.source, r.start_time, r.dropped,"
        "       r.end_state, r.end_reason, r.exit_code, r.end_signal, r.end_time"
        "  FROM run_rows r WHERE r.id = ? AND r.removed IS NULL");
    find->bind(id.value);
    if (!find->step()) return std::nullopt;
    runs.push_back(read_run(*find, read_names(connection_)));
    if (!find->boolean(7)) judge(runs, {0});
  }
  add_losses(runs);
  return std::move(runs.front());
}

std::vector<RunRecord> SqliteCatalog::list_runs(const RunQuery& query) const {
  const auto select = select_runs(k_run_columns, query, matching_runs(query));
  const Snapshot snapshot(connection_);
  const auto names = read_names(connection_);
  std::vector<RunRecord> runs;
  std::vector<std::size_t> open;
  run_expression(connection_.handle(), query.sort, ErrorCode::io, -1, [&] {
    Statement rows(connection_.handle(), select.sql);
    select.bind(rows);
    while (rows.step()) {
      if (!rows.boolean(7)) open.push_back(runs.size());
      runs.push_back(read_run(rows, names));
    }
    return 0;
  });
  judge(runs, open);
  keep_states(runs, query);
  add_losses(runs);
  return runs;
}

/// Asks for the locks of those whose recorded end does not hold by itself.
void SqliteCatalog::judge(std::vector<RunRecord>& runs,
                          const std::vector<std::size_t>& open) const {
  for (const auto index : open) {
    auto& run = runs[index];
    const auto row = connection_.prepare(k_select_state_facts);
    row->bind(run.id.value);
    if (!row->step()) continue;
    const auto facts = read_state_facts(*row, 0);
    const auto derived =
        derive_state(connection_.handle(), run.id, facts, members(run.id), connection_.journals());
    run.state = derived.state;
    run.end_reason = derived.reason;
    if (!facts.ended() || derived.state == RunState::running) forget_end(run);
  }
}

void SqliteCatalog::add_losses(std::vector<RunRecord>& runs) const {
  const auto any = connection_.prepare("SELECT 1 FROM loss_rows LIMIT 1");
  if (!any->step()) return;
  const auto rows = connection_.prepare("SELECT what FROM loss_rows WHERE run = ? ORDER BY id");
  for (auto& run : runs) {
    rows->bind(run.id.value);
    while (rows->step()) run.losses.push_back(rows->text(0));
    rows->reset();
  }
}

std::vector<std::string> SqliteCatalog::mixed_params(const RunQuery& query) const {
  auto names = query.where.empty() ? std::set<std::string>{} : params_in(query.where);
  const auto sort = std::string_view(query.sort).substr(query.sort.starts_with('-') ? 1 : 0);
  if (sort.starts_with("param:")) names.emplace(sort.substr(6));
  // By the index on (name, value), in which the empty text stands between numbers and texts.
  const auto find = connection_.prepare(
      "SELECT EXISTS (SELECT 1 FROM param_rows WHERE name = ?1 AND value < '')"
      "   AND EXISTS (SELECT 1 FROM param_rows WHERE name = ?1 AND value >= '')");
  std::vector<std::string> mixed;
  for (const auto& name : names) {
    find->bind(name);
    if (find->step() && find->boolean(0)) mixed.push_back(name);
    find->reset();
  }
  return mixed;
}

std::vector<std::string> SqliteCatalog::experiments() const {
  const auto rows = connection_.prepare(
      "SELECT DISTINCT experiment FROM run_rows WHERE removed IS NULL AND experiment <> '' ORDER "
      "BY experiment");
  std::vector<std::string> experiments;
  while (rows->step()) experiments.push_back(rows->text(0));
  return experiments;
}

std::optional<std::string> SqliteCatalog::clear_name(std::string_view hash) const {
  const auto find = connection_.prepare("SELECT clear FROM name_rows WHERE hash = ?");
  find->bind(hash);
  return find->step() ? std::optional(find->text(0)) : std::nullopt;
}

}  // namespace track::storage
