#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/locate.hpp"
#include "track/storage/catalog/catalog.hpp"
#include "track/storage/objects/object_store.hpp"
#include "track/store.hpp"

namespace track {

/// What a Store holds open. The catalog is opened at once, the objects when first asked for.
class Store::Impl {
 public:
  Impl(detail::OpenedStore store, bool ingest);

  [[nodiscard]] const storage::StoreLayout& layout() const noexcept { return store_.layout; }
  [[nodiscard]] const detail::StoreConfig& config() const noexcept { return store_.config; }
  /// The catalog as it stands, without ingesting.
  [[nodiscard]] storage::Catalog& catalog() noexcept { return *catalog_; }
  /// The catalog after what journals hold was moved into it; a store that cannot be written is read
  /// as it is.
  [[nodiscard]] storage::Catalog& fresh();
  [[nodiscard]] storage::ObjectStore& objects();
  /// Takes what one directory laid out as a store holds.
  IngestReport take(const std::filesystem::path& source, const Progress& progress);
  /// Why the last fresh() may lack what journals hold; empty: it lacks nothing.
  [[nodiscard]] const std::string& lag() const noexcept { return lag_; }
  /// The same of one run, whose journal may be what could not be read.
  [[nodiscard]] std::string lag_of(const RunId& run) const;

 private:
  detail::OpenedStore store_;
  bool ingest_;
  std::string lag_;
  std::vector<std::string> problems_;  // of the last ingest
  std::unique_ptr<storage::Catalog> catalog_;
  std::unique_ptr<storage::ObjectStore> objects_;
};

}  // namespace track
