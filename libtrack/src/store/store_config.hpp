#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "track/storage/store_layout.hpp"

namespace track::detail {

/// Who writes the catalog.
enum class IngestMode : std::uint8_t {
  automatic,  ///< whoever reads; on a file system that is not local as `deferred`
  deferred    ///< `track ingest`, and what changes something by its nature
};

/// What config.toml of a store says. Absent keys have the defaults below.
struct StoreConfig {
  std::string id;  ///< UUID, made by init
  int format = 1;
  bool shared = false;
  std::string group;
  std::vector<std::string> env_allow;  ///< [env] allow: more variables to capture, `*` at the end
  std::uint64_t code_file_limit =
      16UL << 20;  ///< [code] file_limit, bytes: larger files are left out, and named
  std::uint64_t code_total_limit = 1UL << 30;      ///< [code] total_limit
  std::uint64_t program_limit = 256UL << 20;       ///< [program] limit
  double free_space_floor = 0.05;                  ///< [objects] free_space_floor
  std::int64_t gc_grace_ms = 3'600'000;            ///< [gc] grace, seconds in the file
  IngestMode ingest_mode = IngestMode::automatic;  ///< [ingest] mode
};

inline constexpr int k_store_format = 1;

/// Throws Error{unsupported} on a newer format, Error{corrupt} naming line and key on what cannot
/// be read.
[[nodiscard]] StoreConfig read_store_config(const std::filesystem::path& root);
/// The text of a new store's file.
[[nodiscard]] std::string make_store_config(const StoreConfig& config);
/// "section.key" → value, for `track config`.
[[nodiscard]] std::map<std::string, std::string> list_config(const std::filesystem::path& root);
/// Keeps the rest of the file, and what others set at the same time. Error{busy} where another
/// holds its lock for longer than `wait_ms`.
void set_config(const std::filesystem::path& root, const std::string& key, const std::string& value,
                int wait_ms = 10'000);

}  // namespace track::detail
