#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/store_config.hpp"
#include "track/schemas/field.hpp"
#include "track/schemas/time.hpp"
#include "track/storage/objects/object_store.hpp"

namespace track::detail {

/// What collectors may look at. Taken on the caller's thread when the run starts.
struct CaptureContext {
  std::vector<std::string> args;
  std::filesystem::path working_directory;
  Timestamp start;
  StoreConfig config;
  std::filesystem::path store_root;  ///< never captured
  bool code = true;
  bool program = true;
  /// The program to describe: this process's own, or, from `track run`, the command's.
  std::filesystem::path executable;
  bool own_process = true;
  std::vector<std::string> environment;  ///< "NAME=value" as of process start
};

/// Cheap facts of this process and moment, read on the caller's thread in well under a millisecond:
/// argv, working directory, environment, floating-point state, affinity, limits.
[[nodiscard]] std::vector<CapturedField> capture_quick(const CaptureContext& context);
/// Everything that costs: code snapshot, program, loaded objects, hardware. Runs on the helper.
/// A collector that fails leaves `unavailable` fields, never an exception.
[[nodiscard]] std::vector<CapturedField> capture_slow(const CaptureContext& context,
                                                      storage::ObjectWriter& objects);
/// As the run ends: loaded objects and floating-point state again, resources.
[[nodiscard]] std::vector<CapturedField> capture_finish(const CaptureContext& context);

/// Hardware, software and numerics of here and now in the form that a run records, for levels.
///
/// Program and objects are those of `context`, which a replay fills in for the program that it is
/// about to start (own_process = false); the environment is `context.environment`.
[[nodiscard]] std::vector<CapturedField> capture_present(const CaptureContext& context);

/// What the files behind a recorded `objects` field are now: the same names and paths, digested
/// anew. A file that is gone is left out.
[[nodiscard]] CapturedField present_objects(const CapturedField& recorded,
                                            const CaptureContext& context);

/// The digest under which a person's or a machine's name is kept: BLAKE3, derive-key mode.
[[nodiscard]] std::string personal_hash(std::string_view clear);

/// Writes the tree of a run's code snapshot into a directory that is absent or empty, every file
/// and directory with its mode, but for the files of `omitted`, paths in it. Returns what the
/// snapshot left out, each "<path>: <why>".
///
/// Throws Error{not_found} where the run has no snapshot, Error{conflict} where `directory` holds
/// something, Error{corrupt} where what is stored is damaged.
std::vector<std::string> restore_snapshot(const std::vector<CapturedField>& fields,
                                          const storage::ObjectStore& objects,
                                          const std::filesystem::path& directory,
                                          const std::set<std::string>& omitted = {});

}  // namespace track::detail
