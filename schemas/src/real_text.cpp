#include "real_text.hpp"

#include <charconv>

namespace track::schemas {

std::string real_text(double value) {
  char buffer[32];  // the longest is 24: "-2.2250738585072014e-308"
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  std::string text(buffer, result.ptr);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace track::schemas
