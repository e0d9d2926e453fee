#include <algorithm>
#include <exception>
#include <utility>

#include "track/schemas/error.hpp"

#include "journal/core.hpp"
#include "journal/segment_packer.hpp"

namespace track::storage::journal {
namespace {

constexpr std::int64_t k_turn = 1'000'000;  // ns; tasks and writers wait no longer
constexpr std::int64_t k_before_retry = 1'000'000'000;

}  // namespace

// Failure is no loss, and says nothing: the segment stays as it is.
bool JournalCore::serve_packing(bool others_wait) noexcept {
  if (clock_ns(CLOCK_MONOTONIC_COARSE) < pack_retry_at_) return false;
  bool try_again = false;
  try {
    return pack_on(others_wait);
  } catch (const Error& error) {
    try_again = error.code() == ErrorCode::no_space;
  } catch (const std::exception&) {
    try_again = true;  // for want of memory
  }
  packing_.reset();
  if (try_again) {
    pack_retry_at_ = clock_ns(CLOCK_MONOTONIC_COARSE) + k_before_retry;
  } else {
    forget_to_pack();  // ingested meanwhile, say
  }
  return !try_again;
}

// Of those to be packed the first is the one being packed.
bool JournalCore::pack_on(bool others_wait) {
  const auto until = clock_ns(CLOCK_MONOTONIC) + k_turn;
  do {
    if (!packing_) {
      const auto path = next_to_pack();
      if (path.empty()) return false;
      packing_ = SegmentPacker::open(path, options_.file_mode);
    }
    if (packing_ && packing_->step()) continue;
    if (packing_) note_packed(*packing_);
    packing_.reset();
    forget_to_pack();
  } while (!others_wait && clock_ns(CLOCK_MONOTONIC) < until);
  return true;
}

std::filesystem::path JournalCore::next_to_pack() {
  const std::lock_guard lock(mutex_);
  return to_pack_.empty() ? std::filesystem::path() : to_pack_.front();
}

void JournalCore::forget_to_pack() noexcept {
  const std::lock_guard lock(mutex_);
  if (!to_pack_.empty()) to_pack_.erase(to_pack_.begin());
}

// Its content and its name are durable: nothing of it is left to be synced.
void JournalCore::note_packed(const SegmentPacker& packer) {
  if (packer.saved() == 0) return;
  const std::lock_guard lock(mutex_);
  ++packed_;
  allocated_ -= std::min(allocated_, packer.saved());
  std::erase(retired_paths_, packer.path());
}

}  // namespace track::storage::journal
