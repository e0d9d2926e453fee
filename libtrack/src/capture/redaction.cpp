#include "capture/redaction.hpp"

#include <utility>

namespace track::detail {
namespace {

std::string_view option_name(std::string_view argument) noexcept {
  const auto start = argument.find_first_not_of('-');
  return start == std::string_view::npos ? std::string_view() : argument.substr(start);
}

/// NAME=value or --name=value where the name says that the value is a secret.
std::optional<std::pair<std::size_t, std::string_view>> named_value(std::string_view argument) {
  const auto equals = argument.find('=');
  if (equals == std::string_view::npos || equals + 1 == argument.size()) return std::nullopt;
  const auto rule = secret_name_rule(option_name(argument.substr(0, equals)));
  if (rule.empty()) return std::nullopt;
  return std::pair{equals + 1, rule};
}

}  // namespace

RedactedText redact_text(std::string_view text) {
  RedactedText result;
  std::size_t position = 0;
  while (const auto match = find_secret(text, position)) {
    result.text += text.substr(position, match->begin - position);
    result.text += k_redacted;
    result.rules.emplace_back(match->rule);
    position = match->end;
  }
  result.text += text.substr(position);
  return result;
}

RedactedArguments redact_arguments(const std::vector<std::string>& args) {
  RedactedArguments result;
  std::string_view expected;  // the rule of an option whose value is the next argument
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string_view argument = args[i];
    const auto add = [&](std::string shown, std::string_view rule) {
      result.shown.push_back(std::move(shown));
      result.redactions.push_back({i, std::string(rule)});
    };
    if (const auto rule = std::exchange(expected, {});
        !rule.empty() && !argument.starts_with("--")) {
      add(std::string(k_redacted), rule);
    } else if (const auto named = named_value(argument)) {
      add(std::string(argument.substr(0, named->first)) + std::string(k_redacted), named->second);
    } else if (auto cleaned = redact_text(argument); !cleaned.rules.empty()) {
      add(std::move(cleaned.text), cleaned.rules.front());
    } else {
      if (i > 0 && argument.starts_with('-') && argument.find('=') == std::string_view::npos) {
        expected = secret_name_rule(option_name(argument));
      }
      result.shown.emplace_back(argument);
    }
  }
  return result;
}

RedactedText redact_pair(std::string_view name, std::string_view value) {
  const auto rule = secret_name_rule(name);
  if (value.empty() || rule.empty()) return redact_text(value);
  return {std::string(k_redacted), {std::string(rule)}};
}

std::string_view secret_pair_rule(std::string_view name, std::string_view value) noexcept {
  if (value.empty()) return {};
  if (const auto rule = secret_name_rule(name); !rule.empty()) return rule;
  const auto match = find_secret(value);
  return match ? match->rule : std::string_view();
}

}  // namespace track::detail
