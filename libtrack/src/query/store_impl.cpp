#include "query/store_impl.hpp"

#include <unistd.h>

#include <utility>

#include "track/schemas/error.hpp"
#include "track/storage/catalog/ingest.hpp"
#include "track/storage/file.hpp"

namespace track {
namespace {

bool writable(const storage::StoreLayout& layout) {
  return ::access(layout.root.c_str(), W_OK) == 0;
}

bool has_journals(const storage::StoreLayout& layout) {
  bool found = false;
  storage::walk(layout.journals(), [&](const storage::WalkEntry& entry) {
    found = found || entry.path.extension() == ".seg";
    return !found;
  });
  return found;
}

/// Failures that leave the catalog as it was: it can still be read, and where it is damaged itself,
/// what is whole of it.
bool readable_without(ErrorCode code) {
  return code == ErrorCode::io || code == ErrorCode::no_space || code == ErrorCode::permission ||
         code == ErrorCode::busy || code == ErrorCode::corrupt;
}

}  // namespace

Store::Impl::Impl(detail::OpenedStore store, bool ingest)
    : store_(std::move(store)),
      ingest_(ingest),
      catalog_(
          storage::open_sqlite_catalog(store_.layout, {.read_only = !writable(store_.layout)})) {}

storage::Catalog& Store::Impl::fresh() {
  if (!ingest_) return *catalog_;
  try {
    if (!writable(store_.layout)) {
      if (has_journals(store_.layout)) lag_ = "the store cannot be written";
      return *catalog_;
    }
    problems_ = storage::ingest_journals(store_.layout, *catalog_).problems;
    lag_.clear();
  } catch (const Error& error) {
    if (!readable_without(error.code())) throw;
    lag_ = error.what();
  }
  return *catalog_;
}

std::string Store::Impl::lag_of(const RunId& run) const {
  if (!lag_.empty()) return lag_;
  for (const auto& problem : problems_) {
    if (problem.find(run.value) != std::string::npos) return problem;
  }
  return {};
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
