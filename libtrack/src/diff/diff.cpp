#include "track/diff.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "diff/sections.hpp"
#include "query/store_impl.hpp"
#include "track/schemas/error.hpp"

namespace track {
namespace {

using Make = std::function<DiffSection()>;

/// What people name data by, besides the section's own name.
std::string_view canonical_name(std::string_view name) { return name == "data" ? "inputs" : name; }

bool wanted(const std::vector<std::string>& only, std::string_view name) {
  return only.empty() || std::any_of(only.begin(), only.end(), [&](const auto& each) {
           return canonical_name(each) == name;
         });
}

template <typename Sections>
void check_names(const std::vector<std::string>& only, const Sections& sections) {
  for (const auto& name : only) {
    const auto known = [&](const auto& section) { return section.first == canonical_name(name); };
    if (std::any_of(sections.begin(), sections.end(), known)) continue;
    std::string names;
    for (const auto& section : sections)
      names += (names.empty() ? "" : ", ") + std::string(section.first);
    throw Error(ErrorCode::usage, fmt::format("cannot compare '{}': no such section", name),
                "sections are " + names);
  }
}

}  // namespace

DiffReport diff(Store& store, const RunId& left, const RunId& right, const DiffOptions& options) {
  const auto a = store.details(left);
  const auto b = store.details(right);
  auto& catalog = store.impl().current();
  auto& objects = store.impl().objects();
  const std::array<std::pair<std::string_view, Make>, 10> sections = {{
      {"code", [&] { return detail::diff_code(a, b, objects); }},
      {"program", [&] { return detail::diff_program(a, b); }},
      {"environment", [&] { return detail::diff_environment(a, b); }},
      {"hardware", [&] { return detail::diff_hardware(a, b); }},
      {"params", [&] { return detail::diff_params(a, b); }},
      {"seeds", [&] { return detail::diff_seeds(a, b); }},
      {"inputs", [&] { return detail::diff_inputs(a, b, objects); }},
      {"metrics", [&] { return detail::diff_metrics(a, b, catalog); }},
      {"artifacts", [&] { return detail::diff_artifacts(a, b); }},
      {"resources", [&] { return detail::diff_resources(a, b); }},
  }};
  check_names(options.only, sections);
  DiffReport report{.left = left, .right = right, .sections = {}};
  for (const auto& [name, make] : sections) {
    if (wanted(options.only, name)) report.sections.push_back(make());
  }
  return report;
}

}  // namespace track
