#include <filesystem>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "query/store_impl.hpp"
#include "store/spool.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/catalog/ingest.hpp"
#include "track/storage/file.hpp"
#include "track/store.hpp"

namespace track {
namespace {

namespace fs = std::filesystem;

bool has_directory(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_laid_out(const fs::path& path) { return has_directory(path / "journals"); }

/// `directory` where it is laid out as a store, else what is so in it.
std::vector<fs::path> sources_in(const fs::path& directory) {
  if (is_laid_out(directory)) return {directory};
  std::vector<fs::path> found;
  if (has_directory(directory)) {
    storage::walk(directory, [&](const storage::WalkEntry& entry) {
      const bool whole = entry.path.filename().string().front() != '.';
      if (whole && is_laid_out(entry.path)) found.push_back(entry.path);
      return false;
    });
  }
  if (found.empty()) {
    throw Error(
        ErrorCode::not_found,
        fmt::format("cannot ingest '{}': there is no spool, and no journals", directory.string()),
        "name a spool, a copy of one, or a directory that holds some");
  }
  return found;
}

/// What is neither a spool nor in an inbox is somebody's store, and stays as it is.
storage::Taken fate_of(const fs::path& source) {
  return detail::spool_target(source) ? storage::Taken::removed : storage::Taken::left;
}

}  // namespace

IngestReport Store::ingest(const Progress& progress) {
  auto report = storage::ingest_journals(impl_->layout(), impl_->catalog(), progress);
  for (const auto& spool : detail::spools_for(impl_->layout().root)) {
    storage::add_report(report,
                        storage::ingest_from(impl_->layout(), impl_->catalog(), {spool.root, false},
                                             storage::Taken::removed, progress));
  }
  return report;
}

IngestReport Store::Impl::take(const fs::path& source, const Progress& progress) {
  std::error_code ignored;
  if (fs::equivalent(source, layout().root, ignored)) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot ingest '{}': it is the store itself", source.string()));
  }
  const storage::StoreLayout place{source, false};
  place.check();
  detail::require_own_directory(source);
  auto report = storage::ingest_from(layout(), catalog(), place, fate_of(source), progress);
  const auto its_catalog = storage::stat_entry(place.catalog_db());
  if (its_catalog && its_catalog->size > 0) {
    report.problems.push_back(fmt::format(
        "'{}' has a catalog of its own: runs that it alone holds were not taken", source.string()));
  }
  return report;
}

IngestReport Store::ingest_from(const std::vector<fs::path>& directories,
                                const Progress& progress) {
  IngestReport report;
  for (const auto& directory : directories) {
    std::error_code missing;
    const auto named = fs::canonical(directory, missing);
    for (const auto& source : sources_in(missing ? directory : named))
      storage::add_report(report, impl_->take(source, progress));
  }
  return report;
}

}  // namespace track
