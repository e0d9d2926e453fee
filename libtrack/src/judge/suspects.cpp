#include "judge/suspects.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "capture/field_names.hpp"
#include "judge/field_compare.hpp"
#include "track/schemas/json.hpp"

namespace track::detail {
namespace {

using Texts =
    std::map<std::string, std::pair<std::optional<std::string>, std::optional<std::string>>>;

constexpr std::string_view k_absent = "[absent]";

void add_suspects(Section section, const Texts& texts, Differences& differences) {
  for (const auto& [name, sides] : texts) {
    if (sides.first == sides.second) continue;
    differences.suspects.push_back({.section = section,
                                    .field = name,
                                    .original = sides.first.value_or(std::string(k_absent)),
                                    .other = sides.second.value_or(std::string(k_absent))});
  }
}

std::string typed(const Value& value) {
  return value.to_string() + " (" + std::string(to_string(value.type())) + ")";
}

/// The same text under two types is told apart by naming the types.
void add_params(const RunDetails& original, const RunDetails& other, Differences& differences) {
  std::map<std::string, std::pair<const Value*, const Value*>> values;
  for (const auto& param : original.params) values[param.name].first = &param.value;
  for (const auto& param : other.params) values[param.name].second = &param.value;
  Texts texts;
  for (const auto& [name, sides] : values) {
    const auto& [left, right] = sides;
    if (left != nullptr && right != nullptr && *left == *right) continue;
    const bool show_types = left != nullptr && right != nullptr && left->type() != right->type();
    const auto text = [&](const Value* value) -> std::optional<std::string> {
      if (value == nullptr) return std::nullopt;
      return show_types ? typed(*value) : value->to_string();
    };
    texts[name] = {text(left), text(right)};
  }
  add_suspects(Section::params, texts, differences);
}

void add_inputs(const RunDetails& original, const RunDetails& other, Differences& differences) {
  Texts texts;
  const auto add = [&](const std::vector<DatasetRecord>& datasets, auto side) {
    for (const auto& dataset : datasets) {
      if (dataset.digest) {
        texts[dataset.name].*side = dataset.digest->to_string();
      } else {
        differences.unknown.push_back("inputs." + dataset.name);
      }
      if (dataset.changed.value_or(false))
        texts[dataset.name + " (changed during a run)"].*side = "yes";
    }
  };
  add(original.datasets, &Texts::mapped_type::first);
  add(other.datasets, &Texts::mapped_type::second);
  add_suspects(Section::inputs, texts, differences);
}

void add_seeds(const RunDetails& original, const RunDetails& other, Differences& differences) {
  Texts texts;
  for (const auto& seed : original.seeds) texts[seed.stream].first = seed.value.to_string();
  for (const auto& seed : other.seeds) texts[seed.stream].second = seed.value.to_string();
  add_suspects(Section::seeds, texts, differences);
}

bool can_be_cause(const FieldPair& pair) {
  // Of the code only the files themselves decide: the same tree under another commit, or
  // restored without its repository, is the same code.
  if (pair.section == Section::code) return pair.name == fields::k_code_snapshot;
  // Of a program only its bytes decide; a replay puts it elsewhere.
  if (pair.section == Section::program && pair.name.ends_with("path")) return false;
  return pair.section != Section::resources && pair.field_class != FieldClass::diagnostic &&
         pair.field_class != FieldClass::personal;
}

void add_fields(const RunDetails& original, const RunDetails& other, Differences& differences) {
  for (const auto& pair : pair_fields(original.fields, other.fields)) {
    if (!can_be_cause(pair)) continue;
    const auto name = pair.phase == Phase::finish ? std::string(pair.name) + " (at finish)"
                                                  : std::string(pair.name);
    switch (relate(pair)) {
      case FieldRelation::equal:
        break;
      case FieldRelation::different:
        differences.suspects.push_back({.section = pair.section,
                                        .field = name,
                                        .original = describe(pair.left),
                                        .other = describe(pair.right)});
        break;
      case FieldRelation::unknown:
        differences.unknown.push_back(std::string(to_string(pair.section)) + "." + name);
        break;
    }
  }
}

std::set<std::string> uncaptured_names(const RunDetails& run) {
  std::set<std::string> names;
  const auto* field = find_field(run.fields, Section::invocation, fields::k_environment_names);
  if (field == nullptr || field->state != FieldState::known) return names;
  const auto document = schemas::Json::parse(field->value.as_json());
  for (const auto& name : document.as_array()) names.insert(name.as_string());
  return names;
}

}  // namespace

std::vector<Suspect> find_uncaptured_variables(const RunDetails& original,
                                               const RunDetails& other) {
  std::vector<Suspect> suspects;
  if (!captured_environment(original.fields) || !captured_environment(other.fields)) {
    return suspects;
  }
  const auto left = uncaptured_names(original);
  const auto right = uncaptured_names(other);
  std::set<std::string> one_sided;
  std::set_symmetric_difference(left.begin(), left.end(), right.begin(), right.end(),
                                std::inserter(one_sided, one_sided.end()));
  const auto shown = [](bool set) { return set ? "[set, its value not captured]" : "[absent]"; };
  for (const auto& name : one_sided) {
    suspects.push_back({.section = Section::invocation,
                        .field = std::string(fields::k_environment_prefix) + name,
                        .original = shown(left.contains(name)),
                        .other = shown(right.contains(name))});
  }
  return suspects;
}

Differences find_differences(const RunDetails& original, const RunDetails& other) {
  Differences differences;
  add_params(original, other, differences);
  add_inputs(original, other, differences);
  add_seeds(original, other, differences);
  add_fields(original, other, differences);
  std::stable_sort(differences.suspects.begin(), differences.suspects.end(),
                   [](const auto& a, const auto& b) { return a.section < b.section; });
  return differences;
}

}  // namespace track::detail
