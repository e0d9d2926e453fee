#include "command/object_watch.hpp"

#include <chrono>
#include <system_error>
#include <utility>

namespace track::detail {
namespace {

using std::chrono::milliseconds;

/// When the look after `now` is due, both counted from the start.
milliseconds next_look(milliseconds now) noexcept {
  constexpr milliseconds k_early(100);
  constexpr milliseconds k_later(1000);
  constexpr milliseconds k_interval(10'000);
  if (now < k_early) return k_early;
  return now < k_later ? k_later : now + k_interval;
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
    look();
    lock.lock();
    due = next_look(due);
    stopping_.wait_until(lock, start + due, [this] { return stopped_; });
  }
}

void ObjectWatch::look() noexcept {
  try {
    if (objects_.sample()) record_(objects_.describe());
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
