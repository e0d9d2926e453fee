#include "catalog/sqlite/run_query.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "catalog/sqlite/where.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 19> k_sortable{{
    {"id", "r.id"},
    {"name", "r.name"},
    {"experiment", "r.experiment"},
    {"parent", "r.parent"},
    {"replay_of", "r.replay_of"},
    {"group", "nullif(r.group_name, '')"},
    {"kind", "r.kind"},
    {"state", "CASE r.closed WHEN 1 THEN r.end_state ELSE track_state(r.id) END"},
    {"end_reason", "CASE r.closed WHEN 1 THEN r.end_reason ELSE track_end_reason(r.id) END"},
    {"exit_code", "CASE WHEN r.end_attempt >= r.attempt THEN r.exit_code END"},
    {"end_signal", "CASE WHEN r.end_attempt >= r.attempt THEN r.end_signal END"},
    {"attempt", "r.attempt"},
    {"note", "nullif(r.note, '')"},
    {"user", "coalesce((SELECT clear FROM name_rows WHERE hash = r.user_hash), r.user_hash)"},
    {"host", "coalesce((SELECT clear FROM name_rows WHERE hash = r.host_hash), r.host_hash)"},
    {"source", "r.source"},
    {"start", "r.start_time"},
    {"end", "CASE WHEN r.end_attempt >= r.attempt THEN r.end_time END"},
    {"dropped", "r.dropped"},
}};

std::string sort_sql(std::string_view key) {
  if (key.starts_with("param:")) return param_sql(key.substr(6), "r.id");
  if (key.starts_with("metric:")) return metric_sql("metric", key.substr(7), "r.id");
  const auto found = std::find_if(k_sortable.begin(), k_sortable.end(),
                                  [&](const auto& entry) { return entry.first == key; });
  if (found == k_sortable.end()) {
    throw Error(ErrorCode::usage, "cannot sort runs by '" + std::string(key) + "': no such column",
                "sort by a column of runs, by param:NAME or by metric:NAME");
  }
  return std::string(found->second);
}

/// Collects conditions.
class Conditions {
 public:
  explicit Conditions(RunSelect& select) : select_(select) {}

  void add(std::string_view condition) {
    select_.sql += first_ ? " WHERE " : " AND ";
    select_.sql += condition;
    first_ = false;
  }
  template <typename Value>
  void add(std::string_view condition, Value value) {
    add(condition);
    select_.arguments.emplace_back(std::move(value));
  }
  void add_equal(std::string_view column, const std::string& value) {
    if (!value.empty()) add(std::string(column) + " = ?", value);
  }

 private:
  RunSelect& select_;
  bool first_ = true;
};

void add_conditions(RunSelect& select, const RunQuery& query, std::string matching) {
  Conditions conditions(select);
  conditions.add(query.removed ? "r.removed IS NOT NULL" : "r.removed IS NULL");
  conditions.add_equal("r.experiment", query.experiment);
  conditions.add_equal("r.group_name", query.group);
  conditions.add_equal("r.name", query.name);
  if (query.parent) conditions.add("r.parent = ?", query.parent->value);
  if (query.since) conditions.add("r.start_time >= ?", query.since->ms);
  if (!query.replays) conditions.add("r.kind <> 'replay'");
  if (!query.id_prefix.empty()) {
    // Ids are lower-case letters and digits, all of which lie below '~'.
    conditions.add("r.id >= ?", query.id_prefix);
    conditions.add("r.id < ?", query.id_prefix + "~");
  }
  for (const auto& [name, value] : query.tags) {
    if (value) {
      conditions.add("EXISTS (SELECT 1 FROM tag_rows WHERE run = r.id AND name = ? AND value = ?)",
                     name);
      select.arguments.emplace_back(*value);
    } else {
      conditions.add(
          "EXISTS (SELECT 1 FROM tag_rows WHERE run = r.id AND name = ? AND value IS NOT NULL)",
          name);
    }
  }
  if (!query.where.empty()) {
    conditions.add("r.id IN (SELECT value FROM json_each(?))", std::move(matching));
  }
}

}  // namespace

void RunSelect::bind(Statement& statement) const {
  int index = 0;
  for (const auto& argument : arguments) {
    std::visit([&](const auto& value) { statement.bind_one(++index, value); }, argument);
  }
}

RunSelect select_runs(std::string_view columns, const RunQuery& query, std::string matching) {
  const bool descending = query.sort.starts_with('-');
  const auto key = std::string_view(query.sort).substr(descending ? 1 : 0);
  RunSelect select;
  select.sql = "SELECT " + std::string(columns);
  if (!key.empty()) select.sql += ", " + sort_sql(key) + " AS sort_key";
  select.sql += " FROM run_rows r";
  add_conditions(select, query, std::move(matching));
  select.sql += " ORDER BY ";
  // What is missing stands last either way.
  if (!key.empty()) {
    select.sql += "sort_key IS NULL, sort_key";
    select.sql += descending ? " DESC, " : ", ";
  }
  select.sql += "r.start_time DESC, r.number DESC";
  if (query.states.empty() && (query.limit || query.offset > 0)) {
    const auto clamp = [](std::uint64_t value) {
      return static_cast<std::int64_t>(
          std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max()));
    };
    select.sql += " LIMIT ? OFFSET ?";
    select.arguments.emplace_back(query.limit ? clamp(*query.limit) : -1);
    select.arguments.emplace_back(clamp(query.offset));
  }
  return select;
}

}  // namespace track::storage
