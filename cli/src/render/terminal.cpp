#include "render/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace track::cli {
namespace {

constexpr int k_default_width = 80;
constexpr int k_smallest_width = 20;

std::string read_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

bool names_utf8(std::string_view locale) {
  std::string lower;
  for (const char c : locale) {
    lower.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  }
  return lower.find("utf-8") != std::string::npos || lower.find("utf8") != std::string::npos;
}

/// POSIX: the first that is set and not empty decides.
bool locale_is_utf8(const TerminalEnvironment& environment) {
  for (const std::string* value : {&environment.lc_all, &environment.lc_ctype, &environment.lang}) {
    if (!value->empty()) return names_utf8(*value);
  }
  return false;
}

int parse_width(const std::string& text) {
  int width = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), width);
  return error == std::errc{} && end == text.data() + text.size() && width > 0 ? width : 0;
}

}  // namespace

TerminalEnvironment read_terminal_environment() {
  return {.no_color = read_variable("NO_COLOR"),
          .term = read_variable("TERM"),
          .columns = read_variable("COLUMNS"),
          .lc_all = read_variable("LC_ALL"),
          .lc_ctype = read_variable("LC_CTYPE"),
          .lang = read_variable("LANG")};
}

Terminal describe_terminal(bool is_terminal, int window_width,
                           const TerminalEnvironment& environment) {
  const int asked = parse_width(environment.columns);
  int width = asked > 0 ? asked : window_width;
  if (width <= 0) width = k_default_width;
  const bool is_dumb = environment.term.empty() || environment.term == "dumb";
  return {.is_terminal = is_terminal,
          .width = std::max(width, k_smallest_width),
          .colour = is_terminal && environment.no_color.empty() && !is_dumb,
          .utf8 = locale_is_utf8(environment),
          .moves_cursor = is_terminal && !is_dumb};
}

Terminal detect_terminal(int descriptor, const TerminalEnvironment& environment) {
  const bool is_terminal = isatty(descriptor) == 1;
  winsize window{};
  int width = 0;
  if (is_terminal && ioctl(descriptor, TIOCGWINSZ, &window) == 0) width = window.ws_col;
  return describe_terminal(is_terminal, width, environment);
}

}  // namespace track::cli
