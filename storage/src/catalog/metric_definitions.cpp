#include "catalog/metric_definitions.hpp"

namespace track::storage {

bool fits(std::string_view pattern, std::string_view name) noexcept {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;  // the last one met, to which a mismatch goes back
  std::size_t taken = 0;                      // where the name went on after it
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++taken;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

const schemas::MetricDefinitionEntry* definition_of(
    std::string_view name, std::span<const schemas::MetricDefinitionEntry> definitions) noexcept {
  const auto goes_before = [](const auto& a, const auto& b) {
    const bool a_exact = a.pattern.find('*') == std::string::npos;
    const bool b_exact = b.pattern.find('*') == std::string::npos;
    if (a_exact != b_exact) return a_exact;
    if (a.pattern.size() != b.pattern.size()) return a.pattern.size() > b.pattern.size();
    return a.pattern < b.pattern;
  };
  const schemas::MetricDefinitionEntry* best = nullptr;
  for (const auto& definition : definitions) {
    if (!fits(definition.pattern, name)) continue;
    if (best == nullptr || goes_before(definition, *best)) best = &definition;
  }
  return best;
}

void declare(MetricRecord& record, const schemas::MetricDefinitionEntry& definition) {
  record.goal = definition.goal;
  record.unit = definition.unit;
  record.axis = definition.axis;
  record.summary = definition.summary;
  record.deterministic = definition.deterministic;
}

}  // namespace track::storage
