#include "objects/index_impl.hpp"

// The packs and the stat cache of the index.

namespace track::storage {
namespace {

PackRow pack_of(SQLite::Statement& statement) {
  PackRow row;
  row.number = statement.getColumn(0).getInt64();
  if (!read_bytes(statement.getColumn(1), row.name.bytes)) {
    throw Error(ErrorCode::corrupt, "cannot read the object index: a row of packs is broken",
                "track verify --rebuild-index makes it anew from the packs");
  }
  row.bytes = static_cast<std::uint64_t>(statement.getColumn(2).getInt64());
  Digest digest;
  if (read_bytes(statement.getColumn(3), digest.bytes)) row.digest = digest;
  row.gone = statement.getColumn(4).getInt() != 0;
  return row;
}

}  // namespace

std::int64_t Index::put_pack(const Uuid& name, std::uint64_t bytes,
                             const std::optional<Digest>& digest) {
  if (const auto known = find_pack(name)) return known->number;
  return with_index_errors("write", [&] {
    SQLite::Statement statement(impl_->db,
                                "INSERT INTO packs (name, bytes, digest) VALUES (?1, ?2, ?3)");
    bind_bytes(statement, 1, name.bytes);
    statement.bind(2, static_cast<std::int64_t>(bytes));
    if (digest) bind_bytes(statement, 3, digest->bytes);
    statement.exec();
    return impl_->db.getLastInsertRowid();
  });
}

std::optional<PackRow> Index::find_pack(std::int64_t number) const {
  return with_index_errors("read", [&]() -> std::optional<PackRow> {
    auto& statement = impl_->lookup(
        impl_->find_pack, "SELECT number, name, bytes, digest, gone FROM packs WHERE number = ?1");
    const Use use(statement);
    use->bind(1, number);
    if (!use->executeStep()) return std::nullopt;
    return pack_of(statement);
  });
}

std::optional<PackRow> Index::find_pack(const Uuid& name) const {
  return with_index_errors("read", [&]() -> std::optional<PackRow> {
    SQLite::Statement statement(
        impl_->db, "SELECT number, name, bytes, digest, gone FROM packs WHERE name = ?1");
    bind_bytes(statement, 1, name.bytes);
    if (!statement.executeStep()) return std::nullopt;
    return pack_of(statement);
  });
}

std::vector<PackRow> Index::packs() const {
  return with_index_errors("read", [&] {
    std::vector<PackRow> rows;
    SQLite::Statement statement(impl_->db,
                                "SELECT number, name, bytes, digest, gone FROM packs "
                                "ORDER BY verified_ms, number");
    while (statement.executeStep()) rows.push_back(pack_of(statement));
    return rows;
  });
}

void Index::set_verified(std::int64_t pack, std::int64_t now_ms) {
  with_index_errors("write", [&] {
    SQLite::Statement statement(impl_->db, "UPDATE packs SET verified_ms = ?2 WHERE number = ?1");
    statement.bind(1, pack);
    statement.bind(2, now_ms);
    statement.exec();
  });
}

void Index::set_gone(std::int64_t pack) {
  with_index_errors("write", [&] {
    SQLite::Statement statement(impl_->db, "UPDATE packs SET gone = 1 WHERE number = ?1");
    statement.bind(1, pack);
    statement.exec();
  });
}

void Index::remove_pack(std::int64_t pack) {
  with_index_errors("write", [&] {
    SQLite::Statement statement(impl_->db, "DELETE FROM packs WHERE number = ?1");
    statement.bind(1, pack);
    statement.exec();
  });
}

std::optional<StatRow> Index::find_stat(const StatKey& key) const {
  return with_index_errors("read", [&]() -> std::optional<StatRow> {
    auto& statement = impl_->lookup(impl_->find_stat,
                                    "SELECT digest, sha256 FROM stat_cache "
                                    "WHERE device = ?1 AND inode = ?2 AND size = ?3 "
                                    "AND mtime_ns = ?4 AND ctime_ns = ?5");
    const Use use(statement);
    use->bind(1, static_cast<std::int64_t>(key.device));
    use->bind(2, static_cast<std::int64_t>(key.inode));
    use->bind(3, static_cast<std::int64_t>(key.size));
    use->bind(4, key.mtime_ns);
    use->bind(5, key.ctime_ns);
    if (!use->executeStep()) return std::nullopt;
    StatRow row{key, {}, statement.getColumn(1).getString()};
    if (!read_bytes(statement.getColumn(0), row.digest.bytes)) return std::nullopt;
    return row;
  });
}

void Index::put_stat(const StatRow& row) {
  with_index_errors("write", [&] {
    auto& statement = impl_->prepared(
        impl_->put_stat,
        "INSERT INTO stat_cache (device, inode, size, mtime_ns, ctime_ns, digest, sha256) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (device, inode) DO UPDATE SET "
        "size = excluded.size, mtime_ns = excluded.mtime_ns, ctime_ns = excluded.ctime_ns, "
        "digest = excluded.digest, sha256 = excluded.sha256");
    const Use use(statement);
    use->bind(1, static_cast<std::int64_t>(row.key.device));
    use->bind(2, static_cast<std::int64_t>(row.key.inode));
    use->bind(3, static_cast<std::int64_t>(row.key.size));
    use->bind(4, row.key.mtime_ns);
    use->bind(5, row.key.ctime_ns);
    bind_bytes(statement, 6, row.digest.bytes);
    use->bindNoCopy(7, row.sha256);
    use->exec();
  });
}

void Index::clear_stats() {
  with_index_errors("write", [&] { impl_->db.exec("DELETE FROM stat_cache"); });
}

}  // namespace track::storage
