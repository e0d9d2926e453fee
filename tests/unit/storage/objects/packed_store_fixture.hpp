#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "objects/packed_store.hpp"
#include "store_fixture.hpp"
#include "track/schemas/error.hpp"
#include "track_test/code_of.hpp"

namespace track_test {

using namespace track::storage;  // NOLINT: for test files
using track::Digest;
using track::Error;
using track::ErrorCode;
using track::VerifyReport;

inline VerifyReport verify_data(ObjectStore& store) {
  VerifyOptions options;
  options.data = true;
  return store.verify(options);
}

inline std::string problems(const VerifyReport& report) {
  std::string all;
  for (const auto& finding : report.findings) all += finding.path + ": " + finding.problem + "\n";
  return all;
}

/// Everything that list() tells, in an order of its own.
inline std::vector<std::string> contents(const ObjectStore& store) {
  std::vector<std::string> lines;
  store.list([&](const ObjectInfo& info) {
    lines.push_back(info.digest.hex() + " " + std::to_string(info.size) + " " +
                    std::to_string(info.files) + (info.is_tree ? " tree" : " file"));
  });
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// Files, a tree, duplicates: what a store may hold.
inline Digest fill(const StoreFixture& fixture, ObjectStore& store) {
  const auto source = fixture.directory / "source";
  write_file(source / "a/text", text_of("some text\n"));
  write_file(source / "a/big", noise(700'000, 11));
  write_file(source / "b/same", text_of("some text\n"));
  const auto writer = store.begin();
  const auto info = writer->add_tree(source);
  writer->commit();
  store_bytes(store, noise(300'000, 12));
  return info.digest;
}

/// What threads could not do, for the thread that may check it.
class Failures {
 public:
  void add(const std::string& what) {
    const std::lock_guard lock(mutex_);
    all_ += what + "\n";
  }
  [[nodiscard]] std::string all() {
    const std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  std::mutex mutex_;
  std::string all_;
};

/// A row in the state in which a store that was opened knows it.
inline bool is_condemned(const StoreFixture& fixture, const Digest& file) {
  const auto index = Index::open(fixture.index(), 0600, true);
  const auto row = index.find(RecordKind::file, file);
  REQUIRE(row);
  return row->condemned.has_value();
}

}  // namespace track_test
