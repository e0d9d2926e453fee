#include <utility>

#include <fmt/format.h>

#include "run/artifact_source.hpp"
#include "run/run_core.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {

bool RunCore::log_artifact(const std::filesystem::path& path, const ArtifactOptions& options) {
  return attempt([&] { keep_artifact(path, options, describe_artifact(path, options), false); });
}

bool RunCore::log_output(const std::filesystem::path& file) {
  return attempt([&] {
    ArtifactOptions options;
    options.kind = ArtifactKind::output;
    options.deterministic = false;  // times and paths are printed, too
    auto record = describe_artifact(file, options);
    record.path.clear();  // it lies inside the store, and goes from there
    keep_artifact(file, options, std::move(record), true);
  });
}

void RunCore::keep_artifact(const std::filesystem::path& path, const ArtifactOptions& options,
                            ArtifactRecord record, bool inside_store) {
  record.run = id();
  record.rank = plan_.identity.rank;
  const auto what = fmt::format("artifact '{}'", record.name);
  if (!journal_) {
    keep(schemas::ArtifactEntry{std::move(record)}, what);  // throws, and says why there is none
    return;
  }
  const auto taken = take_artifact(*plan_.store, path, options, std::move(record), inside_store);
  keep(schemas::ArtifactEntry{taken.record}, what);
  if (auto* const writer = this->writer()) writer->sync();
  if (taken.trouble) {
    throw Error(taken.trouble->code(),
                fmt::format("cannot keep {}: {}", what, taken.trouble->what()),
                taken.trouble->hint());
  }
}

}  // namespace track::detail
