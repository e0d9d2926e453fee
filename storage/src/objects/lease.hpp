#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "journal/fork_guard.hpp"
#include "track/storage/file.hpp"
#include "track/storage/store_layout.hpp"

namespace track::storage {

/// Tells gc that somebody counts on what is in the store now.
///
/// A file that is locked before it gets its name: whoever sees the name without the lock knows
/// that its holder died. It carries the epoch of gc in which it began; nothing that is condemned
/// in a later epoch is swept while it lives.
///
/// A forked child closes its copy of the descriptor, lest it keep a lease alive that nobody holds.
class Lease final : private journal::ForkMember {
 public:
  Lease(const StoreLayout& layout, std::int64_t epoch);
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() override;

  /// Its file's name; private files of its holder start with it.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  void before_fork() noexcept override {}
  void after_fork_in_parent() noexcept override {}
  void after_fork_in_child(bool locked) noexcept override;

  std::string name_;
  std::filesystem::path path_;
  pid_t owner_;
  Fd file_;
};

/// For who only reads: protects all that there is, or is null where none can be had, because the
/// disk is full or the store belongs to somebody else. Reading goes on without it.
[[nodiscard]] std::unique_ptr<Lease> try_lease(const StoreLayout& layout) noexcept;

struct LiveLease {
  std::string name;
  std::int64_t epoch = 0;
  std::string holder;  ///< for people: process and host
};

/// The leases that are held now; those of the dead are removed on the way.
[[nodiscard]] std::vector<LiveLease> live_leases(const StoreLayout& layout);

}  // namespace track::storage
