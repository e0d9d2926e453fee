#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

#include "capture/redaction.hpp"

namespace track::detail {
namespace {

constexpr std::array<std::string_view, 16> k_secret_words = {
    "secret", "secrets",     "password",   "passwd",    "passphrase",  "credential",
    "apikey", "credentials", "privatekey", "secretkey", "accesstoken", "authtoken",
    "jwt",    "accesskey",   "authkey",    "pat"};
// What makes a "key" one that opens something.
constexpr std::array<std::string_view, 22> k_key_kinds = {
    "api",     "access",  "secret", "private", "auth",    "encryption", "signing", "ssh",
    "deploy",  "service", "master", "storage", "account", "license",    "client",  "shared",
    "session", "admin",   "app",    "rsa",     "pgp",     "gpg"};
// What makes a "token" one of a vocabulary.
constexpr std::array<std::string_view, 17> k_token_kinds = {
    "pad", "eos",  "bos",   "unk",   "mask",   "sep", "cls", "special", "stop",
    "end", "next", "start", "image", "prefix", "max", "per", "last"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) noexcept {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// "HF_TOKEN", "hf-token" and "hfToken" are "hf", "token".
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  bool open = false;
  bool lower = false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) == 0) {
      open = false;
      continue;
    }
    const bool upper = std::isupper(byte) != 0;
    if (!open || (upper && lower)) words.emplace_back();
    words.back() += static_cast<char>(std::tolower(byte));
    open = true;
    lower = std::islower(byte) != 0;
  }
  return words;
}

bool is_environment_style(std::string_view name) noexcept {
  return std::none_of(name.begin(), name.end(), [](unsigned char c) { return std::islower(c); });
}

}  // namespace

std::string_view secret_name_rule(std::string_view name) noexcept try {
  if (name.empty() || name.size() > 128) return {};
  const auto words = words_of(name);
  if (words.empty()) return {};
  const auto& last = words.back();
  const auto before = words.size() > 1 ? words[words.size() - 2] : std::string();
  if (last == "file" || last == "path" || last == "dir") return {};
  for (const auto& word : words) {
    if (contains(k_secret_words, word)) return "name says secret";
  }
  if (last == "pwd" && words.size() > 1) return "name says password";
  if (last == "token" && !contains(k_token_kinds, before)) return "name says token";
  if (last == "key" &&
      (contains(k_key_kinds, before) || (words.size() > 1 && is_environment_style(name)))) {
    return "name says key";
  }
  return {};
} catch (...) {
  return "name could not be checked";
}

}  // namespace track::detail
