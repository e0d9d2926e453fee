#include "counter.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace track_test {

Counter::Counter(const std::filesystem::path& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  void* memory = MAP_FAILED;
  if (file >= 0 && ftruncate(file, sizeof *value_) == 0) {
    memory = mmap(nullptr, sizeof *value_, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  }
  const int error = errno;
  if (file >= 0) {
    close(file);
  }
  if (memory == MAP_FAILED) {
    throw std::system_error(error, std::generic_category(), "cannot map '" + path.string() + "'");
  }
  value_ = static_cast<std::atomic<std::uint64_t>*>(memory);
}

Counter::~Counter() { munmap(value_, sizeof *value_); }

}  // namespace track_test
