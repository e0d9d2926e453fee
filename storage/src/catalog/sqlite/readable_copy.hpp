#pragma once

#include <filesystem>
#include <string>

namespace track::storage {

/// A private copy of a catalog with its WAL, in a temporary directory that goes with it. Where
/// there is no catalog, an empty file.
class ReadableCopy final {
 public:
  /// Throws Error{busy} where somebody keeps writing to it.
  explicit ReadableCopy(const std::filesystem::path& catalog);
  ReadableCopy(const ReadableCopy&) = delete;
  ReadableCopy& operator=(const ReadableCopy&) = delete;
  ~ReadableCopy();

  [[nodiscard]] std::filesystem::path path() const { return directory_ / "catalog.db"; }

 private:
  std::filesystem::path directory_;
};

/// Whether a WAL with something in it lies beside the catalog.
[[nodiscard]] bool has_wal(const std::filesystem::path& catalog);

/// The path as it stands in a file: URI.
[[nodiscard]] std::string uri_path(const std::filesystem::path& path);

}  // namespace track::storage
