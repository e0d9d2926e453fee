#include "objects/lease.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <sstream>

#include "file/errno.hpp"
#include "file/temporary_name.hpp"
#include "track/schemas/ids.hpp"

namespace track::storage {
namespace {

constexpr std::string_view k_title = "track lease 1";
constexpr std::size_t k_longest = 4096;

std::filesystem::path leases(const StoreLayout& layout) { return layout.objects() / "leases"; }

struct flock whole_file(short type) noexcept {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

std::string contents(std::int64_t epoch) {
  std::ostringstream text;
  text << k_title << "\nepoch " << epoch << "\nholder process " << ::getpid() << " on "
       << host_name() << '\n';
  return text.str();
}

/// False where somebody who took it for a dead one's removed it before it was locked.
bool make(const std::filesystem::path& directory, const std::filesystem::path& name, mode_t mode,
          std::string_view text, Fd& file) {
  const auto temporary = directory / temporary_name("lease");
  file = open_file(temporary, O_RDWR | O_CREAT | O_EXCL, mode);
  (void)::fchmod(file.get(), mode);  // the umask took the group's bits
  auto lock = whole_file(F_WRLCK);
  // Where locks do not work, gc does not either.
  if (::fcntl(file.get(), F_OFD_SETLK, &lock) != 0 && is_local_file_system(directory)) {
    const int error = errno;
    ::unlink(temporary.c_str());
    throw_errno("lock", temporary, error);
  }
  write_all(file.get(), std::as_bytes(std::span(text)), temporary);
  if (std::rename(temporary.c_str(), name.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  const int error = errno;
  ::unlink(temporary.c_str());
  throw_errno("create", name, error);
}

/// Anything unreadable counts as the oldest: it then protects everything.
LiveLease parse(const std::string& name, const std::string& text) {
  LiveLease lease{name, 0, "unknown"};
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  if (line != k_title) return lease;
  while (std::getline(lines, line)) {
    if (line.starts_with("epoch ")) {
      std::from_chars(line.data() + 6, line.data() + line.size(), lease.epoch);
    } else if (line.starts_with("holder ")) {
      lease.holder = line.substr(7);
    }
  }
  return lease;
}

bool is_held(int fd, const std::filesystem::path& path) {
  auto lock = whole_file(F_WRLCK);
  if (::fcntl(fd, F_OFD_GETLK, &lock) != 0) throw_errno("probe the lock of", path, errno);
  return lock.l_type != F_UNLCK;
}

}  // namespace

Lease::Lease(const StoreLayout& layout, std::int64_t epoch)
    : name_(RunId::random().value), path_(leases(layout) / name_), owner_(::getpid()) {
  const auto text = contents(epoch);
  join([&] {
    while (!make(leases(layout), path_, layout.file_mode(), text, file_)) {
    }
  });
}

void Lease::after_fork_in_child(bool /*locked*/) noexcept { file_ = Fd(); }

Lease::~Lease() {
  leave();
  if (owner_ != ::getpid()) return;
  ::unlink(path_.c_str());
  // A child that ran no atfork handlers still shares this lock; closing ours alone would leave it.
  auto lock = whole_file(F_UNLCK);
  (void)::fcntl(file_.get(), F_OFD_SETLK, &lock);
}

std::unique_ptr<Lease> try_lease(const StoreLayout& layout) noexcept {
  try {
    return std::make_unique<Lease>(layout, 0);
  } catch (...) {
    return nullptr;
  }
}

std::vector<LiveLease> live_leases(const StoreLayout& layout) {
  std::vector<LiveLease> live;
  walk(leases(layout), [&](const WalkEntry& entry) {
    if (!S_ISREG(entry.mode)) return false;
    const auto file = open_if_exists(entry.path, O_RDWR);
    if (!file) return false;
    if (is_held(file->get(), entry.path)) {
      // By the descriptor: its holder may just be removing the name.
      std::string text(k_longest, '\0');
      text.resize(read_at(file->get(), std::as_writable_bytes(std::span(text)), 0, entry.path));
      live.push_back(parse(entry.path.filename().string(), text));
    } else {
      ::unlink(entry.path.c_str());
    }
    return false;
  });
  return live;
}

}  // namespace track::storage
