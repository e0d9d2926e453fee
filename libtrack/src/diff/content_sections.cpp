#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "capture/field_names.hpp"
#include "diff/sections.hpp"
#include "diff/tree_diff.hpp"
#include "judge/field_compare.hpp"
#include "judge/series_compare.hpp"

namespace track::detail {
namespace {

bool is_tree_field(std::string_view name) {
  return name == fields::k_code_snapshot || name == fields::k_code_listing;
}

/// Everything the record says of the code besides the files themselves.
void add_code_fields(const RunDetails& left, const RunDetails& right, DiffSection& section) {
  for (const auto& pair : pair_fields(left.fields, right.fields)) {
    if (pair.section != Section::code || is_tree_field(pair.name)) continue;
    const auto relation = relate(pair);
    if (relation == FieldRelation::equal) {
      ++section.equal;
      continue;
    }
    DiffEntry entry;
    entry.name = pair.name;
    entry.kind = relation == FieldRelation::unknown ? ChangeKind::unknown : ChangeKind::changed;
    if (pair.left != nullptr && pair.left->state == FieldState::known)
      entry.left = pair.left->value;
    if (pair.right != nullptr && pair.right->state == FieldState::known)
      entry.right = pair.right->value;
    if (relation == FieldRelation::unknown)
      entry.detail = describe(pair.left) + " and " + describe(pair.right);
    section.entries.push_back(std::move(entry));
  }
}

std::optional<Digest> snapshot_of(const RunDetails& details) {
  const auto* field = find_field(details.fields, Section::code, fields::k_code_snapshot);
  return field != nullptr && field->state == FieldState::known ? field->object : std::nullopt;
}

/// The files of two trees; a line instead where the bytes of one were not kept.
void add_tree(const std::string& prefix, const Digest& left, const Digest& right,
              const storage::ObjectStore& objects, DiffSection& section) {
  for (const auto& change : diff_trees(objects, left, right)) {
    auto entry = describe_change(objects, change);
    entry.name = prefix + entry.name;
    section.entries.push_back(std::move(entry));
  }
}

struct MetricSides {
  const MetricRecord* left = nullptr;
  const MetricRecord* right = nullptr;
};

std::optional<Value> final_value(const MetricRecord* metric) {
  if (metric == nullptr || !metric->last) return std::nullopt;
  return Value(metric->last->value);
}

std::string best_detail(const MetricRecord& left, const MetricRecord& right) {
  const auto a = left.best();
  const auto b = right.best();
  if (!a || !b) return {};
  return fmt::format("best {} and {}; ", a->value, b->value);
}

/// Says where two curves part; nothing where they are equal bit for bit.
std::optional<DiffEntry> diff_curves(const RunDetails& left, const RunDetails& right,
                                     const SeriesKey& key, const MetricSides& sides,
                                     const storage::Catalog& catalog) {
  const auto comparison = compare_series(key, catalog.points(left.run.id, key),
                                         catalog.points(right.run.id, key), {}, false);
  if (comparison.verdict == Verdict::bit_exact) return std::nullopt;
  DiffEntry entry;
  entry.name = key.to_string();
  entry.kind = ChangeKind::changed;
  entry.left = final_value(sides.left);
  entry.right = final_value(sides.right);
  entry.detail = best_detail(*sides.left, *sides.right);
  if (comparison.divergence) {
    entry.detail += fmt::format("part ways at step {}", comparison.divergence->step);
  } else {
    entry.detail += comparison.detail;
  }
  return entry;
}

}  // namespace

DiffSection diff_code(const RunDetails& left, const RunDetails& right,
                      const storage::ObjectStore& objects) {
  DiffSection section{.name = "code", .equal = 0, .entries = {}};
  add_code_fields(left, right, section);
  const auto a = snapshot_of(left);
  const auto b = snapshot_of(right);
  if (!a && !b) return section;
  if (a == b) {
    ++section.equal;
  } else if (a && b && objects.find(*a) && objects.find(*b)) {
    add_tree("", *a, *b, objects, section);
  } else {
    DiffEntry entry;
    entry.name = std::string(fields::k_code_snapshot);
    entry.kind = a && b ? ChangeKind::changed : ChangeKind::unknown;
    if (a) entry.left = Value(a->to_string());
    if (b) entry.right = Value(b->to_string());
    entry.detail = "files cannot be compared: a snapshot was not kept";
    section.entries.push_back(std::move(entry));
  }
  return section;
}

DiffSection diff_inputs(const RunDetails& left, const RunDetails& right,
                        const storage::ObjectStore& objects) {
  DiffSection section{.name = "inputs", .equal = 0, .entries = {}};
  std::map<std::string, std::pair<const DatasetRecord*, const DatasetRecord*>> all;
  for (const auto& dataset : left.datasets) all[dataset.name].first = &dataset;
  for (const auto& dataset : right.datasets) all[dataset.name].second = &dataset;
  for (const auto& [name, sides] : all) {
    const auto& [a, b] = sides;
    if (a != nullptr && b != nullptr && a->digest && a->digest == b->digest) {
      ++section.equal;
      continue;
    }
    DiffEntry entry;
    entry.name = name;
    entry.kind = a == nullptr ? ChangeKind::added
                              : (b == nullptr ? ChangeKind::removed : ChangeKind::changed);
    if (a != nullptr && a->digest) entry.left = Value(a->digest->to_string());
    if (b != nullptr && b->digest) entry.right = Value(b->digest->to_string());
    const bool digested = entry.left && entry.right;
    if (entry.kind == ChangeKind::changed && !digested) {
      entry.kind = ChangeKind::unknown;
      entry.detail = "a digest was not made";
    }
    if (a != nullptr && b != nullptr && a->size != b->size)
      entry.detail = fmt::format("{} and {} bytes", a->size, b->size);
    section.entries.push_back(std::move(entry));
    const bool trees = digested && a->is_tree && b->is_tree;
    if (trees && objects.find(*a->digest) && objects.find(*b->digest))
      add_tree(name + "/", *a->digest, *b->digest, objects, section);
  }
  return section;
}

DiffSection diff_metrics(const RunDetails& left, const RunDetails& right,
                         const storage::Catalog& catalog) {
  DiffSection section{.name = "metrics", .equal = 0, .entries = {}};
  std::map<SeriesKey, MetricSides> all;
  for (const auto& metric : left.metrics) all[metric.series].left = &metric;
  for (const auto& metric : right.metrics) all[metric.series].right = &metric;
  for (const auto& [key, sides] : all) {
    if (sides.left != nullptr && sides.right != nullptr) {
      if (auto entry = diff_curves(left, right, key, sides, catalog)) {
        section.entries.push_back(std::move(*entry));
      } else {
        ++section.equal;
      }
      continue;
    }
    DiffEntry entry;
    entry.name = key.to_string();
    entry.kind = sides.left == nullptr ? ChangeKind::added : ChangeKind::removed;
    entry.left = final_value(sides.left);
    entry.right = final_value(sides.right);
    section.entries.push_back(std::move(entry));
  }
  return section;
}

}  // namespace track::detail
