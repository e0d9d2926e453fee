#include "track/schemas/field.hpp"

#include <utility>

#include "names.hpp"

namespace track {
namespace {

constexpr schemas::Names<5> k_states{"known", "absent", "unavailable", "redacted", "not_collected"};
constexpr schemas::Names<5> k_classes{"key", "numeric", "reexecute", "diagnostic", "personal"};
constexpr schemas::Names<12> k_sections{"params",  "code",        "program",  "inputs",
                                        "seeds",   "invocation",  "software", "numerics",
                                        "threads", "distributed", "hardware", "resources"};
constexpr schemas::Names<2> k_phases{"start", "finish"};

}  // namespace

std::string_view to_string(FieldState state) noexcept { return schemas::name_of(k_states, state); }
std::string_view to_string(FieldClass field_class) noexcept {
  return schemas::name_of(k_classes, field_class);
}
std::string_view to_string(Section section) noexcept {
  return schemas::name_of(k_sections, section);
}
std::string_view to_string(Phase phase) noexcept { return schemas::name_of(k_phases, phase); }

std::optional<FieldState> parse_field_state(std::string_view text) noexcept {
  return schemas::parse_name<FieldState>(k_states, text);
}
std::optional<FieldClass> parse_field_class(std::string_view text) noexcept {
  return schemas::parse_name<FieldClass>(k_classes, text);
}
std::optional<Section> parse_section(std::string_view text) noexcept {
  return schemas::parse_name<Section>(k_sections, text);
}
std::optional<Phase> parse_phase(std::string_view text) noexcept {
  return schemas::parse_name<Phase>(k_phases, text);
}

CapturedField known_field(Section section, std::string name, FieldClass field_class, Value value) {
  CapturedField field;
  field.section = section;
  field.name = std::move(name);
  field.field_class = field_class;
  field.state = FieldState::known;
  field.value = std::move(value);
  return field;
}

CapturedField absent_field(Section section, std::string name, FieldClass field_class) {
  return unknown_field(section, std::move(name), field_class, FieldState::absent, {});
}

CapturedField unknown_field(Section section, std::string name, FieldClass field_class,
                            FieldState state, std::string detail) {
  CapturedField field;
  field.section = section;
  field.name = std::move(name);
  field.field_class = field_class;
  field.state = state;
  field.detail = std::move(detail);
  return field;
}

}  // namespace track
