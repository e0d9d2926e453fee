#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/locate.hpp"
#include "track/storage/catalog/catalog.hpp"
#include "track/storage/catalog/private_catalog.hpp"
#include "track/storage/objects/object_store.hpp"
#include "track/store.hpp"

namespace track {

/// What a Store holds open. The catalog is opened at once, the objects when first asked for.
///
/// Where ingest is deferred questions are answered from a private copy of the catalog, and its own
/// is opened only to be changed.
class Store::Impl {
 public:
  Impl(detail::OpenedStore store, bool ingest);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] const storage::StoreLayout& layout() const noexcept { return store_.layout; }
  [[nodiscard]] const detail::StoreConfig& config() const noexcept { return store_.config; }
  [[nodiscard]] const detail::OpenedStore& opened() const noexcept { return store_; }
  /// The store's catalog as it stands, without ingesting. Error{usage} where runs only wait.
  [[nodiscard]] storage::Catalog& catalog();
  /// For questions: the catalog with what journals hold, which is moved into it unless ingest is
  /// deferred; a store that cannot be written is read as it is.
  [[nodiscard]] storage::Catalog& fresh();
  /// What the last fresh() answered.
  [[nodiscard]] storage::Catalog& current();
  /// For changes: the store's catalog after what journals hold was moved into it, also where that
  /// is deferred.
  [[nodiscard]] storage::Catalog& for_change();
  [[nodiscard]] storage::ObjectStore& objects();
  /// Takes what one directory laid out as a store holds.
  IngestReport take(const std::filesystem::path& source, const Progress& progress);
  /// Why the last fresh() may lack what journals hold; empty: it lacks nothing.
  [[nodiscard]] const std::string& lag() const noexcept { return lag_; }
  /// The same of one run, whose journal may be what could not be read.
  [[nodiscard]] std::string lag_of(const RunId& run) const;

 private:
  void ingest_own();
  void refresh_private();

  detail::OpenedStore store_;
  bool ingest_;
  bool deferred_;
  std::string lag_;
  std::vector<std::string> problems_;  // of the last ingest
  std::unique_ptr<storage::Catalog> catalog_;
  std::unique_ptr<storage::PrivateCatalog> private_;
  std::unique_ptr<storage::ObjectStore> objects_;
};

}  // namespace track
