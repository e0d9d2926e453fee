#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "track/storage/catalog/catalog.hpp"
#include "track/storage/store_layout.hpp"

namespace track::storage {

/// A copy of a store's catalog, in a temporary directory of this process, that has what journals
/// and the inbox hold besides: for reading where the store's own is not to be written.
///
/// Neither the catalog nor a journal of the store is changed. States and live points are asked of
/// the store's journals, as always.
///
/// Thread safety: one thread at a time.
class PrivateCatalog final {
 public:
  /// Throws Error{busy} where somebody keeps writing to the store's catalog, and what opening it
  /// throws.
  explicit PrivateCatalog(StoreLayout store);
  PrivateCatalog(const PrivateCatalog&) = delete;
  PrivateCatalog& operator=(const PrivateCatalog&) = delete;
  ~PrivateCatalog();

  /// Copies the store's catalog again where it changed, and takes what journals hold now. Returns
  /// what could not be taken, a sentence each. What catalog() gave before is not to be used after.
  std::vector<std::string> refresh();
  [[nodiscard]] Catalog& catalog() noexcept;

 private:
  class Impl;
  StoreLayout store_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace track::storage
