#include <algorithm>
#include <array>
#include <cstdint>

#include "capture/redaction.hpp"

// Secrets by their look. Every scan from a position is bounded or consumes what it read, so that
// the whole is linear in the text whatever the text is.

namespace track::detail {
namespace {

constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_alnum(char c) noexcept {
  return is_upper(c) || is_digit(c) || (c >= 'a' && c <= 'z');
}
constexpr bool is_upper_digit(char c) noexcept { return is_upper(c) || is_digit(c); }
constexpr bool is_word(char c) noexcept { return is_alnum(c) || c == '_' || c == '-'; }
constexpr bool is_base64(char c) noexcept {
  return is_alnum(c) || c == '+' || c == '/' || c == '=';
}

struct PrefixRule {
  std::string_view rule;
  std::string_view prefix;
  bool (*body)(char) noexcept;
  std::size_t shortest;
};

constexpr std::array k_prefixes = {
    PrefixRule{"AWS access key", "AKIA", is_upper_digit, 16},
    PrefixRule{"AWS access key", "ASIA", is_upper_digit, 16},
    PrefixRule{"Azure account key", "AccountKey=", is_base64, 40},
    PrefixRule{"Google API key", "AIza", is_word, 35},
    PrefixRule{"age secret key", "AGE-SECRET-KEY-1", is_upper_digit, 50},
    PrefixRule{"GitHub token", "ghp_", is_alnum, 30},
    PrefixRule{"GitHub token", "gho_", is_alnum, 30},
    PrefixRule{"GitHub token", "ghu_", is_alnum, 30},
    PrefixRule{"GitHub token", "ghs_", is_alnum, 30},
    PrefixRule{"GitHub token", "ghr_", is_alnum, 30},
    PrefixRule{"GitHub token", "github_pat_", is_word, 40},
    PrefixRule{"GitLab token", "glpat-", is_word, 20},
    PrefixRule{"GitLab token", "gldt-", is_word, 20},
    PrefixRule{"Hugging Face token", "hf_", is_alnum, 30},
    PrefixRule{"Slack token", "xoxb-", is_word, 20},
    PrefixRule{"Slack token", "xoxp-", is_word, 20},
    PrefixRule{"Slack token", "xoxa-", is_word, 20},
    PrefixRule{"Slack token", "xoxr-", is_word, 20},
    PrefixRule{"Slack token", "xoxs-", is_word, 20},
    PrefixRule{"OpenAI or Anthropic key", "sk-ant-", is_word, 32},
    PrefixRule{"OpenAI or Anthropic key", "sk-proj-", is_word, 32},
    PrefixRule{"OpenAI or Anthropic key", "sk-", is_alnum, 40},
    PrefixRule{"Stripe key", "sk_live_", is_alnum, 16},
    PrefixRule{"Stripe key", "rk_live_", is_alnum, 16},
    PrefixRule{"SendGrid key", "SG.", is_word, 20},
    PrefixRule{"npm token", "npm_", is_alnum, 36},
    PrefixRule{"PyPI token", "pypi-AgEI", is_word, 50},
    PrefixRule{"DigitalOcean token", "dop_v1_", is_alnum, 64},
    PrefixRule{"bearer token", "Bearer ", is_word, 24},
};

constexpr std::string_view k_header = "-----BEGIN ";
constexpr std::string_view k_json_token = "eyJ";

constexpr std::array<bool, 256> interesting_bytes() {
  std::array<bool, 256> table{};
  for (const auto& rule : k_prefixes) table[static_cast<std::uint8_t>(rule.prefix[0])] = true;
  table[static_cast<std::uint8_t>('-')] = true;
  table[static_cast<std::uint8_t>('e')] = true;
  table[static_cast<std::uint8_t>(':')] = true;
  return table;
}
constexpr auto k_interesting = interesting_bytes();

std::size_t run_end(std::string_view text, std::size_t from, bool (*body)(char) noexcept) noexcept {
  while (from < text.size() && body(text[from])) ++from;
  return from;
}

/// Whether the letter before `at` ends a control sequence, such as a colour's ESC [ 1 ; 31 m
/// (ECMA-48, 5.4).
bool ends_control_sequence(std::string_view text, std::size_t at) noexcept {
  constexpr std::size_t k_longest = 32;
  auto begin = at - 1;
  const auto stop = begin > k_longest ? begin - k_longest : 0;
  const auto is_parameter = [](char c) { return c >= 0x20 && c <= 0x3F; };
  while (begin > stop && is_parameter(text[begin - 1])) --begin;
  return begin >= 2 && text[begin - 1] == '[' && text[begin - 2] == '\x1b';
}

/// Whether a word goes on at `at` that began before.
bool inside_word(std::string_view text, std::size_t at, bool (*part)(char) noexcept) noexcept {
  return at > 0 && part(text[at - 1]) && !ends_control_sequence(text, at);
}

std::optional<SecretMatch> match_prefix(std::string_view text, std::size_t at) noexcept {
  const auto rest = text.substr(at);
  for (const auto& rule : k_prefixes) {
    if (!rest.starts_with(rule.prefix)) continue;
    const auto body = at + rule.prefix.size();
    const auto end = run_end(text, body, rule.body);
    if (end - body >= rule.shortest) return SecretMatch{rule.rule, at, end};
  }
  return std::nullopt;
}

/// Three base64url parts, of which two begin as JSON objects do.
std::optional<SecretMatch> match_json_token(std::string_view text, std::size_t at) noexcept {
  if (!text.substr(at).starts_with(k_json_token)) return std::nullopt;
  if (inside_word(text, at, is_word)) return std::nullopt;  // each run is read once
  const auto head = run_end(text, at, is_word);
  if (head - at < 12 || !text.substr(head).starts_with(".eyJ")) return std::nullopt;
  const auto claims = run_end(text, head + 1, is_word);
  if (claims >= text.size() || text[claims] != '.') return std::nullopt;
  const auto end = run_end(text, claims + 1, is_word);
  if (end - claims < 16) return std::nullopt;
  return SecretMatch{"JSON web token", at, end};
}

/// A header alone is a string in somebody's source; with a body it is a key.
std::optional<SecretMatch> match_private_key(std::string_view text, std::size_t at) noexcept {
  if (!text.substr(at).starts_with(k_header)) return std::nullopt;
  const auto line = text.substr(at, 80);
  const auto mark = line.find("PRIVATE KEY");
  const auto close = mark == std::string_view::npos ? mark : line.find("-----", mark);
  if (close == std::string_view::npos) return std::nullopt;
  const auto body = at + close + 5;
  const auto near = text.substr(body, 512);
  std::size_t longest = 0;
  for (std::size_t i = 0; i < near.size(); ++i) {
    const auto end = run_end(near, i, is_base64);
    longest = std::max(longest, end - i);
    i = end;
  }
  if (longest < 40) return std::nullopt;
  const auto end = text.find("-----END ", body);
  if (end == std::string_view::npos) return SecretMatch{"private key", at, text.size()};
  const auto last = text.find("-----", end + 9);
  return SecretMatch{"private key", at, last == std::string_view::npos ? text.size() : last + 5};
}

bool is_placeholder(std::string_view password) noexcept {
  constexpr std::array<std::string_view, 8> k_examples = {"password", "pass",  "passwd", "pwd",
                                                          "secret",   "token", "xxx",    "..."};
  if (password.empty() || password == k_redacted) return true;
  if (std::string_view("$<{%*").find(password.front()) != std::string_view::npos) return true;
  return std::find(k_examples.begin(), k_examples.end(), password) != k_examples.end();
}

/// scheme://user:password@host; the password alone is the secret.
std::optional<SecretMatch> match_userinfo(std::string_view text, std::size_t at) noexcept {
  constexpr std::size_t k_longest = 512;
  if (!text.substr(at).starts_with("://") || at == 0 || !is_alnum(text[at - 1]))
    return std::nullopt;
  const auto authority = text.substr(at + 3, k_longest);
  const auto stop = authority.find_first_of("/?# \t\r\n\"'`<>\\");
  // A password may hold '<' only at its start, where it is a placeholder.
  const auto part = authority.substr(0, stop);
  const auto host = part.rfind('@');
  if (host == std::string_view::npos) return std::nullopt;
  const auto colon = part.find(':');
  if (colon == std::string_view::npos || colon > host) return std::nullopt;
  const auto password = part.substr(colon + 1, host - colon - 1);
  if (is_placeholder(password)) return std::nullopt;
  const auto begin = at + 3 + colon + 1;
  return SecretMatch{"password in a URL", begin, begin + password.size()};
}

}  // namespace

std::optional<SecretMatch> find_secret(std::string_view text, std::size_t from) noexcept {
  for (auto i = from; i < text.size(); ++i) {
    if (!k_interesting[static_cast<std::uint8_t>(text[i])]) continue;
    if (text[i] == ':') {
      if (const auto match = match_userinfo(text, i)) return match;
      continue;
    }
    if (inside_word(text, i, is_alnum)) continue;
    if (const auto match = match_prefix(text, i)) return match;
    if (text[i] == 'e') {
      if (const auto match = match_json_token(text, i)) return match;
    } else if (text[i] == '-') {
      if (const auto match = match_private_key(text, i)) return match;
    }
  }
  return std::nullopt;
}

}  // namespace track::detail
