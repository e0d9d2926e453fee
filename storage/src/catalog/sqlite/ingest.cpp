#include <algorithm>

#include "catalog/sqlite/batch_writer.hpp"
#include "catalog/sqlite/sqlite_catalog.hpp"

namespace track::storage {

SqliteCatalog::SqliteCatalog(const StoreLayout& layout, const CatalogOptions& options)
    : layout_(layout), options_(options), connection_(layout, options, Access::write) {}

std::unique_ptr<Catalog> open_sqlite_catalog(const StoreLayout& layout,
                                             const CatalogOptions& options) {
  return std::make_unique<SqliteCatalog>(layout, options);
}

const Connection& SqliteCatalog::views() const {
  if (!views_) {
    views_ = std::make_unique<Connection>(layout_, options_, Access::read_views);
  }
  return *views_;
}

IngestReport SqliteCatalog::ingest(std::span<const schemas::JournalBatch> batches) {
  IngestReport report;
  // Most polls of a running run bring nothing, and must not wait for a writer to learn it.
  if (std::none_of(batches.begin(), batches.end(),
                   [&](const auto& batch) { return is_news(connection_, batch); })) {
    return report;
  }
  Transaction transaction(connection_, "ingest journals");
  BatchWriter writer(connection_, report);
  for (const auto& batch : batches) {
    if (is_news(connection_, batch)) writer.write(batch);
  }
  writer.finish();
  for (const auto& problem : report.problems) {
    insert_problem("ingest", problem, Clock::system().now());
  }
  transaction.commit();
  return report;
}

std::optional<std::uint64_t> SqliteCatalog::cursor(const Uuid& segment) const {
  const auto state = find_segment(connection_, segment);
  return state ? std::optional(state->position) : std::nullopt;
}

bool SqliteCatalog::is_blank() const {
  return !connection_.prepare("SELECT 1 FROM segment_rows LIMIT 1")->step();
}

void SqliteCatalog::insert_problem(std::string_view subject, std::string_view detail,
                                   Timestamp time) {
  const auto insert = connection_.prepare(
      "INSERT INTO problem_rows (subject, detail, time) VALUES (?, ?, ?)"
      " ON CONFLICT (subject, detail) DO UPDATE SET time = excluded.time");
  insert->bind(subject, detail, time.ms);
  insert->run();
}

void SqliteCatalog::record_problem(std::string_view subject, std::string_view detail,
                                   Timestamp time) {
  Transaction transaction(connection_, "record a problem");
  insert_problem(subject, detail, time);
  transaction.commit();
}

std::vector<std::pair<std::string, std::string>> SqliteCatalog::problems() const {
  const auto rows = connection_.prepare("SELECT subject, detail FROM problem_rows ORDER BY id");
  std::vector<std::pair<std::string, std::string>> problems;
  while (rows->step()) problems.emplace_back(rows->text(0), rows->text(1));
  return problems;
}

}  // namespace track::storage
