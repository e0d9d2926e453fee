#include "command/object_watch.hpp"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace track::detail {
namespace {

using std::chrono::milliseconds;

/// From here on news are recorded at once: until then there are many, and finish() tells them.
constexpr milliseconds k_record_from(1000);

/// When the look after `now` is due, both counted from the start. Programs load first and work
/// then: with steps that grow with the time, only what is loaded in the last fifth of a program's
/// life is missed, so that two runs of one program rarely differ in what was seen.
milliseconds next_look(milliseconds now) noexcept {
  constexpr milliseconds k_shortest(1);
  constexpr milliseconds k_longest(10'000);
  return now + std::clamp(now / 4, k_shortest, k_longest);
}

}  // namespace

ObjectWatch::ObjectWatch(ChildObjects objects, std::function<void(CapturedField)> record)
    : objects_(std::move(objects)), record_(std::move(record)) {
  try {
    thread_ = std::thread([this] { watch(); });
  } catch (const std::system_error&) {
    // No thread is to be had: what the program is linked to is recorded, and nothing more.
  }
}

ObjectWatch::~ObjectWatch() { stop(); }

void ObjectWatch::watch() {
  const auto start = std::chrono::steady_clock::now();
  milliseconds due(0);
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    lock.unlock();
    look(due >= k_record_from);
    lock.lock();
    due = next_look(due);
    stopping_.wait_until(lock, start + due, [this] { return stopped_; });
  }
}

void ObjectWatch::look(bool record) noexcept {
  try {
    unrecorded_ = objects_.sample() || unrecorded_;
    if (!record || !unrecorded_) return;
    record_(objects_.describe());
    unrecorded_ = false;
  } catch (...) {
    // finish() records all of it again, and there it is known what was lost.
  }
}

void ObjectWatch::stop() noexcept {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  stopping_.notify_all();
  thread_.join();
}

void ObjectWatch::finish() {
  stop();
  record_(objects_.describe());
}

}  // namespace track::detail
