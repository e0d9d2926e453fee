#include "catalog/sqlite/attempts.hpp"

#include <array>

namespace track::storage {
namespace {

/// For every column that holds an attempt's number: adds one to those of a run from one on.
constexpr std::array k_move_up{
    "UPDATE attempt_rows SET number = number + 1 WHERE run = ? AND number >= ?",
    "UPDATE segment_rows SET attempt = attempt + 1 WHERE run = ? AND attempt >= ?",
    "UPDATE member_rows SET attempt = attempt + 1 WHERE run = ? AND attempt >= ?",
    "UPDATE artifact_rows SET attempt = attempt + 1 WHERE run = ? AND attempt >= ?",
    "UPDATE rewind_rows SET attempt = attempt + 1 WHERE run = ? AND attempt >= ?",
    "UPDATE series_rows SET attempt = attempt + 1 WHERE run = ? AND attempt >= ?",
    "UPDATE run_rows SET end_attempt = end_attempt + 1 WHERE id = ? AND end_attempt >= ?",
};

void move_up(const Connection& connection, const RunId& run, std::int64_t from) {
  for (const char* sql : k_move_up) {
    const auto update = connection.prepare(sql);
    update->bind(run.value, from);
    update->run();
  }
}

std::int64_t count_attempts(const Connection& connection, const RunId& run, std::int64_t below) {
  const auto count =
      connection.prepare("SELECT count(*) FROM attempt_rows WHERE run = ? AND stamp < ?");
  count->bind(run.value, below);
  return count->step() ? count->integer(0) : 0;
}

}  // namespace

bool is_purged(const Connection& connection, const RunId& run, std::int64_t stamp) {
  const auto find = connection.prepare("SELECT 1 FROM purged_rows WHERE run = ? AND stamp >= ?");
  find->bind(run.value, stamp);
  return find->step();
}

std::int64_t find_attempt(const Connection& connection, const RunId& run, std::int64_t stamp) {
  const auto find =
      connection.prepare("SELECT number FROM attempt_rows WHERE run = ? AND stamp = ?");
  find->bind(run.value, stamp);
  return find->step() ? find->integer(0) : 0;
}

std::int64_t insert_attempt(const Connection& connection, const RunId& run, std::int64_t stamp) {
  const auto make = connection.prepare("INSERT OR IGNORE INTO run_rows (id) VALUES (?)");
  make->bind(run.value);
  make->run();
  const auto number = count_attempts(connection, run, stamp) + 1;
  const auto later = count_attempts(connection, run, INT64_MAX) + 1 - number;
  if (later > 0) move_up(connection, run, number);
  const auto insert =
      connection.prepare("INSERT INTO attempt_rows (run, stamp, number) VALUES (?, ?, ?)");
  insert->bind(run.value, stamp, number);
  insert->run();
  const auto update = connection.prepare(
      "UPDATE run_rows SET attempt = ?2, removed = CASE ?3 WHEN 0 THEN NULL ELSE removed END"
      " WHERE id = ?1");
  update->bind(run.value, number + later, later);
  update->run();
  return number;
}

}  // namespace track::storage
