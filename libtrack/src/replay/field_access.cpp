#include "replay/field_access.hpp"

#include <fmt/format.h>

#include "judge/field_compare.hpp"

namespace track::detail {

std::optional<std::string> known_text(const RunDetails& run, Section section,
                                      std::string_view name) {
  const auto* field = find_field(run.fields, section, name);
  if (field == nullptr || field->state != FieldState::known) return std::nullopt;
  if (field->value.type() == Value::Type::text) return field->value.as_text();
  if (field->value.type() == Value::Type::json) return field->value.as_json();
  return std::nullopt;
}

std::optional<bool> known_bool(const RunDetails& run, Section section, std::string_view name) {
  const auto* field = find_field(run.fields, section, name);
  if (field == nullptr || field->state != FieldState::known ||
      field->value.type() != Value::Type::boolean)
    return std::nullopt;
  return field->value.as_bool();
}

std::string why_unknown(const RunDetails& run, Section section, std::string_view name) {
  return fmt::format("{}.{} is {}", to_string(section), name,
                     describe(find_field(run.fields, section, name)));
}

}  // namespace track::detail
