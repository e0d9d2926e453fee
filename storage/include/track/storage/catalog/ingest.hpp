#pragma once

#include "track/schemas/query.hpp"
#include "track/schemas/store_reports.hpp"
#include "track/storage/catalog/catalog.hpp"
#include "track/storage/store_layout.hpp"

namespace track::storage {

/// Moves what journals hold beyond their cursors into the catalog, under ingest.lock.
///
/// Idempotent. One at a time: where another process ingests, waits for it up to 10 s and then
/// does what is left. A segment is unlinked only when sealed (or its writer is dead), consumed,
/// and that commit is durable. Nothing in a journal stops it for good: problems are recorded.
/// On a read-only store or a full disk throws; reading goes on without.
IngestReport ingest_journals(const StoreLayout& layout, Catalog& catalog,
                             const Progress& progress = {});

}  // namespace track::storage
