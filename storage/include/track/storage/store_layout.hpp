#pragma once

#include <sys/types.h>

#include <filesystem>

#include "track/schemas/ids.hpp"

namespace track::storage {

/// Where things lie in a store, and with which modes they are made.
struct StoreLayout {
  std::filesystem::path root;
  bool shared = false;  ///< group may write

  [[nodiscard]] std::filesystem::path config() const { return root / "config.toml"; }
  [[nodiscard]] std::filesystem::path config_lock() const { return root / "config.lock"; }
  [[nodiscard]] std::filesystem::path catalog_db() const { return root / "catalog.db"; }
  [[nodiscard]] std::filesystem::path ingest_lock() const { return root / "ingest.lock"; }
  [[nodiscard]] std::filesystem::path journals() const { return root / "journals"; }
  [[nodiscard]] std::filesystem::path journal(const RunId& run) const {
    return journals() / run.value;
  }
  [[nodiscard]] std::filesystem::path objects() const { return root / "objects"; }
  [[nodiscard]] std::filesystem::path inbox() const { return root / "inbox"; }
  [[nodiscard]] mode_t directory_mode() const noexcept { return shared ? 02770 : 0700; }
  [[nodiscard]] mode_t file_mode() const noexcept { return shared ? 0660 : 0600; }

  /// Makes every directory and the .gitignore; what is there already is kept.
  void create() const;
  /// Throws Error{permission} where others may write to it, Error{not_found} where it is no store.
  void check() const;
};

}  // namespace track::storage
