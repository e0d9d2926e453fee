#include "registry/signing_key.hpp"

#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>

#include <fmt/format.h>

#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"
#include "track/storage/hash.hpp"

namespace track::detail {
namespace {

// The fixed heads of the DER forms of RFC 8410; the 32 bytes of the key follow.
constexpr std::array<std::uint8_t, 12> k_spki_head = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                                      0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
constexpr std::array<std::uint8_t, 16> k_pkcs8_head = {
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
constexpr std::size_t k_key_size = 32;

void require_sodium() {
  if (sodium_init() < 0)
    throw Error(ErrorCode::unsupported, "cannot sign: the cryptographic library does not start");
}

template <std::size_t N>
std::string der(const std::array<std::uint8_t, N>& head, const std::uint8_t* key) {
  std::string bytes(head.begin(), head.end());
  bytes.append(reinterpret_cast<const char*>(key), k_key_size);
  return bytes;
}

std::string pem(std::string_view label, std::string_view bytes) {
  return fmt::format("-----BEGIN {0}-----\n{1}\n-----END {0}-----\n", label, to_base64(bytes));
}

/// The 32 bytes behind `head` in a PEM file of one block.
template <std::size_t N>
std::array<std::uint8_t, k_key_size> read_pem(const std::filesystem::path& path,
                                              std::string_view label,
                                              const std::array<std::uint8_t, N>& head) {
  const auto text = storage::read_text(path);
  const auto begin_mark = fmt::format("-----BEGIN {}-----", label);
  const auto end_mark = fmt::format("-----END {}-----", label);
  const auto begin = text.find(begin_mark);
  const auto end = text.find(end_mark);
  const auto wrong = [&] {
    return Error(
        ErrorCode::corrupt,
        fmt::format("cannot read key '{}': it is no Ed25519 key in PEM form", path.string()));
  };
  if (begin == std::string::npos || end == std::string::npos || end < begin) throw wrong();
  auto body = text.substr(begin + begin_mark.size(), end - begin - begin_mark.size());
  std::erase_if(body, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
  auto bytes = from_base64(body);
  const bool fits = bytes.size() == head.size() + k_key_size &&
                    std::equal(head.begin(), head.end(), bytes.begin(), [](std::uint8_t a, char b) {
                      return a == static_cast<std::uint8_t>(b);
                    });
  std::array<std::uint8_t, k_key_size> key{};
  if (fits)
    std::copy(bytes.begin() + static_cast<std::ptrdiff_t>(head.size()), bytes.end(), key.begin());
  sodium_memzero(bytes.data(), bytes.size());
  sodium_memzero(body.data(), body.size());
  if (!fits) throw wrong();
  return key;
}

}  // namespace

SigningKey SigningKey::generate() {
  require_sodium();
  SigningKey key;
  crypto_sign_keypair(key.public_.data(), key.secret_.data());
  return key;
}

SigningKey SigningKey::read(const std::filesystem::path& path) {
  require_sodium();
  const auto entry = storage::stat_entry(path);
  if (!entry)
    throw Error(ErrorCode::not_found,
                fmt::format("cannot read key '{}': no such file", path.string()));
  if ((entry->mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw Error(ErrorCode::permission,
                fmt::format("cannot read key '{}': others may read it", path.string()),
                "chmod 600 it, or make a new key if it may have been read");
  }
  auto seed = read_pem(path, "PRIVATE KEY", k_pkcs8_head);
  SigningKey key;
  crypto_sign_seed_keypair(key.public_.data(), key.secret_.data(), seed.data());
  sodium_memzero(seed.data(), seed.size());
  return key;
}

SigningKey::~SigningKey() { sodium_memzero(secret_.data(), secret_.size()); }

std::string SigningKey::to_pem() const {
  return pem("PRIVATE KEY", der(k_pkcs8_head, secret_.data()));
}

Ed25519Signature SigningKey::sign(std::string_view message) const {
  Ed25519Signature signature{};
  crypto_sign_detached(signature.data(), nullptr,
                       reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                       secret_.data());
  return signature;
}

std::string public_key_pem(const Ed25519Public& key) {
  return pem("PUBLIC KEY", der(k_spki_head, key.data()));
}

Ed25519Public read_public_key(const std::filesystem::path& path) {
  return read_pem(path, "PUBLIC KEY", k_spki_head);
}

std::string key_id(const Ed25519Public& key) {
  const auto bytes = der(k_spki_head, key.data());
  storage::Sha256 hash;
  hash.update(std::as_bytes(std::span(bytes)));
  return hash.finish();
}

bool verify_signature(const Ed25519Public& key, std::string_view message,
                      const Ed25519Signature& signature) noexcept {
  return crypto_sign_verify_detached(signature.data(),
                                     reinterpret_cast<const unsigned char*>(message.data()),
                                     message.size(), key.data()) == 0;
}

std::string to_base64(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.resize(text.find('\0'));
  return text;
}

std::string from_base64(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0) {
    throw Error(ErrorCode::corrupt, "cannot read base64 text: it is malformed");
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace track::detail
