#include "capture/field_list.hpp"

#include <utility>

#include "capture/redaction.hpp"

namespace track::detail {

CapturedField& FieldList::known(std::string_view name, FieldClass field_class, Value value,
                                std::optional<Digest> object) {
  auto field = known_field(section_, std::string(name), field_class, std::move(value));
  field.phase = phase_;
  field.object = object;
  return fields_.emplace_back(std::move(field));
}

void FieldList::absent(std::string_view name, FieldClass field_class) {
  fields_.push_back(absent_field(section_, std::string(name), field_class));
  fields_.back().phase = phase_;
}

void FieldList::unavailable(std::string_view name, FieldClass field_class, std::string_view why) {
  fields_.push_back(unknown_field(section_, std::string(name), field_class, FieldState::unavailable,
                                  redact_text(why).text));
  fields_.back().phase = phase_;
}

void FieldList::redacted(std::string_view name, FieldClass field_class, std::string rule) {
  fields_.push_back(unknown_field(section_, std::string(name), field_class, FieldState::redacted,
                                  std::move(rule)));
  fields_.back().phase = phase_;
}

}  // namespace track::detail
