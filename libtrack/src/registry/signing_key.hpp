#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "track/schemas/registry_reports.hpp"

namespace track::detail {

using Ed25519Public = std::array<std::uint8_t, 32>;
using Ed25519Signature = std::array<std::uint8_t, 64>;

/// An Ed25519 key pair (RFC 8032), by libsodium. The secret is wiped when it goes.
class SigningKey final {
 public:
  [[nodiscard]] static SigningKey generate();
  /// Reads a PKCS #8 PEM as `openssl genpkey -algorithm ed25519` writes it too.
  /// Throws Error{permission} where others may read the file, Error{corrupt} where it is no such
  /// key.
  [[nodiscard]] static SigningKey read(const std::filesystem::path& path);
  SigningKey(SigningKey&&) noexcept = default;
  SigningKey& operator=(SigningKey&&) noexcept = default;
  ~SigningKey();

  [[nodiscard]] const Ed25519Public& public_key() const noexcept { return public_; }
  [[nodiscard]] std::string to_pem() const;
  [[nodiscard]] Ed25519Signature sign(std::string_view message) const;

 private:
  SigningKey() = default;
  Ed25519Public public_{};
  std::array<std::uint8_t, 64> secret_{};  ///< seed, then public key
};

/// SubjectPublicKeyInfo (RFC 8410) as PEM, and the reverse. Throws Error{corrupt}.
[[nodiscard]] std::string public_key_pem(const Ed25519Public& key);
[[nodiscard]] Ed25519Public read_public_key(const std::filesystem::path& path);
/// SHA-256 of the key's SPKI DER, hex.
[[nodiscard]] std::string key_id(const Ed25519Public& key);
[[nodiscard]] bool verify_signature(const Ed25519Public& key, std::string_view message,
                                    const Ed25519Signature& signature) noexcept;

[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Throws Error{corrupt} on what is no base64.
[[nodiscard]] std::string from_base64(std::string_view text);

}  // namespace track::detail
