#include "track/schemas/ids.hpp"

#include "hex.hpp"
#include "random_bytes.hpp"

namespace track {
namespace {

constexpr std::string_view k_alphabet = "0123456789abcdefghjkmnpqrstvwxyz";  // Crockford's base32
constexpr std::size_t k_id_length = 16;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

RunId RunId::random() {
  std::array<std::uint8_t, 10> bytes{};
  schemas::fill_random(bytes);
  return from_bytes(bytes);
}

RunId RunId::from_bytes(const std::array<std::uint8_t, 10>& bytes) {
  std::string text;
  text.reserve(k_id_length);
  unsigned pending = 0;  // bits not yet written, the oldest highest
  unsigned count = 0;
  for (const auto byte : bytes) {
    pending = (pending << 8U) | byte;
    count += 8;
    while (count >= 5) {
      count -= 5;
      text += k_alphabet[(pending >> count) & 31U];
    }
    pending &= (1U << count) - 1U;
  }
  return RunId{std::move(text)};
}

std::optional<RunId> RunId::parse(std::string_view text) {
  if (text.size() != k_id_length) return std::nullopt;
  std::string id;
  id.reserve(k_id_length);
  for (const char c : text) {
    id += lower(c);
    if (k_alphabet.find(id.back()) == std::string_view::npos) return std::nullopt;
  }
  return RunId{std::move(id)};
}

Uuid Uuid::random() {
  Uuid uuid;
  schemas::fill_random(uuid.bytes);
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0FU) | 0x40U);  // version 4
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3FU) | 0x80U);  // RFC 9562 variant
  return uuid;
}

std::string Uuid::to_string() const {
  std::string text;
  text.reserve(36);
  schemas::append_hex(text, bytes);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
  return text;
}

std::optional<Uuid> Uuid::parse(std::string_view text) noexcept {
  if (text.size() != 36) return std::nullopt;
  Uuid uuid;
  std::size_t byte = 0;
  for (const std::size_t group : {4U, 2U, 2U, 2U, 6U}) {
    const std::span<std::uint8_t> part(uuid.bytes.data() + byte, group);
    if (!schemas::parse_hex(text.substr(0, 2 * group), part)) return std::nullopt;
    text.remove_prefix(2 * group);
    byte += group;
    if (text.empty()) break;
    if (text.front() != '-') return std::nullopt;
    text.remove_prefix(1);
  }
  return uuid;
}

}  // namespace track
