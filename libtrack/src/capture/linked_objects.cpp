#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <map>
#include <set>

#include "capture/elf_file.hpp"
#include "capture/loaded_objects.hpp"
#include "capture/system_text.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_most_objects = 4096;

/// soname → path of /etc/ld.so.cache in glibc's present format.
class LoaderCache {
 public:
  LoaderCache() try : bytes_(storage::read_file("/etc/ld.so.cache")) {
    constexpr std::string_view k_magic = "glibc-ld.so.cache1.1";
    constexpr std::size_t k_header = 48;
    constexpr std::size_t k_entry = 24;
    const std::string_view text(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
    // An old-format table may stand before it; offsets count from the new header.
    const auto start = text.find(k_magic);
    if (start == std::string_view::npos || text.size() - start < k_header) return;
    const auto body = text.substr(start);
    const auto count = number(body, 20);
    for (std::uint32_t i = 0; i < count && k_header + (i + 1) * k_entry <= body.size(); ++i) {
      const auto at = k_header + i * k_entry;
      const auto key = string(body, number(body, at + 4));
      const auto value = string(body, number(body, at + 8));
      if (!key.empty()) paths_[std::string(key)].emplace_back(value);
    }
  } catch (const Error&) {
    // None: the default folders are searched.
  }

  [[nodiscard]] const std::vector<std::string>* find(const std::string& soname) const {
    const auto found = paths_.find(soname);
    return found == paths_.end() ? nullptr : &found->second;
  }

 private:
  static std::uint32_t number(std::string_view text, std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, text.data() + at, sizeof value);
    return value;
  }
  static std::string_view string(std::string_view text, std::size_t at) {
    if (at >= text.size()) return {};
    return text.substr(at, text.find('\0', at) - at);
  }

  std::vector<std::byte> bytes_;
  std::map<std::string, std::vector<std::string>> paths_;
};

std::string with_origin(std::string text, const fs::path& origin) {
  for (const std::string_view name : {"${ORIGIN}", "$ORIGIN"}) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name)) {
      text.replace(at, name.size(), origin.string());
    }
  }
  return text;
}

struct Need {
  std::string name;
  std::vector<std::string> folders;  ///< run paths of whoever needs it, resolved
};

class Resolver {
 public:
  explicit Resolver(const std::vector<std::string>& environment)
      : library_path_(split(find_variable(environment, "LD_LIBRARY_PATH").value_or(""), ':')) {}

  std::vector<LoadedObject> resolve(const fs::path& program, const std::string& preload) {
    const auto elf = read_elf(program);
    if (!elf)
      throw Error(ErrorCode::unsupported,
                  "cannot read '" + program.string() + "': no ELF file of this machine");
    if (elf->interpreter.empty()) return {};  // linked statically: nothing is loaded
    auto names = preload;
    std::replace(names.begin(), names.end(), ' ', ':');
    for (auto& name : split(names, ':')) pending_.push_back({std::move(name), {}});
    add_needs(*elf, program, {});
    pending_.push_back({elf->interpreter, {}});
    while (!pending_.empty() && objects_.size() < k_most_objects) {
      const auto need = std::move(pending_.front());
      pending_.pop_front();
      take(need);
    }
    std::stable_sort(objects_.begin(), objects_.end(),
                     [](const auto& a, const auto& b) { return a.name < b.name; });
    return std::move(objects_);
  }

 private:
  void add_needs(const ElfFile& elf, const fs::path& path, const std::vector<std::string>& above) {
    std::error_code none;
    const auto origin = fs::weakly_canonical(path, none).parent_path();
    std::vector<std::string> folders;
    for (const auto& folder : elf.run_path) folders.push_back(with_origin(folder, origin));
    folders.insert(folders.end(), above.begin(), above.end());
    for (const auto& name : elf.needed) pending_.push_back({name, folders});
  }

  void take(const Need& need) {
    const auto name = fs::path(need.name).filename().string();
    if (name.empty() || !seen_.insert(name).second) return;
    const auto path = find(need);
    LoadedObject object{name, path, std::nullopt};
    if (const auto elf = path.empty() ? std::nullopt : read_elf(path)) {
      object.build_id = elf->build_id;
      add_needs(*elf, path, elf->run_path_is_inherited ? need.folders : std::vector<std::string>());
    }
    objects_.push_back(std::move(object));
  }

  [[nodiscard]] fs::path find(const Need& need) const {
    if (need.name.find('/') != std::string::npos) return usable(need.name) ? need.name : "";
    for (const auto* folders : {&need.folders, &library_path_}) {
      for (const auto& folder : *folders) {
        if (const auto path = fs::path(folder) / need.name; usable(path)) return path;
      }
    }
    if (const auto* cached = cache_.find(need.name)) {
      for (const auto& path : *cached) {
        if (usable(path)) return path;
      }
    }
    for (const auto* folder : {"/lib", "/usr/lib", "/lib64", "/usr/lib64"}) {
      if (const auto path = fs::path(folder) / need.name; usable(path)) return path;
    }
    return {};
  }

  /// The loader passes over what is there but of another architecture.
  static bool usable(const fs::path& path) { return read_elf(path).has_value(); }

  LoaderCache cache_;
  std::vector<std::string> library_path_;
  std::deque<Need> pending_;
  std::set<std::string> seen_;
  std::vector<LoadedObject> objects_;
};

}  // namespace

std::vector<LoadedObject> linked_objects(const fs::path& program,
                                         const std::vector<std::string>& environment) {
  return Resolver(environment)
      .resolve(program, find_variable(environment, "LD_PRELOAD").value_or(""));
}

}  // namespace track::detail
