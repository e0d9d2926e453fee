#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "objects/pack_format.hpp"
#include "track/schemas/digest.hpp"
#include "track/schemas/ids.hpp"

namespace track::storage {

/// A pack as the index knows it.
struct PackRow {
  std::int64_t number = 0;
  Uuid name;
  std::uint64_t bytes = 0;
  std::optional<Digest> digest;  ///< absent where its footer was missing
  bool gone = false;             ///< to be unlinked, or unlinked already
};

/// A record as the index knows it.
struct RecordRow {
  RecordKind kind = RecordKind::chunk;
  Digest id;
  std::int64_t pack = 0;
  std::uint64_t offset = 0;
  std::uint32_t length = 0;
  std::uint64_t size = 0;   ///< plain bytes: of the chunk, of the file, of all below a tree
  std::uint64_t files = 0;  ///< 1 for a file; those below a tree
  std::optional<std::int64_t> condemned;  ///< the epoch in which gc condemned it
  std::int64_t condemned_ms = 0;
};

/// What the stat cache knows of a file.
struct StatKey {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;
};
struct StatRow {
  StatKey key;
  Digest digest;
  std::string sha256;  ///< empty where nobody asked for it
};

/// objects/index.db: where every record lies. Derived: packs alone give it back.
///
/// Everything throws Error; a lock held by another for over a second is Error{busy}.
///
/// Thread safety: one thread at a time. A forked child must not use what its parent opened.
class Index final {
  class Impl;

 public:
  /// Makes the file where it is missing. Throws Error{unsupported} on a newer version,
  /// Error{corrupt} on what is no index.
  [[nodiscard]] static Index open(const std::filesystem::path& path, mode_t mode, bool read_only);
  /// One of this object alone, for when the file cannot be used.
  [[nodiscard]] static Index in_memory();
  Index(Index&&) noexcept;
  Index& operator=(Index&&) noexcept;
  ~Index();

  /// Whether it was made by this open().
  [[nodiscard]] bool fresh() const noexcept;
  /// Gives the connection up without touching the file, as a forked child must.
  void abandon() noexcept;

  /// BEGIN IMMEDIATE, rolled back unless committed.
  class Transaction final {
   public:
    /// A durable one outlives power loss once committed; others outlive only the process.
    explicit Transaction(Index& index, bool durable = false);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

   private:
    class Impl;
    std::unique_ptr<Impl> impl_;
  };

  /// While one lives, lookups share one snapshot and take no locks. A Transaction ends the
  /// snapshot; the lookup after it takes a new one.
  class View final {
   public:
    explicit View(Index& index) noexcept;
    View(const View&) = delete;
    View& operator=(const View&) = delete;
    ~View();

   private:
    Impl& impl_;
  };

  [[nodiscard]] std::optional<RecordRow> find(RecordKind kind, const Digest& id) const;
  /// A file or a tree.
  [[nodiscard]] std::optional<RecordRow> find_object(const Digest& id) const;
  /// Inserts it, or revives the one that is there, which stays where it is.
  void put(const RecordRow& row);
  /// Points an existing row elsewhere.
  void move(const RecordRow& row);
  void remove(RecordKind kind, const Digest& id);
  void for_each(const std::function<void(const RecordRow&)>& visit) const;

  /// Returns its number; that of the existing one where the name is known.
  std::int64_t put_pack(const Uuid& name, std::uint64_t bytes, const std::optional<Digest>& digest);
  [[nodiscard]] std::optional<PackRow> find_pack(std::int64_t number) const;
  [[nodiscard]] std::optional<PackRow> find_pack(const Uuid& name) const;
  /// Least recently verified first.
  [[nodiscard]] std::vector<PackRow> packs() const;
  void set_verified(std::int64_t pack, std::int64_t now_ms);
  void set_gone(std::int64_t pack);
  void remove_pack(std::int64_t pack);

  /// Counts the rounds of gc that condemned something.
  [[nodiscard]] std::int64_t epoch() const;
  void set_epoch(std::int64_t epoch);
  void condemn(RecordKind kind, const Digest& id, std::int64_t epoch, std::int64_t now_ms);
  /// False where there is no such record.
  bool revive(RecordKind kind, const Digest& id);

  [[nodiscard]] std::optional<StatRow> find_stat(const StatKey& key) const;
  void put_stat(const StatRow& row);
  void clear_stats();

  /// Removes every pack and record, for making them anew.
  void clear();
  /// What SQLite finds wrong with the file; empty when nothing is.
  [[nodiscard]] std::vector<std::string> check() const;

 private:
  explicit Index(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace track::storage
