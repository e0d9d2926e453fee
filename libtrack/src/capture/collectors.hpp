#pragma once

#include <vector>

#include "capture/capture.hpp"
#include "capture/loaded_objects.hpp"
#include "track/schemas/field.hpp"
#include "track/storage/objects/hasher.hpp"

// One collector a file. None throws but for lack of memory: what fails is an unavailable field.

namespace track::detail {

using Fields = std::vector<CapturedField>;

/// With the store's stat cache where there is a store.
[[nodiscard]] storage::Hasher make_hasher(const CaptureContext& context);

/// Command line, working directory, environment, limits. `environment` of all sections.
[[nodiscard]] Fields collect_invocation(const CaptureContext& context);
[[nodiscard]] Fields collect_environment(const CaptureContext& context);
/// Floating-point control of the calling thread.
[[nodiscard]] Fields collect_numerics(Phase phase);
/// Affinity of the calling thread, quota of its control group.
[[nodiscard]] Fields collect_threads();
[[nodiscard]] Fields collect_thread_count();
[[nodiscard]] Fields collect_distributed(const CaptureContext& context);
[[nodiscard]] Fields collect_hardware(const CaptureContext& context);
[[nodiscard]] Fields collect_software(const CaptureContext& context, storage::Hasher& hasher);
/// The objects loaded into this process, or those that a command is linked to.
[[nodiscard]] CapturedField collect_objects(const CaptureContext& context, storage::Hasher& hasher,
                                            Phase phase);
/// What the loader would load to start the command; throws Error where that cannot be told.
[[nodiscard]] std::vector<LoadedObject> linked_objects_of(const CaptureContext& context);
/// The value of an `objects` field.
[[nodiscard]] JsonText describe_objects(const std::vector<LoadedObject>& objects,
                                        storage::Hasher& hasher);
/// `objects` may be null: described, not stored.
[[nodiscard]] Fields collect_program(const CaptureContext& context, storage::Hasher& hasher,
                                     storage::ObjectWriter* objects);
[[nodiscard]] Fields collect_code(const CaptureContext& context, storage::ObjectWriter& objects);
[[nodiscard]] Fields collect_resources(const CaptureContext& context);

}  // namespace track::detail
