#include "capture/loaded_objects.hpp"

#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <set>
#include <span>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "capture/elf_file.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

/// The kernel's own, which has no file.
bool is_virtual(std::string_view name) noexcept {
  return name.starts_with("linux-vdso") || name.starts_with("linux-gate");
}

/// The memory of one object that holds this code: a shared libtrack, or the program.
bool holds_this_library(const dl_phdr_info& info) noexcept {
  const auto here = reinterpret_cast<ElfW(Addr)>(&holds_this_library);
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const auto& segment = info.dlpi_phdr[i];
    const auto start = info.dlpi_addr + segment.p_vaddr;
    if (segment.p_type == PT_LOAD && here >= start && here - start < segment.p_memsz) return true;
  }
  return false;
}

std::optional<std::string> build_id_in_memory(const dl_phdr_info& info) {
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const auto& segment = info.dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const auto* start = reinterpret_cast<const std::byte*>(info.dlpi_addr + segment.p_vaddr);
    if (auto id = find_build_id({start, segment.p_memsz})) return id;
  }
  return std::nullopt;
}

int visit(dl_phdr_info* info, std::size_t /*size*/, void* data) {
  auto& objects = *static_cast<std::vector<LoadedObject>*>(data);
  const std::string_view path = info->dlpi_name == nullptr ? "" : info->dlpi_name;
  if (path.empty() || is_virtual(path) || holds_this_library(*info)) return 0;
  // An exception must not pass through libc's frames.
  try {
    LoadedObject object;
    object.path = path;
    object.name = object.path.filename().string();
    object.build_id = build_id_in_memory(*info);
    objects.push_back(std::move(object));
  } catch (...) {
    return 1;
  }
  return 0;
}

fs::path program_of(const fs::path& process) {
  std::error_code none;
  return fs::read_symlink(process / "exe", none);
}

/// The files of which code is mapped.
std::set<fs::path> mapped_code(const fs::path& process) {
  const auto maps = process / "maps";
  errno = 0;
  std::ifstream lines(maps);
  if (!lines) {
    const bool gone = errno == ENOENT || errno == ESRCH;
    throw Error(gone ? ErrorCode::not_found : ErrorCode::permission,
                fmt::format("cannot read the maps of 'the program': {}",
                            gone ? "it has ended" : std::generic_category().message(errno)));
  }
  std::set<fs::path> paths;
  for (std::string line; std::getline(lines, line);) {
    // address perms offset dev inode path
    const auto slash = line.find('/');
    const auto permissions = line.find(' ');
    if (slash == std::string::npos || permissions == std::string::npos) continue;
    if (line.compare(permissions + 3, 1, "x") == 0) paths.insert(line.substr(slash));
  }
  return paths;
}

bool is_shared_libtrack(std::string_view name) noexcept { return name.starts_with("libtrack.so"); }

void sort_by_name(std::vector<LoadedObject>& objects) {
  std::stable_sort(objects.begin(), objects.end(),
                   [](const auto& a, const auto& b) { return a.name < b.name; });
}

}  // namespace

std::vector<LoadedObject> loaded_objects() {
  std::vector<LoadedObject> objects;
  if (::dl_iterate_phdr(&visit, &objects) != 0) {
    throw Error(ErrorCode::io, "cannot list the loaded objects of 'this process': out of memory");
  }
  sort_by_name(objects);
  return objects;
}

std::vector<LoadedObject> mapped_objects(const fs::path& process) {
  // The program is no object. It is read twice, since it may change while the maps are read.
  std::set<fs::path> left_out = {program_of(process)};
  const auto paths = mapped_code(process);
  left_out.insert(program_of(process));
  std::vector<LoadedObject> objects;
  for (const auto& path : paths) {
    if (left_out.contains(path)) continue;
    const auto elf = read_elf(path);
    if (!elf) continue;
    auto name = elf->soname.empty() ? path.filename().string() : elf->soname;
    if (!is_shared_libtrack(name)) objects.push_back({std::move(name), path, elf->build_id});
  }
  sort_by_name(objects);
  return objects;
}

}  // namespace track::detail
