#include "journal/segment.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "track/schemas/ids.hpp"

#include "file/errno.hpp"
#include "journal/fork_guard.hpp"
#include "journal/nameless_file.hpp"

namespace track::storage::journal {
namespace {

constexpr std::uint64_t k_large = 1UL << 20U;
constexpr std::uint64_t k_entry_room = 4UL << 10U;     // of a drained segment, kept from points
constexpr std::uint64_t k_reserve_step = 16UL << 10U;  // one system call for many small records
constexpr std::array<std::byte, 16UL << 10U> k_zeros{};
const std::uint64_t k_page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));

}  // namespace

std::shared_ptr<Segment> Segment::create(const std::filesystem::path& directory,
                                         std::uint64_t capacity, mode_t mode, SegmentFlag flag) {
  // Shared between its slot, the helper while it works on it, and the list of what is to be synced.
  std::shared_ptr<Segment> segment(new Segment);
  segment->capacity_ = round_up(capacity, std::max<std::uint64_t>(k_page, k_header_size));
  segment->flag_ = flag;
  segment->generation_ = process_generation();
  segment->open(directory, mode);
  if (flag == SegmentFlag::mapped) segment->allocate();
  segment->map();
  return segment;
}

void Segment::open(const std::filesystem::path& directory, mode_t mode) {
  directory_ = directory;
  int fd = -1;
  if (!drained_mode()) fd = open_nameless(directory, mode);
  if (fd < 0) {
    temporary_ = directory / (Uuid::random().to_string() + ".tmp");
    fd = ::open(temporary_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, mode);
  }
  if (fd < 0) {
    const int error = errno;
    temporary_.clear();
    throw_errno("make a journal segment in", directory, error);
  }
  fd_ = Fd(fd);
  watched_ = fork_closed_.watch(fd);
  struct stat status {};
  if (fchmod(fd_.get(), mode) != 0 || fstat(fd_.get(), &status) != 0)
    throw_errno("make a journal segment in", directory, errno);
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

void Segment::allocate() {
  if (exceeds_file_size_limit(capacity_)) {
    throw Error(ErrorCode::no_space, "cannot allocate a journal segment in '" +
                                         directory_.string() + "': beyond the file size limit");
  }
  int error = 0;
  do {
    error = posix_fallocate(fd_.get(), 0, static_cast<off_t>(capacity_));
  } while (error == EINTR);
  if (error != 0) throw_errno("allocate a journal segment in", directory_, error);
}

void Segment::map() {
  const int flags = drained_mode() ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
  void* memory =
      mmap(nullptr, capacity_, PROT_READ | PROT_WRITE, flags, drained_mode() ? -1 : fd_.get(), 0);
  if (memory == MAP_FAILED) throw_errno("map a journal segment in", directory_, errno);
  base_ = static_cast<std::byte*>(memory);
  // A child that wrote into its parent's segment would spoil it.
  if (madvise(memory, capacity_, MADV_DONTFORK) != 0)
    throw_errno("map a journal segment in", directory_, errno);
  // Reading ahead would fill the cache with single pages before fill_ahead() gets there.
  if (!drained_mode() && capacity_ >= k_large) madvise(memory, capacity_, MADV_RANDOM);
  populated_.store(k_header_size, std::memory_order_relaxed);
}

Segment::~Segment() {
  if (generation_ != process_generation()) {
    fd_.release();  // closed already, and its number may be another's
    return;
  }
  fork_closed_.forget();
  if (base_ != nullptr) munmap(base_, capacity_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void Segment::publish(FixedHeader header) {
  header.capacity = capacity_;
  header.flags = flag_;
  header.crc = header_crc(header);
  std::memcpy(base_, &header, sizeof header);
  word(k_committed_at).store(k_header_size, std::memory_order_release);
  Uuid id;
  id.bytes = header.segment;
  path_ = directory_ / (id.to_string() + ".seg");
  if (drained_mode()) {
    const std::lock_guard lock(populate_mutex_);
    if (!reserve_blocks(k_header_size, Purpose::point) || !drain())
      throw_errno("write", path_, errno);
  }
  try {
    name_file();
  } catch (...) {
    path_.clear();
    throw;
  }
  // Few segments are large: the many small ones of many threads cost no descriptor.
  if (!drained_mode() && (capacity_ < k_large || !watched_)) {
    fork_closed_.forget();
    fd_ = Fd();
  }
}

void Segment::name_file() {
  if (!temporary_.empty()) {
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) throw_errno("name", path_, errno);
    temporary_.clear();
    return;
  }
  if (!name_nameless(fd_.get(), path_)) throw_errno("name", path_, errno);
}

std::atomic_ref<std::uint64_t> Segment::word(std::size_t at) const noexcept {
  return std::atomic_ref<std::uint64_t>(*reinterpret_cast<std::uint64_t*>(base_ + at));
}

std::uint64_t Segment::committed() const noexcept {
  return word(k_committed_at).load(std::memory_order_acquire);
}

bool Segment::populate(std::uint64_t end, Purpose purpose) noexcept {
  end = std::min(drained_mode() ? end : round_up(end, k_page), capacity_);
  if (!flush()) return false;
  const std::lock_guard lock(populate_mutex_);
  const auto from = populated_.load(std::memory_order_relaxed);
  if (end <= from) return true;
  if (drained_mode()) {
    if (!reserve_blocks(end, purpose)) return false;
  } else {
    fill_ahead(from, end);
    populate_pages(from, end);
  }
  populated_.store(end, std::memory_order_release);
  return true;
}

// Of what is written in one piece the page cache makes large folios, and faulting those in costs a
// fifth of what single pages do.
void Segment::fill_ahead(std::uint64_t from, std::uint64_t to) noexcept {
  std::array<iovec, 16> pieces{};
  if (!fd_ || exceeds_file_size_limit(to)) return;
  while (from < to) {
    std::size_t used = 0;
    for (auto left = to - from; left > 0 && used < pieces.size(); ++used) {
      // writev only reads from them.
      pieces[used] = {const_cast<std::byte*>(k_zeros.data()),
                      std::min<std::uint64_t>(left, k_zeros.size())};
      left -= pieces[used].iov_len;
    }
    const auto count =
        pwritev(fd_.get(), pieces.data(), static_cast<int>(used), static_cast<off_t>(from));
    if (count <= 0) return;  // populating does it, only slower
    from += static_cast<std::uint64_t>(count);
  }
}

bool Segment::reserve_blocks(std::uint64_t end, Purpose purpose) noexcept {
  const auto kept_free = purpose == Purpose::point ? k_entry_room : 0;
  const auto needed = std::min(end + kept_free, capacity_);
  const auto wanted = std::min(round_up(needed, k_reserve_step), capacity_);
  while (reserved_ < needed) {
    if (exceeds_file_size_limit(needed)) {
      errno = EFBIG;
      return false;
    }
    const auto to = exceeds_file_size_limit(wanted) ? needed : wanted;
    const auto count =
        pwrite(fd_.get(), k_zeros.data(), std::min<std::uint64_t>(to - reserved_, k_zeros.size()),
               static_cast<off_t>(reserved_));
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) reserved_ += static_cast<std::uint64_t>(count);
  }
  return true;
}

void Segment::populate_pages(std::uint64_t from, std::uint64_t to) noexcept {
#ifdef MADV_POPULATE_WRITE
  if (madvise(base_ + from, to - from, MADV_POPULATE_WRITE) == 0) return;
#endif
  // An addition of zero faults the page in for writing and changes nothing, whoever writes there.
  for (auto at = from; at < to; at += k_page) word(at).fetch_add(0, std::memory_order_relaxed);
}

void Segment::add_dropped(std::uint64_t count) noexcept {
  word(k_dropped_at).fetch_add(count, std::memory_order_relaxed);
}

void Segment::set_directory(std::uint64_t offset) noexcept {
  word(k_directory_at).store(offset, std::memory_order_release);
}

bool Segment::flush() noexcept {
  if (!drained_mode()) return true;
  const std::lock_guard lock(sync_mutex_);
  return drain();
}

bool Segment::seal() noexcept {
  word(k_state_at)
      .store(static_cast<std::uint64_t>(SegmentState::sealed), std::memory_order_release);
  return flush();
}

void Segment::give_back_rest() noexcept {
  if (drained_mode() || !fd_) return;
  const std::lock_guard lock(populate_mutex_);
  // Who populates later must not touch pages that a full disk could refuse by then.
  populated_.store(capacity_, std::memory_order_release);
  const auto end = round_up(committed(), k_page);
  if (end < capacity_) {
    // Where the file system has no holes the room is given back with the file.
    static_cast<void>(fallocate(fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                static_cast<off_t>(end), static_cast<off_t>(capacity_ - end)));
  }
}

Segment::Unwritten Segment::unwritten() noexcept {
  Unwritten result;
  const std::lock_guard lock(sync_mutex_);
  const auto end = committed();
  for (auto at = std::max<std::uint64_t>(drained_, k_header_size); drained_mode() && at < end;) {
    Slot slot;
    std::memcpy(&slot, base_ + at, sizeof slot);
    const bool is_point = kind_of(slot) == k_point_kind;
    ++(is_point ? result.points : result.entries);
    at += is_point ? k_record_size : frame_size(slot.a);
  }
  return result;
}

std::uint64_t Segment::sync() {
  const std::lock_guard lock(sync_mutex_);
  const auto end = committed();
  const auto before = word(k_durable_at).load(std::memory_order_relaxed);
  if (end <= before) return 0;
  if (drained_mode()) {
    if (!drain()) throw_errno("write", path_, errno);
    sync_file(fd_.get(), path_);
  } else if (msync(base_, round_up(end, k_page), MS_SYNC) != 0) {
    throw_errno("sync", path_, errno);
  }
  word(k_durable_at).store(end, std::memory_order_release);
  return end - before;
}

bool Segment::drop_written() noexcept {
  constexpr std::uint64_t k_batch = 256UL << 10U;
  const std::unique_lock lock(sync_mutex_, std::try_to_lock);
  if (!lock) return false;
  const auto written = (drained_mode() ? drained_ : committed()) / k_page * k_page;
  const auto start = std::max(dropped_pages_, k_page);  // the header stays
  if (written < start + k_batch) return false;
  dropped_pages_ = written;
  madvise(base_ + start, written - start, MADV_DONTNEED);
  return true;
}

bool Segment::is_removed() const noexcept {
  struct stat status {};
  if (::lstat(path_.c_str(), &status) == 0)
    return status.st_dev != device_ || status.st_ino != inode_;
  return errno == ENOENT || errno == ENOTDIR;
}

// Records before the committed length: a reader never sees a length whose records are not there.
bool Segment::drain() noexcept {
  const auto write_range = [this](std::uint64_t from, std::uint64_t to) {
    while (from < to) {
      const auto count = pwrite(fd_.get(), base_ + from, to - from, static_cast<off_t>(from));
      if (count < 0 && errno != EINTR) return false;
      if (count > 0) from += static_cast<std::uint64_t>(count);
    }
    return true;
  };
  const auto end = committed();
  if (exceeds_file_size_limit(end)) {
    errno = EFBIG;
    return false;
  }
  const auto from = std::max<std::uint64_t>(drained_, k_header_size);
  if (end > from && !write_range(from, end)) return false;
  // The committed length may have grown meanwhile: what is written of the header says `end`.
  std::array<std::byte, k_header_size> header{};
  std::memcpy(header.data(), base_, k_header_size);
  std::memcpy(header.data() + k_committed_at, &end, sizeof end);
  const auto length =
      drained_ == 0 ? header.size() : std::size_t{k_directory_at + sizeof(std::uint64_t)};
  if (pwrite(fd_.get(), header.data(), length, 0) != static_cast<ssize_t>(length)) return false;
  drained_ = end;
  return true;
}

}  // namespace track::storage::journal
