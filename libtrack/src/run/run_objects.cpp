#include <utility>

#include <fmt/format.h>

#include "run/name_rules.hpp"
#include "run/run_core.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/objects/hasher.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

/// The name that a path goes by: its last part, also of "dir/".
std::string last_part(const fs::path& path) {
  const auto plain = path.lexically_normal();
  return (plain.filename().empty() ? plain.parent_path() : plain).filename().string();
}

void take_info(ArtifactRecord& record, const storage::ObjectInfo& info) {
  record.digest = info.digest;
  record.sha256 = info.sha256;
  record.size = info.size;
  record.is_tree = info.is_tree;
}

}  // namespace

std::unique_ptr<storage::ObjectStore> RunCore::open_objects() const {
  storage::ObjectStoreOptions options;
  options.free_space_floor = plan_.store->config.free_space_floor;
  return storage::open_object_store(plan_.store->layout, options);
}

RunCore::Stored RunCore::store_path(const fs::path& path, bool sha256) const {
  Stored stored;
  stored.objects = open_objects();
  stored.writer = stored.objects->begin();
  storage::AddOptions options;
  options.sha256 = sha256;
  stored.info = fs::is_directory(path) ? stored.writer->add_tree(path, options)
                                       : stored.writer->add_file(path, options);
  stored.writer->commit();
  return stored;
}

storage::ObjectInfo RunCore::digest_path(const fs::path& path, bool sha256, bool rehash) const {
  return storage::Hasher(plan_.store->layout).path(path, sha256, rehash);
}

bool RunCore::log_artifact(const fs::path& path, const ArtifactOptions& options) {
  return attempt([&] {
    ArtifactRecord record;
    record.run = id();
    record.name = options.name.empty() ? last_part(path) : options.name;
    check_artifact_name(record.name);
    record.kind = options.kind;
    std::error_code ignored;
    if (record.kind == ArtifactKind::file && fs::is_directory(path, ignored))
      record.kind = ArtifactKind::tree;
    record.step = options.step;
    record.path = path.string();
    record.deterministic = options.deterministic;
    record.rank = plan_.identity.rank;
    record.time = Clock::system().now();
    const bool sha256 = options.sha256 || options.kind == ArtifactKind::model ||
                        options.kind == ArtifactKind::dataset;
    keep_artifact(path, options.store, sha256, std::move(record));
  });
}

void RunCore::keep_artifact(const fs::path& path, bool store, bool sha256, ArtifactRecord record) {
  const auto what = fmt::format("artifact '{}'", record.name);
  Stored stored;  // holds its lease until the record is durable
  std::optional<Error> trouble;
  if (!journal_) {
    keep(schemas::ArtifactEntry{std::move(record)}, what);  // says why there is none
    return;
  }
  if (store) {
    try {
      stored = store_path(path, sha256);
      take_info(record, stored.info);
    } catch (const Error& error) {
      trouble = error;
    }
  }
  if (!stored.writer) {
    record.state = ArtifactState::digest_only;
    try {
      take_info(record, digest_path(path, sha256, false));
    } catch (const Error& error) {
      record.state = ArtifactState::lost;
      if (!trouble) trouble = error;
    }
    record.detail = trouble ? trouble->what() : "only the digest was asked for";
  }
  keep(schemas::ArtifactEntry{std::move(record)}, what);
  if (auto* const writer = this->writer()) writer->sync();
  if (trouble) throw Error(*trouble);
}

}  // namespace track::detail
