#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace track::detail {

/// What stands in the place of a secret.
inline constexpr std::string_view k_redacted = "[redacted]";

/// The rule by which a name (of a variable, an option, a key) says that its value is a secret;
/// empty where it does not. `--pad-token` and `num_key_value_heads` name no secrets.
[[nodiscard]] std::string_view secret_name_rule(std::string_view name) noexcept;

/// A secret found by what it looks like: [begin, end) of the text.
struct SecretMatch {
  std::string_view rule;
  std::size_t begin = 0;
  std::size_t end = 0;
};
/// The first one at or after `from`. Linear in the text.
[[nodiscard]] std::optional<SecretMatch> find_secret(std::string_view text,
                                                     std::size_t from = 0) noexcept;

struct RedactedText {
  std::string text;
  std::vector<std::string> rules;  ///< one a replacement, in order
};
/// The text with every secret that looks like one replaced.
[[nodiscard]] RedactedText redact_text(std::string_view text);

/// The value of `name`, of which nothing is left where the name says that it is a secret.
[[nodiscard]] RedactedText redact_pair(std::string_view name, std::string_view value);

struct ArgumentRedaction {
  std::size_t position = 0;
  std::string rule;
};
struct RedactedArguments {
  std::vector<std::string> shown;
  std::vector<ArgumentRedaction> redactions;
};
/// A command line with secrets replaced: `--token x`, `--token=x`, `TOKEN=x`, and by look.
[[nodiscard]] RedactedArguments redact_arguments(const std::vector<std::string>& args);

/// The rule by which `name`=`value` is a secret; empty where it is none.
[[nodiscard]] std::string_view secret_pair_rule(std::string_view name,
                                                std::string_view value) noexcept;

}  // namespace track::detail
