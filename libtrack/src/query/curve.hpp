#pragma once

#include <cstddef>
#include <vector>

#include "track/schemas/query.hpp"
#include "track/store.hpp"

namespace track::detail {

/// Min-max buckets of equal width in steps, at most `buckets`; empty ones are left out.
[[nodiscard]] std::vector<CurveBucket> make_curve(const SeriesPoints& points, std::size_t buckets);

}  // namespace track::detail
