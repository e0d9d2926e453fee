#include "objects/write_behind.hpp"

#include <fcntl.h>

#include <array>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "file/blocked_signals.hpp"
#include "track/storage/file.hpp"

namespace track::storage {
namespace {

constexpr std::uint64_t k_without_thread = 4UL << 20;
constexpr std::size_t k_waiting_blocks = 4;

}  // namespace

class WriteBehind::Impl {
 public:
  Impl(int fd, std::filesystem::path path) : fd_(fd), path_(std::move(path)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  void append(std::vector<std::byte>& block) {
    appended_ += block.size();
    if (!thread_.joinable()) {
      if (appended_ <= k_without_thread) {
        write(block);
        block.clear();
        return;
      }
      const BlockedSignals blocked;
      thread_ = std::thread([this] { run(); });
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return added_ - done_ < k_waiting_blocks || failure_; });
    if (failure_) std::rethrow_exception(failure_);
    auto& slot = blocks_[added_ % k_waiting_blocks];
    std::swap(slot, block);  // which gives the memory of an earlier block back
    block.clear();
    ++added_;
    lock.unlock();
    changed_.notify_all();
  }

  void drain() {
    if (!thread_.joinable()) return;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return added_ == done_ || failure_; });
    if (failure_) std::rethrow_exception(failure_);
  }

  [[nodiscard]] Digest digest() const { return hash_.finish(); }

 private:
  void write(const std::vector<std::byte>& block) {
    hash_.update(block);
    write_all(fd_, block, path_);
    // Starts the disk early, so that the sync at the end finds little left; errors show there.
    (void)::sync_file_range(fd_, static_cast<off_t>(written_), static_cast<off_t>(block.size()),
                            SYNC_FILE_RANGE_WRITE);
    written_ += block.size();
  }

  void run() noexcept {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return stopping_ || added_ > done_; });
      if (stopping_) return;  // whoever wants what is left drains first
      auto& block = blocks_[done_ % k_waiting_blocks];
      lock.unlock();
      try {
        write(block);
        lock.lock();
      } catch (...) {
        lock.lock();
        failure_ = std::current_exception();
        changed_.notify_all();
        return;
      }
      ++done_;
      changed_.notify_all();
    }
  }

  const int fd_;
  const std::filesystem::path path_;
  // The thread's once it runs; the caller's again after drain().
  Blake3 hash_;
  std::uint64_t written_ = 0;

  std::uint64_t appended_ = 0;  // the caller's

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_; the blocks from done_ to added_ belong to the thread, the others to us.
  std::array<std::vector<std::byte>, k_waiting_blocks> blocks_;
  std::size_t added_ = 0;
  std::size_t done_ = 0;
  bool stopping_ = false;
  std::exception_ptr failure_;

  std::thread thread_;
};

WriteBehind::WriteBehind(int fd, std::filesystem::path path)
    : impl_(std::make_unique<Impl>(fd, std::move(path))) {}

WriteBehind::~WriteBehind() = default;

void WriteBehind::append(std::vector<std::byte>& block) { impl_->append(block); }

void WriteBehind::drain() { impl_->drain(); }

Digest WriteBehind::digest() const { return impl_->digest(); }

}  // namespace track::storage
