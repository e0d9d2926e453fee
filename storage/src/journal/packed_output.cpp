#include "journal/packed_output.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "file/errno.hpp"
#include "journal/nameless_file.hpp"
#include "track/schemas/codec.hpp"

namespace track::storage::journal {
namespace {

constexpr std::size_t k_piece = 64UL << 10U;

std::filesystem::path packing_name(std::filesystem::path target) {
  return target.replace_extension(k_packing_extension);
}

}  // namespace

PackedOutput::PackedOutput(const std::filesystem::path& target, mode_t mode)
    : target_(target), generation_(process_generation()) {
  int fd = open_nameless(target.parent_path(), mode);
  if (fd < 0) {
    temporary_ = packing_name(target);
    ::unlink(temporary_.c_str());  // of an attempt that failed
    fd = ::open(temporary_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, mode);
  }
  if (fd < 0) {
    const int error = errno;
    temporary_.clear();
    throw_errno("pack", target, error);
  }
  fd_ = Fd(fd);
  fork_closed_.watch(fd);
  if (fchmod(fd, mode) != 0) throw_errno("pack", target, errno);
  buffer_.resize(k_packed_header_size);  // what stands there is known last
}

PackedOutput::~PackedOutput() {
  if (generation_ != process_generation()) {
    fd_.release();  // closed already, and its number may be another's
    return;
  }
  fork_closed_.forget();
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Blob PackedOutput::put(std::span<const std::byte> bytes) {
  const Blob blob{.at = size(), .size = bytes.size(), .crc = schemas::crc32c(bytes)};
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  if (buffer_.size() >= k_piece) flush();
  return blob;
}

void PackedOutput::flush() {
  if (exceeds_file_size_limit(size())) throw_errno("pack", target_, EFBIG);
  write_all(fd_.get(), buffer_, target_);
  written_ += buffer_.size();
  buffer_.clear();
}

void PackedOutput::put_header(const PackedHeader& header) {
  flush();
  if (::pwrite(fd_.get(), &header, sizeof header, 0) != static_cast<ssize_t>(sizeof header))
    throw_errno("pack", target_, errno);
}

void PackedOutput::sync() { sync_file(fd_.get(), target_); }

void PackedOutput::replace_target() {
  if (temporary_.empty()) {
    const auto name = packing_name(target_);
    ::unlink(name.c_str());  // of an attempt that failed
    if (!name_nameless(fd_.get(), name)) throw_errno("pack", target_, errno);
    temporary_ = name;
  }
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) throw_errno("pack", target_, errno);
  temporary_.clear();
}

}  // namespace track::storage::journal
