#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "track/schemas/api.hpp"
#include "track/schemas/digest.hpp"
#include "track/schemas/value.hpp"

namespace track {

/// What is known of a captured value. Absent is a fact, unknown is none.
enum class FieldState : std::uint8_t { known, absent, unavailable, redacted, not_collected };

/// What a field decides.
enum class FieldClass : std::uint8_t {
  key,         ///< differs: another experiment
  numeric,     ///< decides which level of agreement can be claimed
  reexecute,   ///< needed to run it again
  diagnostic,  ///< for people
  personal,    ///< names people or machines; left out of what is sent on
};

/// The part of the record a field belongs to, in the order in which suspects are named.
enum class Section : std::uint8_t {
  params,
  code,
  program,
  inputs,
  seeds,
  invocation,
  software,
  numerics,
  threads,
  distributed,
  hardware,
  resources,
};

/// When it was read.
enum class Phase : std::uint8_t { start, finish };

/// One captured value: `section`.`name` as it was at `phase`.
struct CapturedField {
  Section section = Section::code;
  std::string name;
  Phase phase = Phase::start;
  FieldClass field_class = FieldClass::diagnostic;
  FieldState state = FieldState::not_collected;
  Value value;                   ///< null unless known
  std::string detail;            ///< why unavailable, which redaction rule, or empty
  std::optional<Digest> object;  ///< a stored object that this field names, which keeps it alive
};

[[nodiscard]] TRACK_API std::string_view to_string(FieldState state) noexcept;
[[nodiscard]] TRACK_API std::string_view to_string(FieldClass field_class) noexcept;
[[nodiscard]] TRACK_API std::string_view to_string(Section section) noexcept;
[[nodiscard]] TRACK_API std::string_view to_string(Phase phase) noexcept;
[[nodiscard]] TRACK_API std::optional<FieldState> parse_field_state(std::string_view text) noexcept;
[[nodiscard]] TRACK_API std::optional<FieldClass> parse_field_class(std::string_view text) noexcept;
[[nodiscard]] TRACK_API std::optional<Section> parse_section(std::string_view text) noexcept;
[[nodiscard]] TRACK_API std::optional<Phase> parse_phase(std::string_view text) noexcept;

/// The fields' usual makers.
[[nodiscard]] TRACK_API CapturedField known_field(Section section, std::string name,
                                                  FieldClass field_class, Value value);
[[nodiscard]] TRACK_API CapturedField absent_field(Section section, std::string name,
                                                   FieldClass field_class);
[[nodiscard]] TRACK_API CapturedField unknown_field(Section section, std::string name,
                                                    FieldClass field_class, FieldState state,
                                                    std::string detail);

}  // namespace track
