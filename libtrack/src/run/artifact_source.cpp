#include "run/artifact_source.hpp"

#include <utility>

#include "run/name_rules.hpp"
#include "track/storage/objects/hasher.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

/// The name that a path goes by: its last part, also of "dir/".
std::string last_part(const fs::path& path) {
  const auto plain = path.lexically_normal();
  return (plain.filename().empty() ? plain.parent_path() : plain).filename().string();
}

bool names_directory(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

void take_info(ArtifactRecord& record, const storage::ObjectInfo& info) {
  record.digest = info.digest;
  record.sha256 = info.sha256;
  record.size = info.size;
  record.is_tree = info.is_tree;
}

bool wants_sha256(const ArtifactOptions& options) {
  return options.sha256 || options.kind == ArtifactKind::model ||
         options.kind == ArtifactKind::dataset;
}

}  // namespace

StoredPath store_path(const OpenedStore& store, const fs::path& path,
                      const storage::AddOptions& options) {
  storage::ObjectStoreOptions store_options;
  store_options.free_space_floor = store.config.free_space_floor;
  store_options.self_contained = store.spool_of.has_value();
  StoredPath stored;
  stored.objects = storage::open_object_store(store.layout, store_options);
  stored.writer = stored.objects->begin();
  stored.info = names_directory(path) ? stored.writer->add_tree(path, options)
                                      : stored.writer->add_file(path, options);
  stored.writer->commit();
  return stored;
}

storage::ObjectInfo digest_path(const OpenedStore& store, const fs::path& path, bool sha256,
                                bool rehash) {
  return storage::Hasher(store.layout).path(path, sha256, rehash);
}

ArtifactRecord describe_artifact(const fs::path& path, const ArtifactOptions& options) {
  ArtifactRecord record;
  record.name = options.name.empty() ? last_part(path) : options.name;
  check_artifact_name(record.name);
  record.kind = options.kind == ArtifactKind::file && names_directory(path) ? ArtifactKind::tree
                                                                            : options.kind;
  record.step = options.step;
  record.path = path.string();
  record.deterministic = options.deterministic;
  record.time = Clock::system().now();
  return record;
}

TakenArtifact take_artifact(const OpenedStore& store, const fs::path& path,
                            const ArtifactOptions& options, ArtifactRecord record,
                            bool inside_store) {
  TakenArtifact taken{std::move(record), {}, std::nullopt};
  if (options.store) {
    try {
      storage::AddOptions add;
      add.sha256 = wants_sha256(options);
      add.inside_store = inside_store;
      taken.stored = store_path(store, path, add);
      take_info(taken.record, taken.stored.info);
      return taken;
    } catch (const Error& error) {
      taken.trouble = error;
    }
  }
  taken.record.state = ArtifactState::digest_only;
  try {
    take_info(taken.record, digest_path(store, path, wants_sha256(options)));
  } catch (const Error& error) {
    taken.record.state = ArtifactState::lost;
    if (!taken.trouble) taken.trouble = error;
  }
  taken.record.detail = taken.trouble ? taken.trouble->what() : "only the digest was asked for";
  return taken;
}

}  // namespace track::detail
