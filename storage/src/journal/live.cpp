#include "track/storage/journal/live.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "track/storage/file.hpp"

#include "file/errno.hpp"
#include "journal/fork_guard.hpp"

namespace track::storage {
namespace {

struct flock whole_file(short type) noexcept {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

// A name from a record is untrusted: it must not lead out of the run's directory.
bool is_plain_name(const std::string& name) noexcept {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

}  // namespace

class LiveFile::Lock final : public journal::ForkMember {
 public:
  explicit Lock(const std::filesystem::path& path, mode_t mode) {
    // No fork may come between the opening and the list, or the child would keep the lock.
    join([&] { fd_ = open_file(path, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW, mode); });
    auto lock = whole_file(F_WRLCK);
    if (fchmod(fd_.get(), mode) != 0 || fcntl(fd_.get(), F_OFD_SETLK, &lock) != 0)
      throw_errno("lock", path, errno);
  }
  ~Lock() override { leave(); }

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  /// False in a forked child.
  [[nodiscard]] bool is_held() const noexcept { return static_cast<bool>(fd_); }

  void before_fork() noexcept override {}
  void after_fork_in_parent() noexcept override {}
  void after_fork_in_child(bool) noexcept override { fd_ = Fd(); }

 private:
  Fd fd_;
};

LiveFile::LiveFile() = default;

std::unique_ptr<LiveFile> LiveFile::create(const std::filesystem::path& journal_directory,
                                           const Uuid& member, mode_t mode, MemberRole role) {
  std::unique_ptr<LiveFile> live(new LiveFile);
  live->name_ = member.to_string();
  live->name_ += role == MemberRole::forked ? k_forked_suffix : ".live";
  live->path_ = journal_directory / live->name_;
  auto temporary = live->path_;
  temporary += ".tmp";
  try {
    live->lock_ = std::make_unique<Lock>(temporary, mode);
    struct stat status {};
    if (fstat(live->lock_->fd(), &status) != 0) throw_errno("read", temporary, errno);
    live->device_ = status.st_dev;
    live->inode_ = status.st_ino;
    if (::rename(temporary.c_str(), live->path_.c_str()) != 0)
      throw_errno("name", live->path_, errno);
  } catch (...) {
    if (live->lock_) ::unlink(temporary.c_str());
    live->lock_.reset();
    throw;
  }
  return live;
}

LiveFile::~LiveFile() {
  journal::notice_fork();
  // Removed while it is still locked: who finds it unlocked finds a process that died.
  if (lock_ && lock_->is_held()) ::unlink(path_.c_str());
}

Liveness probe(const std::filesystem::path& journals, const MemberRecord& member) noexcept {
  try {
    const auto directory = journals / member.run.value;
    if (!member.local || !is_plain_name(member.live_file) || !is_local_file_system(journals)) {
      return Liveness::unjudgeable;
    }
    const auto path = directory / member.live_file;
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    if (!file) return errno == ENOENT ? Liveness::dead : Liveness::unjudgeable;
    struct stat status {};
    if (fstat(file.get(), &status) != 0) return Liveness::unjudgeable;
    if (status.st_dev != member.device || status.st_ino != member.inode)
      return Liveness::unjudgeable;
    // The same file on a local file system under another kernel: the process went with the old one.
    if (member.boot_id != boot_id()) return Liveness::dead;
    auto lock = whole_file(F_WRLCK);
    if (fcntl(file.get(), F_OFD_GETLK, &lock) != 0) return Liveness::unjudgeable;
    return lock.l_type == F_UNLCK ? Liveness::dead : Liveness::alive;
  } catch (const std::exception&) {
    return Liveness::unjudgeable;
  }
}

Liveness probe_files(const std::filesystem::path& journals, const RunId& run,
                     const std::function<bool(const std::string&)>& counts) {
  auto together = Liveness::dead;
  if (!stat_entry(journals / run.value)) return together;
  walk(journals / run.value, [&](const WalkEntry& entry) {
    MemberRecord member;
    member.run = run;
    member.live_file = entry.path.filename().string();
    if (member.live_file.find(".live") == std::string::npos || !counts(member.live_file))
      return false;
    member.boot_id = boot_id();
    member.device = entry.device;
    member.inode = entry.inode;
    const auto liveness = probe(journals, member);
    if (together != Liveness::alive && liveness != Liveness::dead) together = liveness;
    return false;
  });
  return together;
}

}  // namespace track::storage
