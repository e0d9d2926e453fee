#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "capture/field_names.hpp"
#include "diff/sections.hpp"
#include "judge/field_compare.hpp"
#include "track/schemas/json.hpp"

namespace track::detail {
namespace {

using Sides = std::pair<std::optional<Value>, std::optional<Value>>;

constexpr std::string_view k_unreadable = "[not readable]";

ChangeKind kind_of(const Sides& sides) {
  if (!sides.first) return ChangeKind::added;
  return sides.second ? ChangeKind::changed : ChangeKind::removed;
}

/// Stands where a digest should: "[why there is none]".
bool no_digest(const std::optional<Value>& side) {
  return side && side->type() == Value::Type::text && side->as_text().starts_with('[');
}

DiffSection from_values(std::string name, const std::map<std::string, Sides>& values) {
  DiffSection section{.name = std::move(name), .equal = 0, .entries = {}};
  for (const auto& [key, sides] : values) {
    if (sides.first == sides.second) {
      ++section.equal;
      continue;
    }
    DiffEntry entry{.name = key,
                    .kind = kind_of(sides),
                    .left = sides.first,
                    .right = sides.second,
                    .left_type = {},
                    .right_type = {},
                    .detail = {}};
    if (sides.first) entry.left_type = to_string(sides.first->type());
    if (sides.second) entry.right_type = to_string(sides.second->type());
    section.entries.push_back(std::move(entry));
  }
  return section;
}

/// As from_values(), where what has no digest on a side equals nothing, itself included.
DiffSection from_digests(std::string name, const std::map<std::string, Sides>& values) {
  auto section = from_values(std::move(name), values);
  for (auto& entry : section.entries) {
    const bool both = entry.left && entry.right;
    if (both && (no_digest(entry.left) || no_digest(entry.right))) entry.kind = ChangeKind::unknown;
  }
  for (const auto& [key, sides] : values) {
    if (sides.first != sides.second || !no_digest(sides.first)) continue;
    --section.equal;
    section.entries.push_back({.name = key,
                               .kind = ChangeKind::unknown,
                               .left = sides.first,
                               .right = sides.second,
                               .left_type = {},
                               .right_type = {},
                               .detail = "no digest was made on either side"});
  }
  return section;
}

DiffEntry from_pair(const FieldPair& pair, std::string name) {
  const auto value = [](const CapturedField* field) -> std::optional<Value> {
    if (field == nullptr || field->state != FieldState::known) return std::nullopt;
    return field->value;
  };
  DiffEntry entry{.name = std::move(name),
                  .kind = ChangeKind::changed,
                  .left = value(pair.left),
                  .right = value(pair.right),
                  .left_type = {},
                  .right_type = {},
                  .detail = {}};
  if (relate(pair) == FieldRelation::unknown) {
    entry.kind = ChangeKind::unknown;
    entry.detail = describe(pair.left) + " and " + describe(pair.right);
  } else {
    entry.kind = kind_of({entry.left, entry.right});
  }
  return entry;
}

/// The loaded objects one by one: a changed library is one line, not the whole table.
void add_objects(const FieldPair& pair, const std::string& name, DiffSection& section) {
  std::map<std::string, Sides> values;
  const auto add = [&](const CapturedField& field, std::optional<Value> Sides::*side) {
    const auto document = schemas::Json::parse(field.value.as_json());
    for (const auto& [soname, description] : document.as_object()) {
      const auto* digest = description.find("digest");
      const bool readable = digest != nullptr && digest->is_string();
      values[name + "." + soname].*side =
          readable ? Value(digest->as_string()) : Value(std::string(k_unreadable));
    }
  };
  add(*pair.left, &Sides::first);
  add(*pair.right, &Sides::second);
  auto objects = from_digests({}, values);
  section.equal += objects.equal;
  for (auto& entry : objects.entries) section.entries.push_back(std::move(entry));
}

bool holds_objects(const FieldPair& pair) {
  const auto is_json = [](const CapturedField* field) {
    return field != nullptr && field->state == FieldState::known &&
           field->value.type() == Value::Type::json;
  };
  return pair.section == Section::software && pair.name == fields::k_objects &&
         is_json(pair.left) && is_json(pair.right);
}

/// Who and which machine, known on neither side: nothing to tell.
bool nobody_knows(const FieldPair& pair) {
  const auto known = [](const CapturedField* field) {
    return field != nullptr && field->state == FieldState::known;
  };
  return pair.field_class == FieldClass::personal && !known(pair.left) && !known(pair.right);
}

/// `qualify` puts the section before the name where a diff section holds several.
DiffSection from_fields(std::string name, const RunDetails& left, const RunDetails& right,
                        std::initializer_list<Section> sections, bool qualify) {
  DiffSection result{.name = std::move(name), .equal = 0, .entries = {}};
  for (const auto& pair : pair_fields(left.fields, right.fields)) {
    bool wanted = false;
    for (const auto section : sections) wanted = wanted || section == pair.section;
    if (!wanted) continue;
    auto label = qualify ? std::string(to_string(pair.section)) + "." : std::string();
    label += pair.name;
    if (pair.phase == Phase::finish) label += " (at finish)";
    if (holds_objects(pair)) {
      add_objects(pair, label, result);
    } else if (relate(pair) == FieldRelation::equal) {
      ++result.equal;
    } else if (nobody_knows(pair)) {
      continue;
    } else {
      result.entries.push_back(from_pair(pair, std::move(label)));
    }
  }
  return result;
}

}  // namespace

DiffSection diff_params(const RunDetails& left, const RunDetails& right) {
  std::map<std::string, Sides> values;
  for (const auto& param : left.params) values[param.name].first = param.value;
  for (const auto& param : right.params) values[param.name].second = param.value;
  return from_values("params", values);
}

DiffSection diff_seeds(const RunDetails& left, const RunDetails& right) {
  std::map<std::string, Sides> values;
  for (const auto& seed : left.seeds) values[seed.stream].first = seed.value;
  for (const auto& seed : right.seeds) values[seed.stream].second = seed.value;
  return from_values("seeds", values);
}

DiffSection diff_artifacts(const RunDetails& left, const RunDetails& right) {
  std::map<std::string, Sides> values;
  const auto add = [&](const RunDetails& details, std::optional<Value> Sides::*side) {
    for (const auto& artifact : details.artifacts) {
      auto name = artifact.name;
      if (artifact.step) name += "@step=" + std::to_string(*artifact.step);
      values[name].*side = artifact.digest ? Value(artifact.digest->to_string())
                                           : Value("[" + artifact.detail + "]");
    }
  };
  add(left, &Sides::first);
  add(right, &Sides::second);
  return from_digests("artifacts", values);
}

DiffSection diff_program(const RunDetails& left, const RunDetails& right) {
  return from_fields("program", left, right, {Section::program}, false);
}

DiffSection diff_environment(const RunDetails& left, const RunDetails& right) {
  return from_fields("environment", left, right,
                     {Section::invocation, Section::software, Section::numerics, Section::threads,
                      Section::distributed},
                     true);
}

DiffSection diff_hardware(const RunDetails& left, const RunDetails& right) {
  return from_fields("hardware", left, right, {Section::hardware}, false);
}

DiffSection diff_resources(const RunDetails& left, const RunDetails& right) {
  return from_fields("resources", left, right, {Section::resources}, false);
}

}  // namespace track::detail
