#include "track/storage/catalog/private_catalog.hpp"

#include <array>
#include <filesystem>
#include <iterator>
#include <utility>

#include "catalog/ingest_pass.hpp"
#include "catalog/ingest_source.hpp"
#include "catalog/sqlite/readable_copy.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/catalog/ingest.hpp"
#include "track/storage/file.hpp"
#include "track/storage/journal/reader.hpp"

namespace track::storage {
namespace {

/// What tells that somebody wrote to a catalog: size and time of it and its WAL.
using Stamp = std::array<std::int64_t, 4>;

Stamp stamp_of(const StoreLayout& store) {
  Stamp stamp{};
  std::size_t at = 0;
  for (const auto& path : {store.catalog_db().string(), store.catalog_db().string() + "-wal"}) {
    if (const auto entry = stat_entry(path)) {
      stamp[at] = static_cast<std::int64_t>(entry->size) + 1;
      stamp[at + 1] = entry->mtime_ns;
    }
    at += 2;
  }
  return stamp;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

/// A directory laid out as the store is, whose journals are the store's.
class PrivateCatalog::Impl {
 public:
  explicit Impl(const StoreLayout& store)
      : stamp_(stamp_of(store)), copy_(store.catalog_db()), layout_{copy_.path().parent_path()} {
    // One that was lost is missed here, too.
    if (!stat_entry(store.catalog_db()))
      (void)open_sqlite_catalog(store, CatalogOptions{.read_only = true});
    std::filesystem::create_directory_symlink(std::filesystem::absolute(store.journals()),
                                              layout_.journals());
    catalog_ = open_sqlite_catalog(layout_);
  }

  [[nodiscard]] const Stamp& stamp() const noexcept { return stamp_; }
  [[nodiscard]] Catalog& catalog() noexcept { return *catalog_; }

  std::vector<std::string> take(const StoreLayout& store) {
    std::vector<std::string> problems;
    const Progress nobody;
    IngestPass own(layout_, *catalog_, nobody);
    own.take_content(list_journal_runs(layout_.journals()));
    append(problems, own.report().problems);
    for (const auto& path : list_inbox(store)) {
      const StoreLayout source{path, store.shared};
      try {
        check_source(store, source);
        IngestPass pass(source, layout_, *catalog_, nobody);
        pass.take_content(list_journal_runs(source.journals()));
        append(problems, pass.report().problems);
        append(problems, pass.report().waiting);
      } catch (const Error& error) {
        report_untaken(problems, source, error.what());
      }
    }
    return problems;
  }

 private:
  Stamp stamp_;
  ReadableCopy copy_;
  StoreLayout layout_;
  std::unique_ptr<Catalog> catalog_;
};

PrivateCatalog::PrivateCatalog(StoreLayout store)
    : store_(std::move(store)), impl_(std::make_unique<Impl>(store_)) {}
PrivateCatalog::~PrivateCatalog() = default;

std::vector<std::string> PrivateCatalog::refresh() {
  if (impl_->stamp() != stamp_of(store_)) impl_ = std::make_unique<Impl>(store_);
  return impl_->take(store_);
}

Catalog& PrivateCatalog::catalog() noexcept { return impl_->catalog(); }

}  // namespace track::storage
