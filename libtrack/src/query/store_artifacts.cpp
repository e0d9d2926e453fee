#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include <fcntl.h>

#include <fmt/format.h>

#include "capture/capture.hpp"
#include "query/artifact_select.hpp"
#include "query/output_file.hpp"
#include "query/store_impl.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"
#include "track/store.hpp"

namespace track {
namespace {

constexpr mode_t k_restored_mode = 0644;
constexpr std::size_t k_read_size = 64UL << 10;

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // bytes of text, unchanged
}

/// The live file of a program that still runs, or whose `track run` was killed.
bool read_live_output(const std::filesystem::path& path,
                      const std::function<void(std::string_view)>& sink) {
  const auto file = storage::open_if_exists(path, O_RDONLY);
  if (!file) return false;
  std::array<std::byte, k_read_size> buffer;
  for (std::uint64_t offset = 0;;) {
    const auto count = storage::read_at(file->get(), buffer, offset, path);
    if (count == 0) return true;
    sink(as_text(std::span(buffer).first(count)));
    offset += count;
  }
}

}  // namespace

ArtifactRecord Store::find_artifact(const RunId& run, std::string_view text) {
  return detail::select_artifact(impl_->fresh(), run, text);
}

void Store::restore_artifact(const ArtifactRecord& artifact, const std::filesystem::path& to,
                             bool overwrite) {
  if (!artifact.digest || artifact.state != ArtifactState::stored) {
    throw Error(ErrorCode::not_found,
                fmt::format("cannot write artifact '{}': its bytes were not kept{}{}",
                            artifact.name, artifact.detail.empty() ? "" : ": ", artifact.detail));
  }
  if (artifact.is_tree) {
    impl_->objects().restore_tree(*artifact.digest, to);
  } else {
    impl_->objects().restore_file(*artifact.digest, to, k_restored_mode, overwrite);
  }
}

bool Store::read_output(const RunId& run, const std::function<void(std::string_view)>& sink) {
  const std::array ids = {run};
  const auto artifacts = impl_->fresh().artifacts(ids);
  for (const auto& artifact : artifacts) {
    if (artifact.kind != ArtifactKind::output || !artifact.digest ||
        artifact.state != ArtifactState::stored)
      continue;
    impl_->objects().read(*artifact.digest,
                          [&](std::span<const std::byte> bytes) { sink(as_text(bytes)); });
    return true;
  }
  return read_live_output(impl_->layout().journal(run) / detail::k_output_file, sink);
}

std::vector<std::string> Store::restore_code(const RunId& run,
                                             const std::filesystem::path& directory) {
  return detail::restore_snapshot(impl_->fresh().fields(run), impl_->objects(), directory);
}

}  // namespace track
