#pragma once

#include <cstdint>
#include <filesystem>
#include <list>
#include <optional>
#include <vector>

#include "objects/pack_reader.hpp"
#include "track/schemas/ids.hpp"
#include "track/storage/store_layout.hpp"

namespace track::storage {

/// objects/packs: where sealed packs lie, with the few that are open for reading.
///
/// Thread safety: one thread at a time.
class PackFolder final {
 public:
  explicit PackFolder(const StoreLayout& layout);

  [[nodiscard]] std::filesystem::path directory_of(const Uuid& pack) const;
  [[nodiscard]] std::filesystem::path path_of(const Uuid& pack) const;
  [[nodiscard]] std::filesystem::path tmp() const { return layout_.objects() / "tmp"; }
  [[nodiscard]] std::filesystem::path quarantine() const {
    return layout_.objects() / "quarantine";
  }
  /// Packs may be read by whoever may read the store, and written by nobody.
  [[nodiscard]] mode_t pack_mode() const noexcept { return layout_.shared ? 0440 : 0400; }
  [[nodiscard]] mode_t directory_mode() const noexcept { return layout_.directory_mode(); }

  /// Every pack that lies there, by name.
  [[nodiscard]] std::vector<Uuid> list() const;
  /// A pack open for reading, nothing where it is not there. Valid until the next call.
  [[nodiscard]] const PackReader* open(const Uuid& pack);
  /// Closes it, so that the next open() sees what lies there then.
  void forget(const Uuid& pack);

 private:
  StoreLayout layout_;
  std::list<PackReader> open_;  // most recently used first
};

}  // namespace track::storage
