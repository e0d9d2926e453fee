#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "track/schemas/field.hpp"

namespace track::detail {

/// A field on both sides; a side that lacks it counts as not collected.
struct FieldPair {
  Section section = Section::params;
  std::string_view name;
  Phase phase = Phase::start;
  FieldClass field_class = FieldClass::diagnostic;
  const CapturedField* left = nullptr;
  const CapturedField* right = nullptr;
};

enum class FieldRelation : std::uint8_t { equal, different, unknown };

/// absent = absent counts as equal; what is unavailable, redacted or not collected is unknown.
[[nodiscard]] FieldRelation relate(const FieldPair& pair) noexcept;

/// All fields of both sides, paired by section, name and phase, in the order of sections and names.
[[nodiscard]] std::vector<FieldPair> pair_fields(const std::vector<CapturedField>& left,
                                                 const std::vector<CapturedField>& right);

/// The field, or nullptr.
[[nodiscard]] const CapturedField* find_field(const std::vector<CapturedField>& all,
                                              Section section, std::string_view name,
                                              Phase phase = Phase::start) noexcept;

/// Whether the environment was captured: then a variable without a field was not set.
[[nodiscard]] bool captured_environment(const std::vector<CapturedField>& all) noexcept;

/// For people: the value, or the state in brackets with its reason.
[[nodiscard]] std::string describe(const CapturedField* field);

}  // namespace track::detail
