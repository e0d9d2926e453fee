#include "query/store_impl.hpp"

#include <unistd.h>

#include <utility>

#include <fmt/format.h>

#include "store/spool.hpp"
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
    : store_(std::move(store)), ingest_(ingest), deferred_(detail::defers_ingest(store_)) {
  if (!deferred_) (void)catalog();
}

Store::Impl::~Impl() = default;

storage::Catalog& Store::Impl::catalog() {
  if (store_.spool_of) {
    throw Error(
        ErrorCode::usage,
        fmt::format("cannot change store '{}': runs only wait there for store '{}'",
                    layout().root.string(), store_.spool_of->string()),
        fmt::format("track ingest --store {} takes them", detail::shell_word(*store_.spool_of)));
  }
  if (!catalog_)
    catalog_ = storage::open_sqlite_catalog(layout(), {.read_only = !writable(layout())});
  return *catalog_;
}

void Store::Impl::ingest_own() {
  if (!writable(layout())) {
    if (has_journals(layout())) lag_ = "the store cannot be written";
    return;
  }
  const auto report = storage::ingest_journals(layout(), catalog());
  problems_ = report.problems;
  problems_.insert(problems_.end(), report.waiting.begin(), report.waiting.end());
  lag_.clear();
}

void Store::Impl::refresh_private() {
  if (!private_) private_ = std::make_unique<storage::PrivateCatalog>(layout());
  if (!ingest_) return;
  problems_ = private_->refresh();
  lag_.clear();
}

storage::Catalog& Store::Impl::fresh() {
  if (!ingest_ && !deferred_) return catalog();
  try {
    if (deferred_) {
      refresh_private();
    } else {
      ingest_own();
    }
  } catch (const Error& error) {
    if (!readable_without(error.code()) || (deferred_ && !private_)) throw;
    lag_ = error.what();
  }
  return current();
}

storage::Catalog& Store::Impl::current() { return private_ ? private_->catalog() : catalog(); }

storage::Catalog& Store::Impl::for_change() {
  if (!deferred_) return fresh();
  auto& own = catalog();
  ingest_own();
  return own;
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
