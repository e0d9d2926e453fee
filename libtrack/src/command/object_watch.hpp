#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "capture/child_objects.hpp"
#include "track/schemas/field.hpp"

namespace track::detail {

/// Looks at what a program has loaded, on a thread of its own: as it starts, then after steps of a
/// quarter of the time since, from a millisecond up to 10 s.
class ObjectWatch final {
 public:
  /// `record` is given the field anew whenever something was found after the first second, from
  /// that thread, and once more by finish(), from its caller's. What it throws on that thread is
  /// lost.
  ObjectWatch(ChildObjects objects, std::function<void(CapturedField)> record);
  ObjectWatch(const ObjectWatch&) = delete;
  ObjectWatch& operator=(const ObjectWatch&) = delete;
  ~ObjectWatch();

  /// The program has ended.
  void finish();

 private:
  void watch();
  void look(bool record) noexcept;
  void stop() noexcept;

  ChildObjects objects_;     // the thread's, until it has stopped
  bool unrecorded_ = false;  // likewise
  std::function<void(CapturedField)> record_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stopped_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace track::detail
