#include "objects/block_reader.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "file/blocked_signals.hpp"
#include "track/storage/file.hpp"
#include "track/storage/hash.hpp"

namespace track::storage {
namespace {

constexpr std::size_t k_block = 4UL << 20;
constexpr std::size_t k_slots = 4;

}  // namespace

/// Blocks go round a ring of slots: the reader fills block n into slot n % k_slots once everyone
/// has left block n - k_slots.
class BlockReader::Impl {
 public:
  Impl(int fd, std::filesystem::path path, std::uint64_t size, bool sha256, std::size_t headroom)
      : fd_(fd), path_(std::move(path)), size_(size), headroom_(headroom), with_sha256_(sha256) {
    for (auto& slot : slots_) slot.bytes.resize(headroom + k_block);
    const BlockedSignals blocked;
    reader_ = std::thread([this] { run([this] { read_blocks(); }); });
    if (with_sha256_) hasher_ = std::thread([this] { run([this] { hash_blocks(); }); });
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    reader_.join();
    if (hasher_.joinable()) hasher_.join();
  }

  std::span<std::byte> next() {
    // The block handed out last keeps its bytes: the caller copies its rest into this one.
    const auto wanted = handed_out_++;
    std::unique_lock lock(mutex_);
    if (wanted > 0) left_by_caller_ = wanted - 1;
    changed_.notify_all();
    changed_.wait(lock, [&] { return filled_ > wanted || failure_; });
    if (failure_) std::rethrow_exception(failure_);
    return data(wanted);
  }

  Digest digest() const { return blake3_.finish(); }

  std::string sha256() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return hashed_ || failure_; });
    if (failure_) std::rethrow_exception(failure_);
    return sha256_;
  }

 private:
  struct Slot {
    std::vector<std::byte> bytes;
    std::size_t size = 0;
  };

  Slot& slot(std::size_t block) { return slots_[block % k_slots]; }
  std::span<std::byte> data(std::size_t block) {
    return std::span(slot(block).bytes).subspan(headroom_, slot(block).size);
  }

  template <typename Body>
  void run(Body body) {
    try {
      body();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      failure_ = std::current_exception();
    }
    changed_.notify_all();
  }

  bool may_fill(std::size_t block) const {
    return block < left_by_caller_ + k_slots &&
           (!with_sha256_ || block < left_by_hasher_ + k_slots);
  }

  /// The last block is the empty one.
  void read_blocks() {
    std::uint64_t offset = 0;
    for (std::size_t block = 0;; ++block) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return stopping_ || failure_ || may_fill(block); });
        if (stopping_ || failure_) return;
      }
      auto& into = slot(block);
      const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(k_block, size_ - offset));
      into.size = read_at(fd_, std::span(into.bytes).subspan(headroom_, want), offset, path_);
      blake3_.update(data(block));
      offset += into.size;
      {
        const std::lock_guard lock(mutex_);
        filled_ = block + 1;
      }
      changed_.notify_all();
      if (into.size == 0) return;
    }
  }

  void hash_blocks() {
    Sha256 hash;
    for (std::size_t block = 0;; ++block) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopping_ || failure_ || filled_ > block; });
      if (stopping_ || failure_) return;
      lock.unlock();
      const auto bytes = data(block);
      hash.update(bytes);
      lock.lock();
      left_by_hasher_ = block + 1;
      if (bytes.empty()) {
        sha256_ = hash.finish();
        hashed_ = true;
      }
      lock.unlock();
      changed_.notify_all();
      if (bytes.empty()) return;
    }
  }

  const int fd_;
  const std::filesystem::path path_;
  const std::uint64_t size_;
  const std::size_t headroom_;
  const bool with_sha256_;
  Blake3 blake3_;               // the reader's, until it filled the empty block
  std::size_t handed_out_ = 0;  // the caller's

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_; a slot's bytes belong to the reader before its block is filled and to
  // the others until they left it.
  std::array<Slot, k_slots> slots_;
  std::size_t filled_ = 0;
  std::size_t left_by_caller_ = 0;
  std::size_t left_by_hasher_ = 0;
  bool stopping_ = false;
  bool hashed_ = false;
  std::string sha256_;
  std::exception_ptr failure_;

  std::thread reader_;
  std::thread hasher_;
};

BlockReader::BlockReader(int fd, std::filesystem::path path, std::uint64_t size, bool sha256,
                         std::size_t headroom)
    : impl_(std::make_unique<Impl>(fd, std::move(path), size, sha256, headroom)) {}

BlockReader::~BlockReader() = default;

std::span<std::byte> BlockReader::next() { return impl_->next(); }

Digest BlockReader::digest() const { return impl_->digest(); }

std::string BlockReader::sha256() const { return impl_->sha256(); }

}  // namespace track::storage
