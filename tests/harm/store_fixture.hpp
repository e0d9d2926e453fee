#pragma once

#include <filesystem>
#include <string>

#include "track/track.hpp"
#include "track_test/temp_dir.hpp"

namespace track_test {

/// A directory with a store, and the working directory as long as it lives: a store made from
/// elsewhere leaves a pointer to itself there.
class StoreFixture {
 public:
  StoreFixture() {
    std::filesystem::current_path(directory_.path());
    track::InitOptions options;
    options.at = directory_ / ".track";
    store_ = track::Store::init(options);
  }

  StoreFixture(const StoreFixture&) = delete;
  StoreFixture& operator=(const StoreFixture&) = delete;
  ~StoreFixture() { std::filesystem::current_path(before_); }

  [[nodiscard]] const std::filesystem::path& directory() const noexcept {
    return directory_.path();
  }
  [[nodiscard]] std::string store() const { return store_.string(); }
  [[nodiscard]] track::Store open() const {
    track::StoreOptions options;
    options.path = store_;
    return track::Store::open(options);
  }

 private:
  std::filesystem::path before_ = std::filesystem::current_path();
  TempDir directory_;
  std::filesystem::path store_;
};

[[nodiscard]] inline std::uint64_t count_of(track::Store& store, const std::string& run,
                                            const std::string& metric) {
  return store.find_metric(track::RunId{run}, metric).count;
}

}  // namespace track_test
