#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace track::detail {

/// What is read of an ELF file without loading it.
struct ElfFile {
  std::optional<std::string> build_id;  ///< hex of the GNU build id note
  std::string interpreter;              ///< the dynamic loader; empty where linked statically
  std::string soname;
  std::vector<std::string> needed;
  std::vector<std::string> run_path;   ///< DT_RUNPATH, else DT_RPATH
  bool run_path_is_inherited = false;  ///< DT_RPATH: searched for the needs of needs too
};

/// Nothing where it is no ELF file of this machine's word size and byte order, or is damaged.
/// Reads a bounded amount whatever the file says.
[[nodiscard]] std::optional<ElfFile> read_elf(const std::filesystem::path& path);

/// The GNU build id in the bytes of a note segment.
[[nodiscard]] std::optional<std::string> find_build_id(std::span<const std::byte> notes);

}  // namespace track::detail
