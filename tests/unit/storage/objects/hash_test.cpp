#include "track/storage/hash.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace {

using track::storage::Blake3;
using track::storage::Sha256;

/// The input of the published vectors: bytes counting 0 to 250, over and over.
std::string published_input(std::size_t length) {
  std::string input(length, '\0');
  for (std::size_t i = 0; i < length; ++i) input[i] = static_cast<char>(i % 251);
  return input;
}

constexpr const char* k_context = "BLAKE3 2019-12-27 16:29:52 test vectors context";

struct PublishedVector {
  std::size_t length;
  const char* hash;
  const char* derive_key;
};

// The first 32 bytes of the outputs in test_vectors/test_vectors.json of BLAKE3-team/BLAKE3.
constexpr PublishedVector k_published[] = {
    {0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
     "2cc39783c223154fea8dfb7c1b1660f2ac2dcbd1c1de8277b0b0dd39b7e50d7d"},
    {1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
     "b3e2e340a117a499c6cf2398a19ee0d29cca2bb7404c73063382693bf66cb06c"},
    {1023, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11",
     "74a16c1c3d44368a86e1ca6df64be6a2f64cce8f09220787450722d85725dea5"},
    {1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
     "7356cd7720d5b66b6d0697eb3177d9f8d73a4a5c5e968896eb6a689684302706"},
    {1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
     "effaa245f065fbf82ac186839a249707c3bddf6d3fdda22d1b95a3c970379bcb"},
    {2048, "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a",
     "7b2945cb4fef70885cc5d78a87bf6f6207dd901ff239201351ffac04e1088a23"},
    {2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030",
     "2ea477c5515cc3dd606512ee72bb3e0e758cfae7232826f35fb98ca1bcbdf273"},
    {4097, "9b4052b38f1c5fc8b1f9ff7ac7b27cd242487b3d890d15c96a1c25b8aa0fb995",
     "aca51029626b55fda7117b42a7c211f8c6e9ba4fe5b7a8ca922f34299500ead8"},
    {6145, "f1323a8631446cc50536a9f705ee5cb619424d46887f3c376c695b70e0f0507f",
     "379bcc61d0051dd489f686c13de00d5b14c505245103dc040d9e4dd1facab8e5"},
    {7169, "a003fc7a51754a9b3c7fae0367ab3d782dccf28855a03d435f8cfe74605e7817",
     "554b0a5efea9ef183f2f9b931b7497995d9eb26f5c5c6dad2b97d62fc5ac31d9"},
};

}  // namespace

TEST_CASE("BLAKE3 gives the published hashes", "[storage]") {
  for (const auto& vector : k_published) {
    INFO("length " << vector.length);
    CHECK(track::storage::blake3(published_input(vector.length)).hex() == vector.hash);
  }
}

TEST_CASE("BLAKE3 in derive-key mode gives the published hashes", "[storage]") {
  for (const auto& vector : k_published) {
    INFO("length " << vector.length);
    Blake3 hash(k_context);
    hash.update(published_input(vector.length));
    CHECK(hash.finish().hex() == vector.derive_key);
  }
}

TEST_CASE("BLAKE3 in pieces of any length gives the hash of the whole", "[storage]") {
  const auto input = published_input(100'000);
  const auto whole = track::storage::blake3(input);
  for (const std::size_t piece : {1UL, 63UL, 64UL, 1023UL, 1024UL, 65'537UL}) {
    Blake3 hash;
    for (std::size_t at = 0; at < input.size(); at += piece) {
      hash.update(std::string_view(input).substr(at, piece));
    }
    INFO("pieces of " << piece);
    CHECK(hash.finish() == whole);
  }
}

TEST_CASE("SHA-256 gives the hashes of FIPS 180-4", "[storage]") {
  const auto hash_of = [](std::string_view text) {
    Sha256 hash;
    hash.update(std::as_bytes(std::span(text)));
    return hash.finish();
  };
  CHECK(hash_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hash_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hash_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}
