#include "registry/names.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdlib>

#include <fmt/format.h>

#include "capture/redaction.hpp"
#include "store/account.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

constexpr std::size_t k_max_name = 128;

bool allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

std::optional<std::int64_t> parse_version(std::string_view text) {
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size() || version < 1) return std::nullopt;
  return version;
}

}  // namespace

void check_registry_name(std::string_view what, std::string_view name) {
  bool valid = !name.empty() && name.size() <= k_max_name && name != "." && name != "..";
  for (const char c : name) valid = valid && allowed(c);
  if (valid) return;
  throw Error(
      ErrorCode::usage,
      fmt::format("cannot use '{}' as {}: it must be 1 to {} letters, digits, '.', '_' or '-'",
                  name.substr(0, k_max_name), what, k_max_name));
}

VersionSelector parse_version_selector(std::string_view text) {
  VersionSelector selector;
  if (const auto at = text.find('@'); at != std::string_view::npos) {
    selector.model = text.substr(0, at);
    selector.alias = text.substr(at + 1);
    check_registry_name("the name of an alias", selector.alias);
  } else if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    selector.model = text.substr(0, slash);
    selector.version = parse_version(text.substr(slash + 1));
  }
  if (selector.alias.empty() && !selector.version) {
    throw Error(
        ErrorCode::usage,
        fmt::format("cannot find model version '{}': it must read MODEL@ALIAS or MODEL/VERSION",
                    text));
  }
  check_registry_name("the name of a model", selector.model);
  return selector;
}

std::string kept_reason(std::string_view reason, std::string_view action) {
  if (reason.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    throw Error(ErrorCode::usage, fmt::format("cannot {}: a reason is required", action),
                "say why with --reason");
  }
  return redact_text(reason).text;
}

std::string actor_or_default(std::string_view given) {
  if (!given.empty()) return redact_text(given).text;
  if (const char* actor = std::getenv("TRACK_ACTOR"); actor != nullptr && *actor != '\0')
    return redact_text(actor).text;
  return account_name(::getuid());
}

}  // namespace track::detail
