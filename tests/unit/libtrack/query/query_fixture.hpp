#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog_batches.hpp"
#include "run_fixture.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/catalog/catalog.hpp"
#include "track/store.hpp"

namespace track_test {

/// A run id that begins with `text`.
[[nodiscard]] inline track::RunId id_of(std::string text) {
  text.resize(16, '0');
  return {std::move(text)};
}

/// How a run begins whose start says more than its name.
struct Beginning {
  std::string name = "run";
  std::int64_t time = 1000;
  track::RunKind kind = track::RunKind::train;
  std::optional<track::RunId> parent = std::nullopt;
};

[[nodiscard]] inline Segment begin(const track::RunId& run, const Beginning& beginning = {}) {
  track::schemas::RunStartEntry entry;
  entry.name = beginning.name;
  entry.experiment = "test";
  entry.parent = beginning.parent;
  entry.kind = beginning.kind;
  entry.source = "api";
  entry.time = {beginning.time};
  Segment segment(run);
  segment.add(entry);
  return segment;
}

[[nodiscard]] inline track::schemas::MetricDefinitionEntry goal_of(std::string pattern,
                                                                   track::Goal goal) {
  track::schemas::MetricDefinitionEntry entry;
  entry.pattern = std::move(pattern);
  entry.goal = goal;
  return entry;
}

/// A store on disk whose runs have the ids, names and times that a test gives them.
class QueryStore {
 public:
  QueryStore() : catalog_(track::storage::open_sqlite_catalog(layout())) {}

  void add(Segment segment) const {
    segment.end(track::RunState::finished);
    take(*catalog_, segment, true);
  }

  [[nodiscard]] track::storage::StoreLayout layout() const { return {runs_.root(), false}; }
  [[nodiscard]] track::storage::Catalog& catalog() const { return *catalog_; }
  [[nodiscard]] track::Store open() const {
    track::StoreOptions options;
    options.path = runs_.root();
    return track::Store::open(options);
  }
  /// For a run that logs to this store by itself.
  [[nodiscard]] RunStore& runs() { return runs_; }

 private:
  RunStore runs_;
  std::unique_ptr<track::storage::Catalog> catalog_;
};

/// The Error that `body` throws; the test fails if it throws nothing.
template <typename Body>
[[nodiscard]] track::Error failure_of(Body&& body) {
  try {
    static_cast<void>(body());
  } catch (const track::Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  throw std::logic_error("not reached");
}

[[nodiscard]] inline bool says(const track::Error& error, std::string_view text) {
  return std::string_view(error.what()).find(text) != std::string_view::npos;
}

}  // namespace track_test
