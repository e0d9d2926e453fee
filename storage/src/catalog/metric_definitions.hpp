#pragma once

#include <span>
#include <string_view>

#include "track/schemas/journal_entry.hpp"
#include "track/schemas/records.hpp"

namespace track::storage {

/// Whether `name` fits `pattern`, in which `*` matches anything, nothing too.
[[nodiscard]] bool fits(std::string_view pattern, std::string_view name) noexcept;

/// The definition that speaks for a metric: one without `*` before any other, then the longest
/// pattern, then the first in byte order. Nullptr where none fits.
[[nodiscard]] const schemas::MetricDefinitionEntry* definition_of(
    std::string_view name, std::span<const schemas::MetricDefinitionEntry> definitions) noexcept;

/// Sets what is declared of a metric.
void declare(MetricRecord& record, const schemas::MetricDefinitionEntry& definition);

}  // namespace track::storage
