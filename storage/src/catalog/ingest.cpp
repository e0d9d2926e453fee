#include "track/storage/catalog/ingest.hpp"

#include <utility>

#include "catalog/ingest_pass.hpp"
#include "catalog/ingest_source.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"
#include "track/storage/journal/reader.hpp"

namespace track::storage {
namespace {

constexpr int k_lock_wait_ms = 10'000;

Fd lock_ingest(const StoreLayout& layout) {
  auto lock = lock_file(layout.ingest_lock(), layout.file_mode(), k_lock_wait_ms);
  if (lock) return std::move(*lock);
  throw Error(ErrorCode::busy, "cannot ingest journals of '" + layout.root.string() +
                                   "': another process ingests them");
}

}  // namespace

IngestReport ingest_journals(const StoreLayout& layout, Catalog& catalog,
                             const Progress& progress) {
  if (list_journal_runs(layout.journals()).empty() && list_inbox(layout).empty()) return {};
  const auto lock = lock_ingest(layout);
  IngestPass pass(layout, catalog, progress);
  const auto runs = list_journal_runs(layout.journals());
  pass.take_content(runs);
  pass.clear_consumed(runs);
  auto report = pass.report();
  take_inbox(layout, catalog, progress, report);
  return report;
}

IngestReport ingest_from(const StoreLayout& store, Catalog& catalog, const StoreLayout& source,
                         Taken taken, const Progress& progress) {
  const auto lock = lock_ingest(store);
  return take_source(store, catalog, source, taken, progress);
}

}  // namespace track::storage
