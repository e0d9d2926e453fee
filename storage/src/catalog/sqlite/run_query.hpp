#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "catalog/sqlite/statement.hpp"
#include "track/schemas/query.hpp"

namespace track::storage {

/// A SELECT put together from parts, with the values that its parameters take.
struct RunSelect {
  std::string sql;
  std::vector<std::variant<std::int64_t, std::string>> arguments;

  void bind(Statement& statement) const;
};

/// Selects `columns` of run_rows r as `query` asks for, in its order. `matching` is a JSON array
/// of the ids for which its expression holds, used if it has one. Limit and offset are left to
/// the caller where states are asked for. Throws Error{usage} on an unknown column to sort by.
[[nodiscard]] RunSelect select_runs(std::string_view columns, const RunQuery& query,
                                    std::string matching);

}  // namespace track::storage
