#include "objects/index.hpp"

#include <SQLiteCpp/Transaction.h>

#include "objects/index_impl.hpp"

namespace track::storage {
namespace {

constexpr const char* k_record_columns =
    "SELECT kind, id, pack, offset, length, size, files, condemned, condemned_ms FROM records ";

[[noreturn]] void broken_row(const char* table) {
  throw Error(ErrorCode::corrupt,
              std::string("cannot read the object index: a row of ") + table + " is broken",
              "track verify --rebuild-index makes it anew from the packs");
}

RecordRow record_of(SQLite::Statement& statement) {
  RecordRow row;
  row.kind = static_cast<RecordKind>(statement.getColumn(0).getInt());
  if (!read_bytes(statement.getColumn(1), row.id.bytes)) broken_row("records");
  row.pack = statement.getColumn(2).getInt64();
  row.offset = static_cast<std::uint64_t>(statement.getColumn(3).getInt64());
  row.length = static_cast<std::uint32_t>(statement.getColumn(4).getInt64());
  row.size = static_cast<std::uint64_t>(statement.getColumn(5).getInt64());
  row.files = static_cast<std::uint64_t>(statement.getColumn(6).getInt64());
  if (!statement.getColumn(7).isNull()) row.condemned = statement.getColumn(7).getInt64();
  row.condemned_ms = statement.getColumn(8).getInt64();
  return row;
}

std::optional<RecordRow> first_record(const Use& use, SQLite::Statement& statement) {
  if (!use->executeStep()) return std::nullopt;
  return record_of(statement);
}

}  // namespace

class Index::Transaction::Impl final {
 public:
  Impl(SQLite::Database& db, bool durable)
      : level_(db, durable), inner_(db, SQLite::TransactionBehavior::IMMEDIATE) {}
  void commit() { inner_.commit(); }

 private:
  /// Put back however the transaction ends.
  class Level final {
   public:
    Level(SQLite::Database& db, bool durable) : db_(db), durable_(durable) {
      if (durable_) db_.exec("PRAGMA synchronous = FULL");
    }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() {
      if (durable_) (void)db_.tryExec("PRAGMA synchronous = NORMAL");
    }

   private:
    SQLite::Database& db_;
    bool durable_;
  };

