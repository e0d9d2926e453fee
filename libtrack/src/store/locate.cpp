#include "store/locate.hpp"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include "store/account.hpp"
#include "store/spool.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/ids.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_store_name = ".track";

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

std::optional<fs::path> home_directory() {
  if (const auto home = environment("HOME")) return fs::path(*home);
  const auto account = find_account(::getuid());
  if (!account || account->home.empty()) return std::nullopt;
  return account->home;
}

fs::path working_directory() {
  std::error_code error;
  auto here = fs::current_path(error);
  if (error) throw Error(ErrorCode::io, "cannot find the working directory: " + error.message());
  return here;
}

bool is_store(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path / "config.toml", ignored);
}

/// Nobody can tell what lies in a directory that may not be entered.
void refuse_if_hidden(const fs::path& path) {
  std::error_code problem;
  const bool found = fs::exists(path / "config.toml", problem);
  if (found || problem != std::errc::permission_denied) return;
  throw Error(ErrorCode::permission,
              fmt::format("cannot open store '{}': {}", path.string(), problem.message()),
              "ask its owner, or name another with --store or TRACK_STORE");
}

std::string first_line(const fs::path& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  return line;
}

/// What becomes of a pointer file to where there is no store.
enum class Dangling : std::uint8_t { refused, followed };

/// What a `.track` stands for: itself, or what the pointer file names.
std::optional<fs::path> follow(const fs::path& candidate, Dangling dangling = Dangling::refused) {
  std::error_code ignored;
  if (fs::is_directory(candidate, ignored))
    return is_store(candidate) ? std::optional(candidate) : std::nullopt;
  if (!fs::is_regular_file(candidate, ignored)) return std::nullopt;
  const fs::path target = (candidate.parent_path() / first_line(candidate)).lexically_normal();
  if (!is_store(target) && dangling == Dangling::refused) {
    throw Error(ErrorCode::not_found,
                fmt::format("cannot open store '{}': the file '{}' points there, and there is none",
                            target.string(), candidate.string()),
                "correct or remove the file, or make the store with track init --at");
  }
  return target;
}

/// Of a linked work tree, the directory of the main one.
std::optional<fs::path> main_work_tree(const fs::path& directory) {
  const auto git = directory / ".git";
  std::error_code ignored;
  if (!fs::is_regular_file(git, ignored)) return std::nullopt;
  const auto line = first_line(git);
  constexpr std::string_view k_prefix = "gitdir: ";
  if (line.compare(0, k_prefix.size(), k_prefix) != 0) return std::nullopt;
  const fs::path git_directory = (directory / line.substr(k_prefix.size())).lexically_normal();
  const auto common_file = git_directory / "commondir";
  if (!fs::is_regular_file(common_file, ignored))
    return std::nullopt;  // a submodule, not a work tree
  const fs::path common = (git_directory / first_line(common_file)).lexically_normal();
  const auto parent = (common.filename().empty() ? common.parent_path() : common).parent_path();
  if (!fs::is_directory(parent, ignored)) return std::nullopt;
  return parent;
}

std::optional<fs::path> search_upwards(const fs::path& start, Dangling dangling) {
  for (fs::path directory = start;; directory = directory.parent_path()) {
    if (auto found = follow(directory / k_store_name, dangling)) return found;
    if (const auto main = main_work_tree(directory)) {
      if (auto found = follow(*main / k_store_name, dangling)) return found;
    }
    if (directory == directory.parent_path()) return std::nullopt;
  }
}

std::optional<fs::path> user_default_store() {
  const auto path = user_config_directory() / "config.toml";
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return std::nullopt;
  try {
    const auto table = toml::parse_file(path.string());
    if (const auto store = table["store"].value_exact<std::string>()) return fs::path(*store);
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCode::usage, fmt::format("cannot read '{}': line {}: {}", path.string(),
                                              error.source().begin.line, error.description()));
  }
  return std::nullopt;
}

