#include "registry/signing_key.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "track/schemas/error.hpp"
#include "track_test/temp_dir.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

fs::path write(const fs::path& path, std::string_view text, mode_t mode = 0600) {
  std::ofstream(path, std::ios::binary) << text;
  ::chmod(path.c_str(), mode);
  return path;
}

ErrorCode code_of_reading(const fs::path& path) {
  try {
    static_cast<void>(SigningKey::read(path));
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("the key was read");
  return ErrorCode::io;
}

bool have_openssl() { return std::system("openssl version >/dev/null 2>&1") == 0; }

int shell(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str());
}

}  // namespace

TEST_CASE("A key that was written signs as before, and only its own messages verify",
          "[registry]") {
  const track_test::TempDir directory;
  const auto key = SigningKey::generate();
  const auto again = SigningKey::read(write(directory / "k.pem", key.to_pem()));
  CHECK(again.public_key() == key.public_key());
  const auto signature = again.sign("message");
  CHECK(signature == key.sign("message"));
  CHECK(verify_signature(key.public_key(), "message", signature));
  CHECK_FALSE(verify_signature(key.public_key(), "massage", signature));
  CHECK_FALSE(verify_signature(SigningKey::generate().public_key(), "message", signature));
  auto bent = signature;
  bent[10] ^= 1U;
  CHECK_FALSE(verify_signature(key.public_key(), "message", bent));
}

TEST_CASE("A public key is read back, and its id is of its own", "[registry]") {
  const track_test::TempDir directory;
  const auto key = SigningKey::generate();
  const auto path = write(directory / "k.pub", public_key_pem(key.public_key()), 0644);
  CHECK(read_public_key(path) == key.public_key());
  CHECK(key_id(key.public_key()).size() == 64);
  CHECK(key_id(key.public_key()) != key_id(SigningKey::generate().public_key()));
}

TEST_CASE("A secret that others may read, and what is no key, is not used", "[registry]") {
  const track_test::TempDir directory;
  const auto pem = SigningKey::generate().to_pem();
  CHECK(code_of_reading(directory / "none") == ErrorCode::not_found);
  CHECK(code_of_reading(write(directory / "a", pem, 0640)) == ErrorCode::permission);
  CHECK(code_of_reading(write(directory / "b", pem, 0604)) == ErrorCode::permission);
  CHECK(code_of_reading(write(directory / "c", "")) == ErrorCode::corrupt);
  CHECK(code_of_reading(write(directory / "d", pem.substr(0, pem.size() / 2))) ==
        ErrorCode::corrupt);
  const auto open = public_key_pem(SigningKey::generate().public_key());
  CHECK(code_of_reading(write(directory / "e", open)) == ErrorCode::corrupt);
  CHECK(code_of_reading(write(directory / "f",
                              "-----BEGIN PRIVATE KEY-----\n?!\n"
                              "-----END PRIVATE KEY-----\n")) == ErrorCode::corrupt);
}

TEST_CASE("openssl reads our keys, verifies our signatures and makes keys that we read",
          "[registry]") {
  if (!have_openssl()) {
    WARN("the openssl program is not installed");
    return;
  }
  const track_test::TempDir directory;
  const auto key = SigningKey::generate();
  const auto secret = write(directory / "k.pem", key.to_pem());
  const auto open = write(directory / "k.pub", public_key_pem(key.public_key()));
  const auto message = write(directory / "message", "what is signed");
  const auto bytes = key.sign("what is signed");
  const auto signature =
      write(directory / "signature", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  const auto verify = "openssl pkeyutl -verify -rawin -pubin -inkey " + open.string() +
                      " -sigfile " + signature.string() + " -in ";
  CHECK(shell(verify + message.string()) == 0);
  CHECK(shell(verify + write(directory / "other", "something else").string()) != 0);
  // Both halves belong together, and the id is the digest of what openssl calls the key.
  const auto derived = directory / "derived";
  CHECK(shell("openssl pkey -in " + secret.string() + " -pubout -out " + derived.string()) == 0);
  CHECK(read_public_key(derived) == key.public_key());
  CHECK(shell("openssl pkey -pubin -in " + open.string() +
              " -outform DER | openssl dgst -sha256 | grep -q " + key_id(key.public_key())) == 0);
  const auto theirs = directory / "theirs.pem";
  REQUIRE(shell("umask 077; openssl genpkey -algorithm ed25519 -out " + theirs.string()) == 0);
  const auto foreign = SigningKey::read(theirs);
  CHECK(verify_signature(foreign.public_key(), "m", foreign.sign("m")));
}

TEST_CASE("Base64 goes both ways", "[registry]") {
  for (const std::string text : {"", "a", "ab", "abc", "\0\xff\n x"})
    CHECK(from_base64(to_base64(text)) == text);
  CHECK(to_base64("ab") == "YWI=");
  CHECK_THROWS_AS(from_base64("YW"), Error);
  CHECK_THROWS_AS(from_base64("!!!!"), Error);
}

}  // namespace track::detail
