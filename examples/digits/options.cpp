#include "options.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace digits {
namespace {

template <typename Number>
void parse_number(std::string_view flag, std::string_view text, Number& number) {
  const char* const last = text.data() + text.size();
  Number parsed{};
  const auto [end, error] = std::from_chars(text.data(), last, parsed);
  if (error != std::errc{} || end != last) {
    throw std::invalid_argument("cannot use '" + std::string(text) + "' as " + std::string(flag) +
                                ": not a number in range");
  }
  number = parsed;
}

void set_option(Options& options, std::string_view flag, std::string_view value) {
  if (flag == "--data") {
    options.data = value;
  } else if (flag == "--out") {
    options.out = value;
  } else if (flag == "--lr") {
    parse_number(flag, value, options.lr);
  } else if (flag == "--decay") {
    parse_number(flag, value, options.decay);
  } else if (flag == "--hidden") {
    parse_number(flag, value, options.hidden);
  } else if (flag == "--batch") {
    parse_number(flag, value, options.batch);
  } else if (flag == "--epochs") {
    parse_number(flag, value, options.epochs);
  } else if (flag == "--threads") {
    parse_number(flag, value, options.threads);
  } else if (flag == "--seed") {
    parse_number(flag, value, options.seed);
  } else {
    throw std::invalid_argument("cannot use '" + std::string(flag) + "': unknown flag");
  }
}

void check_range(const char* flag, std::size_t value, std::size_t most) {
  if (value >= 1 && value <= most) return;
  throw std::invalid_argument("cannot use '" + std::to_string(value) + "' as " + flag +
                              ": not in 1.." + std::to_string(most));
}

void check(const Options& options) {
  check_range("--hidden", options.hidden, 4096);
  check_range("--batch", options.batch, 4096);
  check_range("--epochs", options.epochs, 1'000'000);
  check_range("--threads", options.threads, 256);
  if (!std::isfinite(options.lr) || !std::isfinite(options.decay)) {
    throw std::invalid_argument("cannot train: --lr and --decay must be finite");
  }
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options options;
  if (const char* threads = std::getenv("OMP_NUM_THREADS")) {
    parse_number("OMP_NUM_THREADS", threads, options.threads);
  }
  for (int i = 1; i < argc; i += 2) {
    const std::string_view flag = argv[i];
    if (flag == "--help" || flag == "-h") {
      options.help = true;
      return options;
    }
    if (i + 1 == argc) {
      throw std::invalid_argument("cannot use '" + std::string(flag) + "': no value follows");
    }
    set_option(options, flag, argv[i + 1]);
  }
  check(options);
  return options;
}

const char* usage() noexcept {
  return "usage: digits [--data FILE] [--out FILE] [--lr RATE] [--decay RATE] [--hidden UNITS]\n"
         "              [--batch SIZE] [--epochs N] [--threads N] [--seed N]\n"
         "Without --threads, OMP_NUM_THREADS decides; without that, one thread works.\n";
}

}  // namespace digits
