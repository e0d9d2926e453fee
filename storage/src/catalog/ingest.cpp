#include "track/storage/catalog/ingest.hpp"

#include <utility>

#include "catalog/ingest_pass.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"
#include "track/storage/journal/reader.hpp"

namespace track::storage {
namespace {

constexpr int k_lock_wait_ms = 10'000;

}  // namespace

IngestReport ingest_journals(const StoreLayout& layout, Catalog& catalog,
                             const Progress& progress) {
  if (list_journal_runs(layout.journals()).empty()) return {};
  const auto lock = lock_file(layout.ingest_lock(), layout.file_mode(), k_lock_wait_ms);
  if (!lock) {
    throw Error(ErrorCode::busy, "cannot ingest journals of '" + layout.root.string() +
                                     "': another process ingests them");
  }
  IngestPass pass(layout, catalog, progress);
  const auto runs = list_journal_runs(layout.journals());
  pass.take_content(runs);
  pass.clear_consumed(runs);
  return pass.report();
}

}  // namespace track::storage
