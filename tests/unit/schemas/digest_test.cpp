#include "track/schemas/digest.hpp"

#include <catch2/catch.hpp>
#include <unordered_set>

using track::Digest;

namespace {

Digest counting_digest() {
  Digest digest;
  for (std::size_t i = 0; i < digest.bytes.size(); ++i)
    digest.bytes[i] = static_cast<std::uint8_t>(8 * i + 1);
  return digest;
}

const std::string k_hex = "0109111921293139414951596169717981899199a1a9b1b9c1c9d1d9e1e9f1f9";

}  // namespace

TEST_CASE("a digest is printed as b3: and lower-case hex", "[schemas]") {
  CHECK(counting_digest().hex() == k_hex);
  CHECK(counting_digest().to_string() == "b3:" + k_hex);
  CHECK(Digest{}.hex() == std::string(64, '0'));
}

TEST_CASE("a digest reads with and without its prefix, in either case", "[schemas]") {
  auto upper = k_hex;
  for (auto& c : upper) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  CHECK(Digest::parse(k_hex) == counting_digest());
  CHECK(Digest::parse("b3:" + k_hex) == counting_digest());
  CHECK(Digest::parse(upper) == counting_digest());
}

TEST_CASE("a text that is no digest reads as nothing", "[schemas]") {
  for (const auto& text :
       {std::string(), std::string("b3:"), k_hex.substr(1), k_hex + "0", "b3" + k_hex,
        "b3:b3:" + k_hex, "sha256:" + k_hex, "g" + k_hex.substr(1), k_hex.substr(1) + " "}) {
    CHECK_FALSE(Digest::parse(text));
  }
}

TEST_CASE("digests compare and hash by their bytes", "[schemas]") {
  auto other = counting_digest();
  other.bytes[31] ^= 1U;
  CHECK(other != counting_digest());
  CHECK(other < counting_digest());
  CHECK_FALSE(counting_digest() < counting_digest());
  CHECK(std::unordered_set<Digest>{other, counting_digest(), counting_digest()}.size() == 2);
}
