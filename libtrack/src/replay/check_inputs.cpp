#include <optional>
#include <string>

#include <fmt/format.h>

#include "capture/field_names.hpp"
#include "judge/field_compare.hpp"
#include "query/store_impl.hpp"
#include "replay/checks.hpp"
#include "replay/materialize.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"
#include "track/storage/objects/hasher.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

/// Where the snapshot has a file; nothing where it does not hold the path.
std::optional<storage::TreeEntry> in_snapshot(const storage::ObjectStore& objects, Digest tree,
                                              const fs::path& relative) {
  std::optional<storage::TreeEntry> found;
  for (auto part = relative.begin(); part != relative.end(); ++part) {
    if (found && found->type != storage::EntryType::directory) return std::nullopt;
    const auto manifest = objects.read_tree(found ? found->digest : tree);
    found.reset();
    for (const auto& entry : manifest.entries) {
      if (entry.name == *part) found = entry;
    }
    if (!found) return std::nullopt;
  }
  return found;
}

/// Whether a path from the code root leads to what lies beside it, in the directory that holds a
/// fresh copy and nothing else.
bool lies_beside(const fs::path& relative) {
  auto part = relative.begin();
  if (part == relative.end() || *part != ".." || ++part == relative.end()) return false;
  return *part != ".." && *part != k_code_directory;
}

/// Where a path leads from the code root. A relative one is followed as it is written: what leaves
/// the code and comes back by a directory's name does not come back in a fresh copy.
fs::path from_code_root(const ReplayPlan& plan, const fs::path& uri) {
  if (uri.is_absolute()) return uri.lexically_normal().lexically_relative(plan.code_root);
  return (plan.working_directory.lexically_relative(plan.code_root) / uri).lexically_normal();
}

/// What an input is now: its digest, or why there is none.
struct Present {
  std::optional<Digest> digest;
  std::string problem;
};

Present digest_now(const storage::StoreLayout& layout, const fs::path& path) {
  if (!storage::stat_entry(path)) return {.digest = {}, .problem = "it is missing"};
  try {
    return {.digest = storage::Hasher(layout).path(path).digest, .problem = {}};
  } catch (const Error& error) {
    return {.digest = {}, .problem = error.what()};
  }
}

void check_input(ReplayPlan& plan, Store& store, const DatasetRecord& dataset,
                 const Digest* snapshot) {
  const auto refuse = [&](std::string_view cause) {
    plan.refusals.push_back(fmt::format("inputs.{}: {}", dataset.name, cause));
  };
  if (dataset.method == DigestMethod::declared) return;  // never read by us: nothing to verify
  if (!dataset.digest) return refuse("no digest was recorded, so it cannot be verified");
  if (dataset.changed == true) return refuse("it changed while the run read it");
  const auto absolute = (plan.working_directory / dataset.uri).lexically_normal();
  const auto relative = from_code_root(plan, dataset.uri);
  const bool below_root = !plan.code_root.empty() && !relative.empty() && *relative.begin() != "..";
  const bool beside =
      !plan.code_root.empty() && fs::path(dataset.uri).is_relative() && lies_beside(relative);
  const bool placed = below_root || beside;
  auto& objects = store.impl().objects();
  if (below_root && snapshot != nullptr) {
    const auto entry = in_snapshot(objects, *snapshot, relative);
    if (entry && entry->digest == *dataset.digest) {  // comes with the code
      plan.verified.push_back({.record = dataset, .path = relative});
      return;
    }
  }
  InputLink link{.name = dataset.name,
                 .source = {},
                 .relative = placed ? relative : fs::path(),
                 .record = dataset};
  const auto present = digest_now(store.impl().layout(), absolute);
  if (!placed && fs::path(dataset.uri).is_relative()) {
    return refuse(
        fmt::format("'{}' lies where a fresh directory has no place for it: name it by an absolute "
                    "path, or put it beside the code",
                    dataset.uri));
  }
  if (present.digest == dataset.digest) {
    link.source = absolute;
  } else if (!dataset.stored || !objects.find(*dataset.digest)) {
    const auto cause =
        present.digest ? fmt::format("'{}' has changed: recorded {}, present {}", absolute.string(),
                                     dataset.digest->to_string(), present.digest->to_string())
                       : fmt::format("'{}' cannot be used: {}", absolute.string(), present.problem);
    return refuse(cause + "; its bytes were not kept in the store");
  } else if (!placed) {
    return refuse(
        fmt::format("'{}' lies outside the code and has changed; its bytes are in the store, but a "
                    "replay does not write there",
                    absolute.string()));
  }
  plan.verified.push_back({.record = dataset, .path = placed ? relative : absolute});
  if (placed) plan.inputs.push_back(std::move(link));
}

}  // namespace

void check_inputs(ReplayPlan& plan, Store& store, const ReplayOptions&) {
  const auto* field = find_field(plan.original.fields, Section::code, fields::k_code_snapshot);
  auto& objects = store.impl().objects();
  const bool usable = field != nullptr && field->object && objects.find(*field->object);
  const Digest* snapshot = usable ? &*field->object : nullptr;
  for (const auto& dataset : plan.original.datasets) check_input(plan, store, dataset, snapshot);
}

}  // namespace track::detail
