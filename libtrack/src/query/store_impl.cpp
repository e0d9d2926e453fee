#include "query/store_impl.hpp"

#include <unistd.h>

#include <utility>

#include "track/schemas/error.hpp"
#include "track/storage/catalog/ingest.hpp"

namespace track {
namespace {

bool writable(const storage::StoreLayout& layout) {
  return ::access(layout.root.c_str(), W_OK) == 0;
}

/// Failures that leave the catalog as it was: it can still be read.
bool readable_without(ErrorCode code) {
  return code == ErrorCode::io || code == ErrorCode::no_space || code == ErrorCode::permission ||
         code == ErrorCode::busy;
}

}  // namespace

Store::Impl::Impl(detail::OpenedStore store, bool ingest)
    : store_(std::move(store)),
      ingest_(ingest && writable(store_.layout)),
      catalog_(
          storage::open_sqlite_catalog(store_.layout, {.read_only = !writable(store_.layout)})) {}

storage::Catalog& Store::Impl::fresh() {
  if (!ingest_) return *catalog_;
  try {
    storage::ingest_journals(store_.layout, *catalog_);
  } catch (const Error& error) {
    if (!readable_without(error.code())) throw;
  }
  return *catalog_;
}

storage::ObjectStore& Store::Impl::objects() {
  if (!objects_) {
    objects_ = storage::open_object_store(store_.layout,
                                          {.free_space_floor = store_.config.free_space_floor,
                                           .read_only = !writable(store_.layout)});
  }
  return *objects_;
}

}  // namespace track
