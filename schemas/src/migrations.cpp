#include "track/schemas/migrations.hpp"

#include <array>
#include <charconv>

#include "sql_migrations.hpp"

namespace track::schemas {
namespace {

using embedded::sql_migrations::k_files;
using Table = std::array<Migration, std::tuple_size_v<decltype(k_files)>>;

/// `file` is called NNNN_<name>.sql.
Migration migration_of(const embedded::sql_migrations::File& file) noexcept {
  Migration migration{0, file.name, file.text};
  const char* end = file.name.data() + file.name.size();
  const auto number = std::from_chars(file.name.data(), end, migration.number);
  migration.name.remove_prefix(static_cast<std::size_t>(number.ptr - file.name.data()) + 1);
  migration.name.remove_suffix(std::string_view(".sql").size());
  return migration;
}

Table make_table() noexcept {
  Table table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = migration_of(k_files[i]);
  return table;
}

}  // namespace

std::span<const Migration> migrations() noexcept {
  static const Table table = make_table();
  return table;
}

}  // namespace track::schemas
