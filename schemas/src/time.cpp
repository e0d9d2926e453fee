#include "track/schemas/time.hpp"

#include <chrono>
#include <cstdio>

namespace track {
namespace {

constexpr std::int64_t k_day_ms = 86'400'000;

struct Date {
  std::int64_t year = 1970;
  int month = 1;
  int day = 1;
};

// Days and dates of the proleptic Gregorian calendar, for years that std::chrono::year cannot hold.
// An era is 400 years; the year is counted from March, so that the leap day comes last.
Date date_of(std::int64_t days) noexcept {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const auto day_of_era = static_cast<int>(days - era * 146'097);
  const int year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int shifted = (5 * day_of_year + 2) / 153;
  const int month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * shifted + 2) / 5 + 1};
}

std::int64_t days_of(const Date& date) noexcept {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<int>(year - era * 400);
  const int shifted = date.month > 2 ? date.month - 3 : date.month + 9;
  const int day_of_year = (153 * shifted + 2) / 5 + date.day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719'468;
}

bool is_date(const Date& date) noexcept {
  constexpr int k_lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > k_lengths[date.month - 1])
    return false;
  const bool leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
  return date.month != 2 || date.day != 29 || leap;
}

/// Takes its text from the front.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] bool done() const noexcept { return text_.empty(); }
  [[nodiscard]] char peek() const noexcept { return text_.empty() ? '\0' : text_.front(); }

  bool take(std::string_view any_of) noexcept {
    if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) return false;
    text_.remove_prefix(1);
    return true;
  }

  /// A number of `least` to `most` digits; -1 where there is none.
  std::int64_t digits(std::size_t least, std::size_t most) noexcept {
    std::int64_t value = 0;
    std::size_t count = 0;
    while (count < most && peek() >= '0' && peek() <= '9') {
      value = value * 10 + (peek() - '0');
      text_.remove_prefix(1);
      ++count;
    }
    return count >= least ? value : -1;
  }

  /// The digits after a decimal point, cut to milliseconds; -1 where there are none.
  std::int64_t fraction_ms() noexcept {
    std::int64_t value = 0;
    std::int64_t scale = 100;
    if (peek() < '0' || peek() > '9') return -1;
    for (; peek() >= '0' && peek() <= '9'; scale /= 10) {
      value += (peek() - '0') * scale;
      text_.remove_prefix(1);
    }
    return value;
  }

 private:
  std::string_view text_;
};

// Four digits, or a sign and up to nine: what to_string() writes of times far away.
bool scan_date(Scanner& scanner, Date& date) noexcept {
  const bool negative = scanner.peek() == '-';
  const bool sign = scanner.take("+-");
  date.year = scanner.digits(4, sign ? 9 : 4);
  if (date.year < 0) return false;
  if (negative) date.year = -date.year;
  if (!scanner.take("-")) return false;
  date.month = static_cast<int>(scanner.digits(2, 2));
  if (!scanner.take("-")) return false;
  date.day = static_cast<int>(scanner.digits(2, 2));
  return is_date(date);
}

bool scan_time(Scanner& scanner, std::int64_t& ms) noexcept {
  const auto hour = scanner.digits(2, 2);
  if (hour < 0 || hour > 23 || !scanner.take(":")) return false;
  const auto minute = scanner.digits(2, 2);
  if (minute < 0 || minute > 59 || !scanner.take(":")) return false;
  const auto second = scanner.digits(2, 2);
  if (second < 0 || second > 60) return false;  // 60: a leap second
  const auto fraction = scanner.take(".") ? scanner.fraction_ms() : 0;
  if (fraction < 0) return false;
  ms = ((hour * 60 + minute) * 60 + second) * 1000 + fraction;
  return true;
}

bool scan_offset(Scanner& scanner, std::int64_t& ms) noexcept {
  ms = 0;
  if (scanner.take("Zz")) return true;
  const bool negative = scanner.peek() == '-';
  if (!scanner.take("+-")) return false;
  const auto hour = scanner.digits(2, 2);
  if (hour < 0 || hour > 23 || !scanner.take(":")) return false;
  const auto minute = scanner.digits(2, 2);
  if (minute < 0 || minute > 59) return false;
  ms = (hour * 60 + minute) * 60'000 * (negative ? -1 : 1);
  return true;
}

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const noexcept override {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::floor<std::chrono::milliseconds>(since).count()};
  }
};

/// Never destroyed: threads may read the clock until the process is gone.
union ImmortalClock {
  ImmortalClock() : clock() {}
  ImmortalClock(const ImmortalClock&) = delete;
  ImmortalClock& operator=(const ImmortalClock&) = delete;
  ~ImmortalClock() {}  // NOLINT(modernize-use-equals-default): must not destroy the member

  SystemClock clock;
};

}  // namespace

std::string Timestamp::to_string() const {
  auto days = ms / k_day_ms;
  auto rest = ms % k_day_ms;
  if (rest < 0) {
    rest += k_day_ms;
    --days;
  }
  const auto date = date_of(days);
  const char* sign = date.year > 9999 ? "+" : date.year < 0 ? "-" : "";
  const auto year = static_cast<long long>(date.year < 0 ? -date.year : date.year);
  const auto second = static_cast<int>(rest / 1000);
  char text[64];
  const int size = std::snprintf(text, sizeof text, "%s%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ", sign,
                                 year, date.month, date.day, second / 3600, second / 60 % 60,
                                 second % 60, static_cast<int>(rest % 1000));
  return {text, static_cast<std::size_t>(size)};
}

std::optional<Timestamp> Timestamp::parse(std::string_view text) noexcept {
  Scanner scanner(text);
  Date date;
  std::int64_t time = 0;
  std::int64_t offset = 0;
  if (!scan_date(scanner, date) || !scanner.take("Tt ") || !scan_time(scanner, time) ||
      !scan_offset(scanner, offset) || !scanner.done()) {
    return std::nullopt;
  }
  // The days may overflow where the sum does not: the first moment of all lies inside a day.
  const auto days = days_of(date);
  const std::int64_t first = days < 0 ? days + 1 : days;
  const std::int64_t rest = time - offset - (days < 0 ? k_day_ms : 0);
  Timestamp result;
  if (__builtin_mul_overflow(first, k_day_ms, &result.ms) ||
      __builtin_add_overflow(result.ms, rest, &result.ms)) {
    return std::nullopt;
  }
  return result;
}

Clock::~Clock() = default;

const Clock& Clock::system() noexcept {
  static const ImmortalClock holder;
  return holder.clock;
}

}  // namespace track
