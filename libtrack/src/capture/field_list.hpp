#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "track/schemas/field.hpp"

namespace track::detail {

/// Collects the fields of one section. What a read throws becomes an unavailable field.
class FieldList final {
 public:
  explicit FieldList(Section section, Phase phase = Phase::start) noexcept
      : section_(section), phase_(phase) {}

  CapturedField& known(std::string_view name, FieldClass field_class, Value value,
                       std::optional<Digest> object = std::nullopt);
  void absent(std::string_view name, FieldClass field_class);
  /// `why` is cleaned of secrets first: it may quote a path or an address.
  void unavailable(std::string_view name, FieldClass field_class, std::string_view why);
  void redacted(std::string_view name, FieldClass field_class, std::string rule);

  /// `read` answers an optional of something that makes a Value; nothing is absent.
  template <typename Read>
  void collect(std::string_view name, FieldClass field_class, Read&& read) {
    try {
      if (auto value = read()) {
        known(name, field_class, Value(*std::move(value)));
      } else {
        absent(name, field_class);
      }
    } catch (const std::exception& error) {
      unavailable(name, field_class, error.what());
    }
  }

  void add(CapturedField field) { fields_.push_back(std::move(field)); }
  [[nodiscard]] std::vector<CapturedField> take() { return std::move(fields_); }

 private:
  Section section_;
  Phase phase_;
  std::vector<CapturedField> fields_;
};

}  // namespace track::detail
