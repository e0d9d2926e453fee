#pragma once

#include <string>
#include <vector>

#include "track/schemas/query.hpp"
#include "track/schemas/store_reports.hpp"
#include "track/storage/catalog/catalog.hpp"
#include "track/storage/catalog/ingest.hpp"
#include "track/storage/store_layout.hpp"

namespace track::storage {

/// ingest_from() by whoever holds the ingest.lock of `store`.
[[nodiscard]] IngestReport take_source(const StoreLayout& store, Catalog& catalog,
                                       const StoreLayout& source, Taken taken,
                                       const Progress& progress);
/// Takes all that lies in the inbox, and removes what is empty then. What of it cannot be taken is
/// said in the report and stays.
void take_inbox(const StoreLayout& store, Catalog& catalog, const Progress& progress,
                IngestReport& report);

/// Throws where what lies in an inbox is not to be taken: who may write to the store may leave
/// something there, nobody else could have, and nothing may lead out of it.
void check_source(const StoreLayout& store, const StoreLayout& source);
/// Says of every run of a source that something is missing of it: gates must know.
void report_untaken(std::vector<std::string>& problems, const StoreLayout& source,
                    const std::string& cause);

}  // namespace track::storage