/// A store may be named by itself or by the directory that holds it.
fs::path named_store(const fs::path& path, Dangling dangling = Dangling::refused) {
  std::error_code ignored;
  const auto absolute = fs::absolute(path).lexically_normal();
  if (!is_store(absolute)) {
    if (fs::exists(absolute / k_store_name, ignored)) {
      if (auto inside = follow(absolute / k_store_name, dangling)) return *inside;
    }
    if (fs::is_regular_file(absolute, ignored)) {
      if (auto target = follow(absolute, dangling)) return *target;
    }
  }
  return absolute;
}

std::optional<fs::path> locate(const fs::path& given, Dangling dangling) {
  if (!given.empty()) return named_store(given, dangling);
  if (const auto configured = environment("TRACK_STORE")) return named_store(*configured, dangling);
  if (auto found = search_upwards(working_directory(), dangling)) return found;
  if (const auto configured = user_default_store()) return named_store(*configured, dangling);
  return std::nullopt;
}

/// The directory whose store a program started here would make.
fs::path default_store_directory() {
  const auto here = working_directory();
  auto directory = git_top_level(here).value_or(here);
  if (const auto main = main_work_tree(directory)) directory = *main;
  return directory;
}

bool same_directory(const fs::path& a, const fs::path& b) {
  std::error_code ignored;
  return fs::equivalent(a, b, ignored);
}

bool unfit_for_store(const fs::path& directory) {
  if (directory == directory.root_path()) return true;
  if (const auto home = home_directory(); home && same_directory(directory, *home)) return true;
  for (const char* temporary : {"/tmp", "/var/tmp", "/dev/shm"}) {
    if (same_directory(directory, temporary)) return true;
  }
  const auto configured = environment("TMPDIR");
  return configured && same_directory(directory, *configured);
}

gid_t group_id(const std::string& name) {
  const ::group* entry = ::getgrnam(name.c_str());
  if (entry == nullptr)
    throw Error(ErrorCode::usage,
                fmt::format("cannot share a store with group '{}': no such group", name));
  return entry->gr_gid;
}

void give_to_group(const storage::StoreLayout& layout, gid_t gid, const std::string& group) {
  storage::walk(layout.root, [&](const storage::WalkEntry& entry) {
    if (::lchown(entry.path.c_str(), static_cast<uid_t>(-1), gid) != 0) {
      throw Error(ErrorCode::permission,
                  fmt::format("cannot give '{}' to group '{}': {}", entry.path.string(), group,
                              std::strerror(errno)));
    }
    return true;
  });
  if (::chown(layout.root.c_str(), static_cast<uid_t>(-1), gid) != 0 ||
      ::chmod(layout.root.c_str(), layout.directory_mode()) != 0) {
    throw Error(ErrorCode::permission,
                fmt::format("cannot give '{}' to group '{}': {}", layout.root.string(), group,
                            std::strerror(errno)));
  }
}

/// A store keeps the sharing that it was made with: whoever asks for another one must know.
void require_sharing(const OpenedStore& store, const std::string& group) {
  const auto& root = store.layout.root;
  struct stat status {};
  const bool known = ::stat(root.c_str(), &status) == 0;
  const bool fits = group.empty() || (known && status.st_gid == group_id(group));
  if (store.config.shared && fits) return;
  std::string present = "private";
  if (store.config.shared) {
    const ::group* owner = known ? ::getgrgid(status.st_gid) : nullptr;
    present = "shared";
    if (owner != nullptr) present += fmt::format(" with group '{}'", owner->gr_name);
  }
  throw Error(ErrorCode::usage,
              fmt::format("cannot share store '{}': it exists, and is {}", root.string(), present),
              "sharing is settled when a store is made; make another with track init --at DIR");
}

}  // namespace

std::optional<fs::path> git_top_level(const fs::path& path) {
  std::error_code ignored;
  for (fs::path directory = fs::absolute(path).lexically_normal();;
       directory = directory.parent_path()) {
    if (fs::exists(directory / ".git", ignored)) return directory;
    if (directory == directory.parent_path()) return std::nullopt;
  }
}

fs::path follow_pointer(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) ? *follow(path) : path;
}

