#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "track/schemas/api.hpp"

namespace track {

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
struct TRACK_API Timestamp {
  std::int64_t ms = 0;

  /// RFC 3339 in UTC with milliseconds, "2026-01-31T08:15:00.123Z".
  /// Years that four digits cannot hold get a sign, as in ISO 8601.
  [[nodiscard]] std::string to_string() const;
  /// Reads what to_string() writes, and any RFC 3339 offset or precision.
  [[nodiscard]] static std::optional<Timestamp> parse(std::string_view text) noexcept;

  friend bool operator==(Timestamp a, Timestamp b) noexcept { return a.ms == b.ms; }
  friend bool operator!=(Timestamp a, Timestamp b) noexcept { return a.ms != b.ms; }
  friend bool operator<(Timestamp a, Timestamp b) noexcept { return a.ms < b.ms; }
};

/// Where time comes from, so that tests need not sleep.
class TRACK_API Clock {
 public:
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock();

  [[nodiscard]] virtual Timestamp now() const noexcept = 0;

  /// The machine's real-time clock. Thread-safe.
  [[nodiscard]] static const Clock& system() noexcept;

 protected:
  Clock() = default;
};

}  // namespace track
