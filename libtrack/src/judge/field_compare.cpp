#include "judge/field_compare.hpp"

#include <map>
#include <string_view>
#include <tuple>

#include "capture/field_names.hpp"

namespace track::detail {
namespace {

bool settled(const CapturedField* field) noexcept {
  return field != nullptr &&
         (field->state == FieldState::known || field->state == FieldState::absent);
}

const CapturedField* unset_variable() noexcept {
  static const CapturedField k_unset =
      absent_field(Section::invocation, "env", FieldClass::reexecute);
  return &k_unset;
}

}  // namespace

bool captured_environment(const std::vector<CapturedField>& all) noexcept {
  const auto* names = find_field(all, Section::invocation, fields::k_environment_names);
  return names != nullptr && names->state == FieldState::known;
}

FieldRelation relate(const FieldPair& pair) noexcept {
  if (!settled(pair.left) || !settled(pair.right)) return FieldRelation::unknown;
  if (pair.left->state != pair.right->state) return FieldRelation::different;
  if (pair.left->state == FieldState::absent) return FieldRelation::equal;
  return pair.left->value == pair.right->value ? FieldRelation::equal : FieldRelation::different;
}

std::vector<FieldPair> pair_fields(const std::vector<CapturedField>& left,
                                   const std::vector<CapturedField>& right) {
  std::map<std::tuple<Section, std::string_view, Phase>, FieldPair> pairs;
  const auto add = [&](const CapturedField& field, const CapturedField* FieldPair::*side) {
    auto& pair = pairs[{field.section, field.name, field.phase}];
    pair.section = field.section;
    pair.name = field.name;
    pair.phase = field.phase;
    pair.field_class = field.field_class;
    pair.*side = &field;
  };
  for (const auto& field : left) add(field, &FieldPair::left);
  for (const auto& field : right) add(field, &FieldPair::right);
  const bool left_environment = captured_environment(left);
  const bool right_environment = captured_environment(right);
  std::vector<FieldPair> result;
  result.reserve(pairs.size());
  for (auto& [key, pair] : pairs) {
    if (pair.name.starts_with(fields::k_environment_prefix)) {
      if (pair.left == nullptr && left_environment) pair.left = unset_variable();
      if (pair.right == nullptr && right_environment) pair.right = unset_variable();
    }
    result.push_back(pair);
  }
  return result;
}

const CapturedField* find_field(const std::vector<CapturedField>& all, Section section,
                                std::string_view name, Phase phase) noexcept {
  for (const auto& field : all) {
    if (field.section == section && field.phase == phase && field.name == name) return &field;
  }
  return nullptr;
}

std::string describe(const CapturedField* field) {
  if (field == nullptr) return "[not collected]";
  if (field->state == FieldState::known) return field->value.to_string();
  std::string text = "[" + std::string(to_string(field->state));
  if (!field->detail.empty()) text += ": " + field->detail;
  return text + "]";
}

}  // namespace track::detail