std::optional<fs::path> pointer_target(const fs::path& pointer) {
  std::error_code ignored;
  if (!fs::is_regular_file(pointer, ignored)) return std::nullopt;
  const auto line = first_line(pointer);
  if (line.empty()) return std::nullopt;
  return (pointer.parent_path() / line).lexically_normal();
}

std::optional<fs::path> store_of_environment() {
  const auto configured = environment("TRACK_STORE");
  return configured ? std::optional(named_store(*configured)) : std::nullopt;
}

fs::path user_config_directory() {
  if (const auto configured = environment("XDG_CONFIG_HOME"))
    return fs::path(*configured) / "track";
  return home_directory().value_or("/") / ".config" / "track";
}

fs::path user_state_directory() {
  if (const auto configured = environment("XDG_STATE_HOME")) return fs::path(*configured) / "track";
  return home_directory().value_or("/") / ".local" / "state" / "track";
}

std::optional<fs::path> locate_store(const fs::path& given) {
  return locate(given, Dangling::refused);
}

fs::path intended_store(const fs::path& given) {
  try {
    if (auto found = locate(given, Dangling::followed)) return *found;
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the user's settings cannot be read
  }
  return default_store_directory() / k_store_name;
}

fs::path default_store_path() {
  const auto directory = default_store_directory();
  if (unfit_for_store(directory)) {
    throw Error(ErrorCode::refused,
                fmt::format("cannot make a store in '{}': a store is not made there unless asked",
                            directory.string()),
                "name a place with track init --at DIR, or set TRACK_STORE");
  }
  return directory / k_store_name;
}

OpenedStore create_store(const fs::path& at, bool shared, const std::string& group) {
  const auto root = fs::absolute(at).lexically_normal();
  const auto open_existing = [&, shared] {
    auto store = open_store(root);
    if (shared) require_sharing(store, group);
    return store;
  };
  if (is_store(root)) return open_existing();
  std::error_code ignored;
  if (fs::exists(root, ignored) &&
      !(fs::is_directory(root, ignored) && (fs::is_empty(root, ignored)))) {
    // Journals may be there already where another process is making the same store.
    if (!fs::is_directory(root / "journals", ignored)) {
      throw Error(
          ErrorCode::conflict,
          fmt::format("cannot make a store in '{}': it exists and is no store", root.string()));
    }
  }
  std::optional<gid_t> gid;
  if (shared && !group.empty()) gid = group_id(group);  // before anything is made
  // Who ingests at a shared store takes away what lies in its inbox, whoever left it.
  if (const auto target = spool_target(root); target && read_store_config(*target).shared)
    shared = true;
  StoreConfig config;
  config.id = Uuid::random().to_string();
  config.shared = shared;
  config.group = group;
  const storage::StoreLayout layout{root, shared};
  layout.create();
  // Processes that start together make one store: the first config.toml stays.
  const auto lock = storage::lock_file(layout.ingest_lock(), layout.file_mode(), 10'000);
  if (!lock)
    throw Error(ErrorCode::busy,
                fmt::format("cannot make store '{}': it is locked", root.string()));
  if (is_store(root)) return open_existing();
  // config.toml comes last, with the group of its directory: what was not given is no store.
  if (gid) give_to_group(layout, *gid, group);
  storage::replace_file(layout.config(), make_store_config(config), layout.file_mode());
  auto store = open_store(root);
  store.made = true;
  return store;
}

bool defers_ingest(const OpenedStore& store) {
  return store.spool_of || store.config.ingest_mode == IngestMode::deferred ||
         !storage::is_local_file_system(store.layout.root);
}

OpenedStore open_store(const fs::path& root) {
  if (!is_store(root)) {
    refuse_if_hidden(root);
    throw Error(ErrorCode::not_found,
                fmt::format("cannot open store '{}': there is none", root.string()),
                "make one with track init, or name another with --store or TRACK_STORE");
  }
  auto config = read_store_config(root);
  storage::StoreLayout layout{root, config.shared};
  layout.check();
  auto target = spool_target(root);
  return {std::move(layout), std::move(config), false, std::move(target)};
}

}  // namespace track::detail
