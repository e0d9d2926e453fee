#include "registry/key_ring.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "registry/names.hpp"
#include "store/locate.hpp"
#include "track/registry.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_secret_suffix = ".pem";
constexpr std::string_view k_public_suffix = ".pub";

fs::path key_directory() { return detail::user_config_directory() / "keys"; }

KeyRecord describe_key(const std::string& name, const detail::Ed25519Public& key) {
  return {.key_id = detail::key_id(key),
          .name = name,
          .path = (key_directory() / (name + std::string(k_secret_suffix))).string(),
          .public_key = detail::public_key_pem(key)};
}

std::optional<fs::path> configured_key() {
  const char* path = std::getenv("TRACK_SIGNING_KEY_FILE");
  if (path == nullptr || *path == '\0') return std::nullopt;
  return fs::path(path);
}

}  // namespace

KeyRecord new_key(std::string_view name) {
  detail::check_registry_name("the name of a key", name);
  const auto directory = key_directory();
  const auto secret = directory / (std::string(name) + std::string(k_secret_suffix));
  storage::create_directories(directory, 0700);
  if (storage::stat_entry(secret)) {
    throw Error(ErrorCode::conflict, fmt::format("cannot make key '{}': it exists already", name),
                "choose another name");
  }
  const auto key = detail::SigningKey::generate();
  storage::replace_file(directory / (std::string(name) + std::string(k_public_suffix)),
                        detail::public_key_pem(key.public_key()), 0644);
  storage::replace_file(secret, key.to_pem(), 0600);
  return describe_key(std::string(name), key.public_key());
}

std::vector<KeyRecord> list_keys() {
  std::vector<KeyRecord> keys;
  const auto directory = key_directory();
  if (!storage::stat_entry(directory)) return keys;
  storage::walk(directory, [&](const storage::WalkEntry& entry) {
    if (entry.path.extension() == k_public_suffix) {
      keys.push_back(describe_key(entry.path.stem().string(), detail::read_public_key(entry.path)));
    }
    return false;
  });
  return keys;
}

namespace detail {

SigningKey find_signing_key(std::string_view wanted) {
  if (wanted.empty()) {
    if (const auto path = configured_key()) return SigningKey::read(*path);
  }
  const auto keys = list_keys();
  std::vector<KeyRecord> found;
  std::copy_if(keys.begin(), keys.end(), std::back_inserter(found), [&](const auto& key) {
    return wanted.empty() || key.name == wanted || std::string_view(key.key_id).starts_with(wanted);
  });
  if (found.empty())
    throw Error(ErrorCode::not_found,
                fmt::format("cannot find signing key '{}': there is none", wanted),
                "make one with track key new NAME");
  if (found.size() > 1)
    throw Error(ErrorCode::ambiguous,
                fmt::format("cannot find signing key '{}': there are {}", wanted, found.size()),
                "name one with --key");
  return SigningKey::read(found.front().path);
}

std::optional<Ed25519Public> find_public_key(std::string_view id) {
  if (const auto path = configured_key()) {
    const auto key = SigningKey::read(*path);
    if (key_id(key.public_key()) == id) return key.public_key();
  }
  for (const auto& key : list_keys()) {
    if (key.key_id == id)
      return read_public_key(fs::path(key.path).replace_extension(k_public_suffix));
  }
  return std::nullopt;
}

}  // namespace detail

}  // namespace track
