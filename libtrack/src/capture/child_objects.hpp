#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "capture/capture.hpp"
#include "capture/loaded_objects.hpp"
#include "track/storage/file.hpp"

namespace track::detail {

/// The objects of a running child that does not capture itself: those it is linked to, and those
/// that samples of its /proc/PID/maps saw. What is loaded and gone between two samples is missed,
/// and so is what its own children load.
///
/// Thread safety: none.
class ChildObjects final {
 public:
  /// The child must not have been waited for yet; later samples find it gone, and no other process
  /// that got its number.
  ChildObjects(std::int64_t pid, CaptureContext context);

  /// Looks at it. True where it has something that was not seen before and is not linked to it.
  bool sample();
  /// An `objects` field of `Phase::finish`, labelled observed; unavailable where the child could
  /// not be looked at though it was there.
  [[nodiscard]] CapturedField describe() const;

 private:
  CaptureContext context_;
  storage::Fd process_;
  std::vector<LoadedObject> objects_;      // linked, then observed
  std::set<std::filesystem::path> known_;  // their files
  std::string trouble_;
};

}  // namespace track::detail
