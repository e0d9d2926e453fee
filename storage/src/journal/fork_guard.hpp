#pragma once

#include <cstdint>

namespace track::storage::journal {

/// Something that must know of fork(): linked into one list of the process.
///
/// before_fork() runs in the forking thread and takes the member's locks. In the parent
/// after_fork_in_parent() gives them back. In the child, where only that thread is left,
/// after_fork_in_child() drops what belongs to the parent; `locked` says whether
/// before_fork() ran, which a bare _Fork() skips. It neither allocates nor frees: not every
/// allocator (those of sanitizers do not) gives its locks back in a child, whose next step may be
/// exec.
class ForkMember {
 public:
  ForkMember(const ForkMember&) = delete;
  ForkMember& operator=(const ForkMember&) = delete;

  virtual void before_fork() noexcept = 0;
  virtual void after_fork_in_parent() noexcept = 0;
  virtual void after_fork_in_child(bool locked) noexcept = 0;

 protected:
  ForkMember() = default;
  virtual ~ForkMember();
  /// From here until leave() the member is told. `acquire`, which no fork can interrupt, may make
  /// what a child must not keep.
  template <typename Acquire>
  void join(Acquire&& acquire) {
    const Hold hold;
    acquire();
    link();
  }
  void join() {
    join([] {});
  }
  /// Idempotent.
  void leave() noexcept;

 private:
  friend class ForkRegistry;
  struct Hold {
    Hold();
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
  };
  void link() noexcept;

  ForkMember* next_ = nullptr;
  ForkMember* previous_ = nullptr;
  bool linked_ = false;
};

/// A descriptor that a forked child closes; one that a fork comes too early for, or that found the
/// list full, it merely keeps open. What must not happen to a lock takes a ForkMember.
///
/// Lock-free: any thread, under any lock.
class ForkClosed final {
 public:
  ForkClosed() = default;
  ForkClosed(const ForkClosed&) = delete;
  ForkClosed& operator=(const ForkClosed&) = delete;
  ~ForkClosed() { forget(); }
  /// False where the list is full.
  bool watch(int fd) noexcept;
  /// Before the descriptor is closed. In a child, which closed it, does nothing.
  void forget() noexcept;

 private:
  int place_ = -1;
  std::uint64_t generation_ = 0;
};

/// Differs between a process and a child that it forked. Cheap; right from the first
/// instruction of the child on where the kernel has MADV_WIPEONFORK, else from the
/// moment the child's atfork handlers ran.
[[nodiscard]] std::uint64_t process_generation() noexcept;
/// Lets every ForkMember know, if this is a forked child that has not told them yet.
inline void notice_fork() noexcept { static_cast<void>(process_generation()); }

}  // namespace track::storage::journal
