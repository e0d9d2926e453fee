#pragma once

#include <filesystem>
#include <vector>

#include "track/schemas/query.hpp"
#include "track/schemas/store_reports.hpp"
#include "track/storage/catalog/catalog.hpp"
#include "track/storage/store_layout.hpp"

namespace track::storage {

/// Moves what journals hold beyond their cursors into the catalog, and what lies in the inbox,
/// under ingest.lock.
///
/// Idempotent. One at a time: where another process ingests, waits for it up to 10 s and then
/// does what is left. A segment is unlinked only when sealed (or its writer is dead), consumed,
/// and that commit is durable. Nothing in a journal stops it for good: problems are recorded.
/// On a read-only store or a full disk throws; reading goes on without.
IngestReport ingest_journals(const StoreLayout& layout, Catalog& catalog,
                             const Progress& progress = {});

/// What becomes of what was taken from elsewhere, once it is durable in the store.
enum class Taken : std::uint8_t { removed, left };

/// Takes what `source`, laid out as a store, holds for `store`: a spool, or a copy of one. Its
/// packs first, then its journals.
///
/// Idempotent, and nothing is removed before it is durable: killed at any point and done again it
/// neither loses nor doubles. A run that is still being written there stays until it ended. The
/// state of one whose locks cannot be judged from here is unknown unless it recorded its end. What
/// lies beside the segments of a run that is over, such as its output, goes along. Throws what
/// keeps the packs from being copied; then no journal is taken.
IngestReport ingest_from(const StoreLayout& store, Catalog& catalog, const StoreLayout& source,
                         Taken taken, const Progress& progress = {});

void add_report(IngestReport& sum, IngestReport report);

/// What lies in the inbox, names that begin with a dot apart: who copies something there gives it
/// such a name until it is whole.
[[nodiscard]] std::vector<std::filesystem::path> list_inbox(const StoreLayout& store);

}  // namespace track::storage
