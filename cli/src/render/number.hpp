#pragma once

#include <cstdint>
#include <string>

#include "render/terminal.hpp"

namespace track::cli {

/// The shortest text that reads back as exactly `value`; NaN, Infinity, -Infinity.
[[nodiscard]] std::string format_number(double value);

/// `value` in at most `digits` significant digits: for axes and overviews.
[[nodiscard]] std::string format_rounded(double value, int digits = 5);

/// "0.953 ± 0.012": the deviation in two significant digits, the mean to the
/// same place. A deviation that is not finite is left out.
[[nodiscard]] std::string format_mean_deviation(double mean, double deviation,
                                                const Terminal& terminal);

/// "1.5 KiB"; whole bytes below 1 KiB.
[[nodiscard]] std::string format_bytes(std::uint64_t bytes);

/// "850 ms", "12.3 s", "3m 05s", "2h 07m", "3d 04h".
[[nodiscard]] std::string format_duration(std::int64_t milliseconds);

/// How long `then` lies before `now`, both milliseconds UTC: "12s ago". Beyond
/// 30 days, and for times to come, the local date.
[[nodiscard]] std::string format_relative(std::int64_t then, std::int64_t now);

/// "2024-03-09 17:04:05" in the time zone of the process.
[[nodiscard]] std::string format_local_time(std::int64_t milliseconds);

}  // namespace track::cli