  Level level_;  // before the transaction: the level cannot change inside one
  SQLite::Transaction inner_;
};

Index::Transaction::Transaction(Index& index, bool durable)
    : impl_(with_index_errors("lock", [&] {
        index.impl_->end_snapshot();
        return std::make_unique<Impl>(index.impl_->db, durable);
      })) {}

Index::Transaction::~Transaction() = default;

void Index::Transaction::commit() {
  with_index_errors("write", [&] { impl_->commit(); });
}

std::optional<RecordRow> Index::find(RecordKind kind, const Digest& id) const {
  return with_index_errors("read", [&] {
    auto& statement =
        impl_->lookup(impl_->find,
                      "SELECT kind, id, pack, offset, length, size, files, condemned, condemned_ms "
                      "FROM records WHERE kind = ?1 AND id = ?2");
    const Use use(statement);
    use->bind(1, static_cast<int>(kind));
    bind_bytes(statement, 2, id.bytes);
    return first_record(use, statement);
  });
}

std::optional<RecordRow> Index::find_object(const Digest& id) const {
  return with_index_errors("read", [&] {
    auto& statement =
        impl_->lookup(impl_->find_object,
                      "SELECT kind, id, pack, offset, length, size, files, condemned, condemned_ms "
                      "FROM records WHERE kind IN (2, 3) AND id = ?1");
    const Use use(statement);
    bind_bytes(statement, 1, id.bytes);
    return first_record(use, statement);
  });
}

void Index::put(const RecordRow& row) {
  with_index_errors("write", [&] {
    auto& statement =
        impl_->prepared(impl_->put,
                        "INSERT INTO records (kind, id, pack, offset, length, size, files) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (kind, id) DO UPDATE "
                        "SET condemned = NULL, condemned_ms = 0 WHERE condemned IS NOT NULL");
    const Use use(statement);
    use->bind(1, static_cast<int>(row.kind));
    bind_bytes(statement, 2, row.id.bytes);
    use->bind(3, row.pack);
    use->bind(4, static_cast<std::int64_t>(row.offset));
    use->bind(5, static_cast<std::int64_t>(row.length));
    use->bind(6, static_cast<std::int64_t>(row.size));
    use->bind(7, static_cast<std::int64_t>(row.files));
    use->exec();
  });
}

void Index::move(const RecordRow& row) {
  with_index_errors("write", [&] {
    SQLite::Statement statement(impl_->db,
                                "UPDATE records SET pack = ?3, offset = ?4, length = ?5 "
                                "WHERE kind = ?1 AND id = ?2");
    statement.bind(1, static_cast<int>(row.kind));
    bind_bytes(statement, 2, row.id.bytes);
    statement.bind(3, row.pack);
    statement.bind(4, static_cast<std::int64_t>(row.offset));
    statement.bind(5, static_cast<std::int64_t>(row.length));
    statement.exec();
  });
}

void Index::remove(RecordKind kind, const Digest& id) {
  with_index_errors("write", [&] {
    auto& statement =
        impl_->prepared(impl_->remove, "DELETE FROM records WHERE kind = ?1 AND id = ?2");
    const Use use(statement);
    use->bind(1, static_cast<int>(kind));
    bind_bytes(statement, 2, id.bytes);
    use->exec();
  });
}

void Index::for_each(const std::function<void(const RecordRow&)>& visit) const {
  with_index_errors("read", [&] {
    SQLite::Statement statement(impl_->db, k_record_columns);
    while (statement.executeStep()) visit(record_of(statement));
  });
}

void Index::condemn(RecordKind kind, const Digest& id, std::int64_t epoch, std::int64_t now_ms) {
  with_index_errors("write", [&] {
    auto& statement = impl_->prepared(impl_->condemn,
                                      "UPDATE records SET condemned = ?3, condemned_ms = ?4 "
                                      "WHERE kind = ?1 AND id = ?2 AND condemned IS NULL");
    const Use use(statement);
    use->bind(1, static_cast<int>(kind));
    bind_bytes(statement, 2, id.bytes);
    use->bind(3, epoch);
    use->bind(4, now_ms);
    use->exec();
  });
}

bool Index::revive(RecordKind kind, const Digest& id) {
  const auto row = find(kind, id);
  if (!row || !row->condemned) return row.has_value();
  return with_index_errors("write", [&] {
    auto& statement = impl_->prepared(impl_->revive,
                                      "UPDATE records SET condemned = NULL, condemned_ms = 0 "
                                      "WHERE kind = ?1 AND id = ?2");
    const Use use(statement);
    use->bind(1, static_cast<int>(kind));
    bind_bytes(statement, 2, id.bytes);
    return use->exec() == 1;
  });
}

std::int64_t Index::epoch() const {
  return with_index_errors("read",
                           [&] { return impl_->db.execAndGet("SELECT epoch FROM gc").getInt64(); });
}

void Index::set_epoch(std::int64_t epoch) {
  with_index_errors("write", [&] {
    SQLite::Statement statement(impl_->db, "UPDATE gc SET epoch = ?1");
    statement.bind(1, epoch);
    statement.exec();
  });
}

void Index::clear() {
  with_index_errors("write", [&] { impl_->db.exec("DELETE FROM records; DELETE FROM packs;"); });
}

std::vector<std::string> Index::check() const {
  return with_index_errors("check", [&] {
    std::vector<std::string> problems;
    SQLite::Statement statement(impl_->db, "PRAGMA integrity_check(20)");
    while (statement.executeStep()) {
      auto line = statement.getColumn(0).getString();
      if (line != "ok") problems.push_back(std::move(line));
    }
    return problems;
  });
}

}  // namespace track::storage
