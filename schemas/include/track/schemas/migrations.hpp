#pragma once

#include <span>
#include <string_view>

namespace track::schemas {

/// One step of the catalog's schema, from schemas/sql/NNNN_<name>.sql.
struct Migration {
  int number;
  std::string_view name;
  std::string_view sql;
};

/// All of them, in order, from 1 without a gap.
[[nodiscard]] std::span<const Migration> migrations() noexcept;

}  // namespace track::schemas
