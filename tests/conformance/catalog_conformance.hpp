#pragma once

#include <functional>
#include <memory>

#include "track/storage/catalog/catalog.hpp"

namespace track_test {

/// Makes an empty catalog; `journals` is a directory of the test's own.
using CatalogFactory = std::function<std::unique_ptr<track::storage::Catalog>()>;

// What every catalog does. Each is called from a TEST_CASE of its own per backend.

void check_ingest(const CatalogFactory& make_catalog);
void check_conflicts(const CatalogFactory& make_catalog);
void check_points(const CatalogFactory& make_catalog);
void check_runs(const CatalogFactory& make_catalog);
void check_words(const CatalogFactory& make_catalog);
void check_registry(const CatalogFactory& make_catalog);

}  // namespace track_test
