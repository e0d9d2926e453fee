#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace track::detail {

/// Tells whether a file or tree was touched since it was read, by what stat says of it.
class DatasetWatch final {
 public:
  /// Looks at `path` now. Take it before the bytes are read.
  explicit DatasetWatch(const std::filesystem::path& path);
  /// Nothing where it cannot be told, as for a tree too large to walk again.
  [[nodiscard]] std::optional<bool> changed() const;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;  // absolute: the working directory may change
  std::optional<std::uint64_t> fingerprint_;
};

}  // namespace track::detail
