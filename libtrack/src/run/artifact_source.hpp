#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "store/locate.hpp"
#include "track/run_options.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/objects/object_store.hpp"

namespace track::detail {

/// Something that was put into the object store. Its lease holds as long as this lives: until the
/// record that names it is durable.
struct StoredPath {
  std::unique_ptr<storage::ObjectStore> objects;
  std::unique_ptr<storage::ObjectWriter> writer;
  storage::ObjectInfo info;
};

/// Stores a file or a tree; committed when it returns. Throws Error.
[[nodiscard]] StoredPath store_path(const OpenedStore& store, const std::filesystem::path& path,
                                    const storage::AddOptions& options);
/// Digests it only; `rehash` reads it whatever the stat cache says. Throws Error.
[[nodiscard]] storage::ObjectInfo digest_path(const OpenedStore& store,
                                              const std::filesystem::path& path, bool sha256,
                                              bool rehash = false);

/// What became of a file that was to be an artifact.
struct TakenArtifact {
  ArtifactRecord record;         ///< stored, digest_only or lost
  StoredPath stored;             ///< to be kept until the record is durable
  std::optional<Error> trouble;  ///< why it is less than what was asked for
};

/// Fills a record from the options. Throws Error{usage} where the name cannot be one.
[[nodiscard]] ArtifactRecord describe_artifact(const std::filesystem::path& path,
                                               const ArtifactOptions& options);
/// Stores what is at `path`, else digests it, and completes `record`. Never throws Error.
/// `inside_store`: a file of the store's own.
[[nodiscard]] TakenArtifact take_artifact(const OpenedStore& store,
                                          const std::filesystem::path& path,
                                          const ArtifactOptions& options, ArtifactRecord record,
                                          bool inside_store = false);

}  // namespace track::detail
