#include "store/spool.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "store/store_config.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/ids.hpp"
#include "track/storage/file.hpp"
#include "track/storage/hash.hpp"
#include "track/storage/journal/reader.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_target_file = "spool_of";  // the path and a line feed; all before it counts
constexpr std::string_view k_inbox_name = "inbox";
constexpr std::size_t k_longest_name = 40;
constexpr std::size_t k_hash_digits = 16;
constexpr int k_lock_wait_ms = 10'000;

/// For people: the directory that the store is of.
std::string readable_name(const fs::path& store) {
  const bool usual = store.filename() == ".track";
  std::string name = (usual ? store.parent_path() : store).filename().string();
  for (char& c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) == 0 && c != '-' && c != '_') c = '_';
  }
  return name.substr(0, k_longest_name);
}

fs::path spool_directory(const fs::path& store) {
  const auto digest = storage::blake3(store.string()).to_string();
  const auto hash = digest.substr(digest.find(':') + 1, k_hash_digits);
  return spool_root() / (readable_name(store) + "-" + hash);
}

bool is_laid_out(const fs::path& root) {
  std::error_code ignored;
  return fs::is_regular_file(root / "config.toml", ignored);
}

/// Processes that start together make one.
void make_spool(const fs::path& root, const fs::path& store) {
  const storage::StoreLayout layout{root, false};
  layout.create();
  const auto lock = storage::lock_file(layout.ingest_lock(), layout.file_mode(), k_lock_wait_ms);
  if (!lock)
    throw Error(ErrorCode::busy,
                fmt::format("cannot make spool '{}': it is locked", root.string()));
  if (is_laid_out(root)) return;
  storage::replace_file(root / k_target_file, store.string() + "\n", layout.file_mode());
  StoreConfig config;
  config.id = Uuid::random().to_string();
  storage::replace_file(layout.config(), make_store_config(config), layout.file_mode());
}

bool holds_something(const storage::StoreLayout& layout) {
  if (!storage::list_journal_runs(layout.journals()).empty()) return true;
  bool found = false;
  std::error_code ignored;
  const auto packs = layout.objects() / "packs";
  if (!fs::is_directory(packs, ignored)) return false;
  storage::walk(packs, [&](const storage::WalkEntry& entry) {
    found = found || S_ISREG(entry.mode);
    return !found;
  });
  return found;
}

bool same_place(const fs::path& a, const fs::path& b) {
  std::error_code ignored;
  return a == b || fs::equivalent(a, b, ignored);
}

}  // namespace

fs::path spool_root() { return user_state_directory() / "spool"; }

void require_own_directory(const fs::path& directory) {
  struct stat status {};
  const auto refuse = [&](const char* cause, const char* hint) {
    throw Error(ErrorCode::permission,
                fmt::format("cannot use spool '{}': {}", directory.string(), cause), hint);
  };
  if (::lstat(directory.c_str(), &status) != 0) refuse(std::strerror(errno), "");
  if (!S_ISDIR(status.st_mode)) refuse("it is no directory", "");
  if (status.st_uid != ::geteuid())
    refuse("it belongs to another user", "its owner may ingest it, or you a copy of it");
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    refuse("others may write to it", "chmod go-w it, if what lies there is yours");
}

OpenedStore open_spool(const fs::path& store) {
  storage::create_directories(spool_root(), 0700);
  require_own_directory(spool_root());
  const auto root = spool_directory(store);
  if (!is_laid_out(root)) make_spool(root, store);
  require_own_directory(root);
  return open_store(root);
}

std::optional<fs::path> spool_target(const fs::path& root) {
  std::error_code ignored;
  if (fs::is_regular_file(root / k_target_file, ignored)) {
    auto text = storage::read_text(root / k_target_file);
    if (!text.empty() && text.back() == '\n') text.pop_back();
    return fs::path(text);
  }
  const auto parent = root.parent_path();
  if (parent.filename() == k_inbox_name && is_laid_out(parent.parent_path()))
    return parent.parent_path();
  return std::nullopt;
}

std::vector<Spool> list_spools() {
  std::vector<Spool> spools;
  std::error_code ignored;
  if (!fs::is_directory(spool_root(), ignored)) return spools;
  require_own_directory(spool_root());
  storage::walk(spool_root(), [&](const storage::WalkEntry& entry) {
    const auto target = spool_target(entry.path);
    if (!target) return false;
    require_own_directory(entry.path);
    const storage::StoreLayout layout{entry.path, false};
    if (holds_something(layout))
      spools.push_back({entry.path, *target, storage::list_journal_runs(layout.journals()).size()});
    return false;
  });
  return spools;
}

std::vector<Spool> spools_for(const fs::path& store) {
  auto spools = list_spools();
  std::erase_if(spools, [&](const Spool& spool) { return !same_place(spool.store, store); });
  return spools;
}

std::string shell_word(const fs::path& path) {
  const auto text = path.string();
  constexpr std::string_view k_plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,@%:=";
  if (!text.empty() && text.find_first_not_of(k_plain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

}  // namespace track::detail
