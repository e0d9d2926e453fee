#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "query/journal_roots.hpp"
#include "query/store_impl.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/catalog/ingest.hpp"
#include "track/storage/file.hpp"
#include "track/store.hpp"

namespace track {
namespace {

std::uint64_t size_below(const std::filesystem::path& path) {
  const auto top = storage::stat_entry(path);
  if (!top) return 0;
  if (!S_ISDIR(top->mode)) return top->size;
  std::uint64_t size = 0;
  storage::walk(path, [&](const storage::WalkEntry& entry) {
    size += entry.size;
    return true;
  });
  return size;
}

/// Every digest that a run names, with the bytes behind it.
std::vector<std::pair<Digest, std::uint64_t>> digests_of(const storage::Catalog& catalog,
                                                         const RunId& run) {
  const std::vector<RunId> ids = {run};
  std::vector<std::pair<Digest, std::uint64_t>> digests;
  for (const auto& artifact : catalog.artifacts(ids)) {
    if (artifact.digest && artifact.state == ArtifactState::stored)
      digests.emplace_back(*artifact.digest, artifact.size);
  }
  for (const auto& dataset : catalog.datasets(ids)) {
    if (dataset.digest && dataset.stored) digests.emplace_back(*dataset.digest, dataset.size);
  }
  return digests;
}

/// Every digest whose bytes a run or a model version counts on.
std::unordered_set<Digest> kept_digests(const storage::Catalog& catalog) {
  std::unordered_set<Digest> digests;
  for (const auto& run : catalog.list_runs({})) {
    for (const auto& [digest, size] : digests_of(catalog, run.id)) digests.insert(digest);
  }
  for (const auto& model : catalog.models()) {
    for (const auto& version : catalog.versions(model.name)) digests.insert(version.digest);
  }
  return digests;
}

/// A catalog that was deleted and made anew names nothing, and would doom all there is.
void refuse_lost_catalog(const storage::StoreLayout& layout, const storage::Catalog& catalog,
                         const storage::ObjectStore& objects) {
  if (!catalog.is_blank() || objects.usage().packs == 0) return;
  throw Error(ErrorCode::corrupt,
              "cannot collect garbage in '" + layout.root.string() +
                  "': the catalog has never seen a run, yet there are objects",
              "if catalog.db was lost, put back a copy of it first");
}

}  // namespace

VerifyReport Store::verify(const VerifyStoreOptions& options) {
  auto& catalog = impl_->fresh();
  auto& objects = impl_->objects();
  if (options.rebuild_index) objects.rebuild_index(options.progress);
  auto report = objects.verify({.data = options.data,
                                .max_duration_ms = options.max_duration_ms,
                                .progress = options.progress});
  for (auto& problem : catalog.check())
    report.findings.push_back(
        {.path = "catalog.db", .problem = std::move(problem), .objects = {}, .hurts = {}});
  for (const auto& digest : kept_digests(catalog)) {
    if (!objects.find(digest)) {
      report.findings.push_back({.path = digest.to_string(),
                                 .problem = "its bytes are missing",
                                 .objects = {digest},
                                 .hurts = {}});
    }
  }
  for (auto& finding : report.findings) {
    for (const auto& object : finding.objects) {
      for (auto& owner : catalog.owners(object)) {
        if (std::find(finding.hurts.begin(), finding.hurts.end(), owner) == finding.hurts.end())
          finding.hurts.push_back(owner);
      }
    }
  }
  return report;
}

GcReport Store::gc(const GcStoreOptions& options) {
  auto& catalog = impl_->catalog();
  storage::ingest_journals(impl_->layout(), catalog, options.progress);
  refuse_lost_catalog(impl_->layout(), catalog, impl_->objects());
  const Timestamp removed_before{Clock::system().now().ms - options.grace_ms};
  const auto purged =
      options.dry_run ? catalog.purgeable(removed_before).size() : catalog.purge(removed_before);
  const auto roots = [&] {
    // Journals first: what ingest moves meanwhile is then found in the catalog.
    auto references = detail::journal_references(
        impl_->layout(), [&](const Uuid& segment) { return catalog.cursor(segment); });
    const auto without = options.dry_run ? removed_before : Timestamp{};
    for (const auto& digest : catalog.references(without)) references.insert(digest);
    return references;
  };
  auto report = impl_->objects().gc(
      roots,
      {.dry_run = options.dry_run, .grace_ms = options.grace_ms, .progress = options.progress});
  report.purged_runs = purged;
  report.dry_run = options.dry_run;
  for (auto& object : report.objects) object.owners = catalog.owners(object.digest);
  return report;
}

UsageReport Store::usage() {
  auto& catalog = impl_->fresh();
  UsageReport report;
  report.objects = impl_->objects().usage();
  report.catalog_bytes = size_below(impl_->layout().catalog_db());
  report.journal_bytes = size_below(impl_->layout().journals());
  std::unordered_map<Digest, std::unordered_set<std::string>> owners;
  const auto runs = catalog.list_runs({});
  for (const auto& run : runs) {
    for (const auto& [digest, size] : digests_of(catalog, run.id))
      owners[digest].insert(run.id.value);
  }
  for (const auto& run : runs) {
    RunUsage usage{.run = run.id.value, .name = run.name, .logical_bytes = 0, .unique_bytes = 0};
    std::unordered_set<Digest> seen;
    for (const auto& [digest, size] : digests_of(catalog, run.id)) {
      if (!seen.insert(digest).second) continue;
      usage.logical_bytes += size;
      if (owners[digest].size() == 1) usage.unique_bytes += size;
    }
    report.runs.push_back(std::move(usage));
  }
  std::stable_sort(report.runs.begin(), report.runs.end(),
                   [](const auto& a, const auto& b) { return a.logical_bytes > b.logical_bytes; });
  return report;
}

void Store::remove(const std::vector<RunId>& runs) {
  impl_->for_change().remove(runs, Clock::system().now());
}

void Store::restore(const std::vector<RunId>& runs) { impl_->for_change().restore(runs); }

}  // namespace track
