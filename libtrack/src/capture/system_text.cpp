#include "capture/system_text.hpp"

#include <fcntl.h>

#include <charconv>
#include <span>

#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

constexpr std::string_view k_space = " \t\r\n";

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(k_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(k_space) - first + 1);
}

/// The length of the UTF-8 character at the start of `text`; 0 where there is none.
std::size_t utf8_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F)) return 0;
  if ((lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)) return 0;
  return length;
}

}  // namespace

std::optional<std::string> read_system_text(const std::filesystem::path& path) try {
  constexpr std::size_t k_limit = 1UL << 20;
  const auto file = storage::open_if_exists(path, O_RDONLY | O_NONBLOCK);
  if (!file) return std::nullopt;
  std::string text;
  std::size_t filled = 0;
  while (filled < k_limit) {
    text.resize(filled + 16384);
    const auto got = storage::read_at(
        file->get(), std::as_writable_bytes(std::span(text).subspan(filled)), filled, path);
    filled += got;
    if (got < 16384) break;
  }
  text.resize(filled);
  while (text.ends_with('\n')) text.pop_back();
  return text;
} catch (const Error&) {
  return std::nullopt;
}

std::optional<std::string> find_line(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && trimmed(line.substr(0, colon)) == key) {
      return std::string(trimmed(line.substr(colon + 1)));
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return std::nullopt;
}

std::optional<std::string> find_variable(const std::vector<std::string>& environment,
                                         std::string_view name) {
  for (const auto& line : environment) {
    if (line.size() > name.size() && line[name.size()] == '=' && line.starts_with(name)) {
      return line.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

std::optional<long long> parse_integer(std::string_view text) noexcept {
  text = trimmed(text);
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = text.find(separator);
    if (end != 0) parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

std::string escape_bytes(std::string_view bytes) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  std::string text;
  while (!bytes.empty()) {
    const auto length = utf8_length(bytes);
    if (length == 0) {
      const auto byte = static_cast<unsigned char>(bytes.front());
      text += "\\x";
      text += k_digits[byte >> 4U];
      text += k_digits[byte & 15U];
    } else {
      text += bytes.substr(0, length);
    }
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return text;
}

}  // namespace track::detail
