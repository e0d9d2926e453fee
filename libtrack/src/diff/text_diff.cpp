#include "diff/text_diff.hpp"

#include <memory>

#include <git2.h>

#include <fmt/format.h>

#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

/// libgit2 counts its users; diffing buffers needs no repository.
class GitLibrary final {
 public:
  GitLibrary() { git_libgit2_init(); }
  GitLibrary(const GitLibrary&) = delete;
  GitLibrary& operator=(const GitLibrary&) = delete;
  ~GitLibrary() { git_libgit2_shutdown(); }
};

struct PatchDeleter {
  void operator()(git_patch* patch) const noexcept { git_patch_free(patch); }
};

std::unique_ptr<git_patch, PatchDeleter> make_patch(const std::string& path,
                                                    const std::string* left,
                                                    const std::string* right) {
  git_diff_options options = GIT_DIFF_OPTIONS_INIT;
  git_patch* patch = nullptr;
  const auto data = [](const std::string* text) {
    return text != nullptr ? text->data() : nullptr;
  };
  const auto size = [](const std::string* text) { return text != nullptr ? text->size() : 0; };
  const int error = git_patch_from_buffers(&patch, data(left), size(left), path.c_str(),
                                           data(right), size(right), path.c_str(), &options);
  if (error != 0) {
    const auto* last = git_error_last();
    throw Error(ErrorCode::io, fmt::format("cannot compare '{}': {}", path,
                                           last != nullptr ? last->message : "unknown cause"));
  }
  return std::unique_ptr<git_patch, PatchDeleter>(patch);
}

}  // namespace

bool is_text(std::string_view bytes) noexcept {
  constexpr std::size_t k_looked_at = 8000;
  return bytes.substr(0, k_looked_at).find('\0') == std::string_view::npos;
}

std::string unified_diff(const std::string& path, const std::string* left,
                         const std::string* right) {
  const GitLibrary library;
  const auto patch = make_patch(path, left, right);
  git_buf buffer = GIT_BUF_INIT;
  if (git_patch_to_buf(&buffer, patch.get()) != 0)
    throw Error(ErrorCode::io, fmt::format("cannot compare '{}'", path));
  std::string text(buffer.ptr, buffer.size);
  git_buf_dispose(&buffer);
  // Git's own header lines speak of blob ids, which nobody here has.
  const auto start = text.find("\n--- ");
  if (text.find("\n@@ ") == std::string::npos) return {};  // headers alone: no line differs
  return start == std::string::npos ? std::string() : text.substr(start + 1);
}

}  // namespace track::detail
