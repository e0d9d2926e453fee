#include <catch2/catch.hpp>

#include "entry_samples.hpp"
#include "hex.hpp"
#include "track/schemas/codec.hpp"

using namespace track::schemas;  // NOLINT(google-build-using-namespace)

namespace {

/// Payloads on disk: what is written here must read for ever. A line is changed never, only added.
struct Golden {
  std::uint8_t kind;
  std::string_view payload;
};

constexpr Golden k_golden[] = {
    // series
    {2, "56341200046c6f7373020472616e6b01300573706c69740376616c"},
    // run_start
    {3,
     "0b6469676974732d3466326106646967697473046772696401103031323334353637383961626364"
     "6566011067686a6b6d6e7071727374767778797a040361706902616103616e6e026262001ba01e13"
     "9c010000"},
    // member_start
    {4,
     "0102030405060708090a0b0c0d0e0f10016712000000000000630000000000000004626f6f740263"
     "6304686f737406612e6c69766507000000000000000800000000000000000500000000000000"},
    // param
    {5, "026c72039a9999999999b93f"},
    // tag
    {6, "05737461676501036465760600000000000000"},
    // note
    {7, "05636166c3a90700000000000000"},
    // metric_definition
    {8, "0576616c2f2a0201250565706f63680200"},
    // artifact
    {9,
     "056d6f64656c0201096469736b2066756c6c01000102030405060708090a0b0c0d0e0f1011121314"
     "15161718191a1b1c1d1e1f0261622c010000000000000101feffffffffffffff056f75742f6d001b"
     "a01e139c010000"},
    // dataset
    {10,
     "05747261696e0a646174612f782e63737601202122232425262728292a2b2c2d2e2f303132333435"
     "363738393a3b3c3d3e3f02636400f2052a010000000300000000000000010101010003776879ffff"
     "ffffffffffff"},
    // seed
    {11, "04696e6974022a0000000000000005676976656e"},
    // fields
    {12,
     "04300105706174636801000005027b7d0001404142434445464748494a4b4c4d4e4f505152535455"
     "565758595a5b5c5d5e5f1507057363616c650001000300000000000000800000160b05706f776572"
     "00030200096e6f2073656e736f72000b0a03677075000101000000"},
    // gap
    {13, "e803000000000000096469736b2066756c6c0800000000000000"},
    // loss
    {14, "06612066696c650900000000000000"},
    // member_end
    {15, "1112131415161718191a1b1c1d1e1f200a00000000000000"},
    // run_end
    {16, "020e7369676e616c205349475445524d0103000000010f0000000b00000000000000"},
    // anchor
    {17, "0c00000000000000f3ffffffffffffff"},
    // rewind
    {18, "0565706f63680e0000000000000000000000000004400f00000000000000"},
};

std::string hex_of(std::span<const std::byte> bytes) {
  std::string text;
  append_hex(text, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  return text;
}

std::vector<std::byte> bytes_of(std::string_view hex) {
  std::vector<std::uint8_t> numbers(hex.size() / 2);
  REQUIRE(parse_hex(hex, numbers));
  const auto bytes = std::as_bytes(std::span(numbers));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("every kind is written in the bytes that stand on disk", "[schemas]") {
  const auto samples = track_test::sample_entries();
  REQUIRE(samples.size() == std::size(k_golden));
  REQUIRE(samples.size() == std::variant_size_v<JournalEntry> - 1);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto encoded = encode(samples[i]);
    CHECK(encoded.version == 1);
    CHECK(encoded.kind == k_golden[i].kind);
    CHECK(hex_of(encoded.payload) == k_golden[i].payload);
  }
}

TEST_CASE("bytes that stand on disk read as what was written", "[schemas]") {
  const auto samples = track_test::sample_entries();
  REQUIRE(samples.size() == std::size(k_golden));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    CHECK(track_test::same(decode(k_golden[i].kind, 1, bytes_of(k_golden[i].payload)), samples[i]));
  }
}
