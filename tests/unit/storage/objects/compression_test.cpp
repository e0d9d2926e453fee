#include "objects/compression.hpp"

#include <cmath>
#include <cstring>

#include <catch2/catch.hpp>

#include "store_fixture.hpp"

namespace {

using namespace track::storage;  // NOLINT: a test file
using track_test::Bytes;

Bytes round_trip(const Compressed& stored, std::size_t length) {
  Bytes plain(length);
  REQUIRE(decompress(stored.codec, stored.bytes, plain));
  return plain;
}

Bytes some_text(std::size_t size) {
  std::string text;
  for (unsigned line = 0; text.size() < size; ++line) {
    text += "value " + std::to_string(line * 7919) + " of the series\n";
  }
  text.resize(size);
  return track_test::text_of(text);
}

}  // namespace

TEST_CASE("text is compressed, noise and floats stay as they are", "[storage]") {
  Compressor compressor;
  const auto text = some_text(100'000);
  compressor.start_file();
  const auto packed = compressor.compress(text);
  CHECK(packed.codec == Codec::zstd);
  CHECK(packed.bytes.size() < text.size() / 2);
  CHECK(round_trip(packed, text.size()) == text);

  compressor.start_file();
  const auto bytes = track_test::noise(100'000);
  CHECK(compressor.compress(bytes).codec == Codec::raw);

  std::vector<float> weights(25'000);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = std::sin(static_cast<float>(i) * 1.37F) * 0.02F;
  }
  Bytes floats(weights.size() * sizeof(float));
  std::memcpy(floats.data(), weights.data(), floats.size());
  compressor.start_file();
  CHECK(compressor.compress(floats).codec == Codec::raw);
}

TEST_CASE("a codec's output that is too short, too long or broken is told", "[storage]") {
  Compressor compressor;
  const auto text = some_text(50'000);
  const auto packed = compressor.compress(text);
  REQUIRE(packed.codec == Codec::zstd);
  const Bytes stored(packed.bytes.begin(), packed.bytes.end());
  Bytes shorter(text.size() - 1);
  Bytes longer(text.size() + 1);
  CHECK_FALSE(decompress(Codec::zstd, stored, shorter));
  CHECK_FALSE(decompress(Codec::zstd, stored, longer));
  CHECK_FALSE(decompress(Codec::raw, stored, longer));
  CHECK_FALSE(decompress(static_cast<Codec>(99), stored, longer));
  Bytes plain(text.size());
  CHECK_FALSE(decompress(Codec::zstd, std::span(stored).first(stored.size() / 2), plain));
}

TEST_CASE("what does not shrink is kept raw even where the sample did", "[storage]") {
  Compressor compressor;
  auto mixed = some_text(8192);
  const auto rest = track_test::noise(60'000);
  mixed.insert(mixed.end(), rest.begin(), rest.end());
  const auto stored = compressor.compress(mixed);
  CHECK(stored.bytes.size() <= mixed.size());
  CHECK(round_trip(stored, mixed.size()) == mixed);
}
