#pragma once

#include <set>
#include <string>
#include <string_view>

namespace track::storage {

/// Turns an expression of `--where` into SQL over the columns of `runs`: param('x'), metric('m'),
/// last('m'), best('m'), min('m'), max('m'), mean('m') and tag('t') become subqueries by index.
///
/// They are NULL where there is no such thing or no finite number, so that a NaN or a missing
/// value matches nothing, under NOT and <> too. Throws Error{usage} on what cannot be one
/// expression: a semicolon, a comment, a parameter, parentheses or quotes that do not pair.
[[nodiscard]] std::string rewrite_where(std::string_view expression);

/// The params that an expression of `--where` names, each once.
[[nodiscard]] std::set<std::string> params_in(std::string_view expression);

/// SQL for the value of a param, NULL if there is none, of the run that `run_column` names.
[[nodiscard]] std::string param_sql(std::string_view name, std::string_view run_column);

/// SQL for a metric by the word in front of its name: metric, last, best, min, max or mean.
/// `series` is "name" or "name{label=value,…}"; a bare name that several series have fails.
[[nodiscard]] std::string metric_sql(std::string_view word, std::string_view series,
                                     std::string_view run_column);

/// Text as an SQL literal. Throws Error{usage} on a NUL byte.
[[nodiscard]] std::string quote_sql(std::string_view text);

}  // namespace track::storage
