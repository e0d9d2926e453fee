#pragma once

#include <sys/mount.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "journal_fixture.hpp"
#include "track_test/temp_dir.hpp"

namespace track_test {

/// A file system of its own that holds 1 MiB.
class SmallDisk {
 public:
  SmallDisk()
      : mounted_(mount("track-test", directory_.path().c_str(), "tmpfs", 0, "size=1m,mode=0700") ==
                 0) {
    error_ = errno;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) umount2(directory_.path().c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool mounted() const {
    if (!mounted_) WARN("skipped: cannot mount a tmpfs here: " << std::strerror(error_));
    return mounted_;
  }
  [[nodiscard]] std::filesystem::path path() const { return directory_.path(); }
  /// Of a journal that lies on it.
  [[nodiscard]] track::storage::JournalOptions options(const Journal& journal, bool drained) const {
    auto options = journal.options();
    options.directory = path() / journal.run.value;
    options.drained = drained;
    return options;
  }

 private:
  TempDir directory_;
  bool mounted_;
  int error_ = 0;
};

}  // namespace track_test
