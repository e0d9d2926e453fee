#include "track/schemas/codec.hpp"

#include <catch2/catch.hpp>

#include "entry_samples.hpp"
#include "track/schemas/error.hpp"

using namespace track::schemas;  // NOLINT(google-build-using-namespace)
using track::Error;
using track::ErrorCode;
using track_test::random_entry;
using track_test::same;
using track_test::sample_entries;

namespace {

JournalEntry decoded(const EncodedEntry& encoded) {
  return decode(encoded.kind, encoded.version, encoded.payload);
}

/// The error that decoding gives; no text where it succeeds.
std::string failure_of(std::uint8_t kind, std::span<const std::byte> payload) {
  try {
    static_cast<void>(decode(kind, 1, payload));
    return {};
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::corrupt);
    return error.what();
  }
}

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

constexpr auto k_param = static_cast<std::uint8_t>(EntryKind::param);
constexpr auto k_fields = static_cast<std::uint8_t>(EntryKind::fields);
constexpr auto k_series = static_cast<std::uint8_t>(EntryKind::series);

}  // namespace

TEST_CASE("random entries of every kind survive the codec", "[schemas]") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (std::size_t alternative = 0; alternative < std::variant_size_v<JournalEntry>;
       ++alternative) {
    for (int i = 0; i < 300; ++i) {
      const auto entry = random_entry(random, alternative);
      const auto encoded = encode(entry);
      if (encoded.kind != kind_of(entry)) FAIL("kinds differ, alternative " << alternative);
      if (!same(decoded(encoded), entry)) FAIL("not the same, alternative " << alternative);
    }
  }
}

TEST_CASE("an entry cut at any byte is corrupt, and says of which kind it is", "[schemas]") {
  for (const auto& entry : sample_entries()) {
    const auto encoded = encode(entry);
    const std::span<const std::byte> payload(encoded.payload);
    const auto kind = std::string(to_string(static_cast<EntryKind>(encoded.kind)));
    REQUIRE_FALSE(payload.empty());
    for (std::size_t size = 0; size < payload.size(); ++size) {
      INFO(kind << " of " << size << " bytes");
      const auto message = failure_of(encoded.kind, payload.first(size));
      REQUIRE(message.find("cannot read journal record '" + kind + "': ") == 0);
    }
  }
}

TEST_CASE("random entries cut anywhere are corrupt", "[schemas]") {
  std::mt19937_64 random(17);
  int cuts = 0;
  for (std::size_t alternative = 0; alternative + 1 < std::variant_size_v<JournalEntry>;
       ++alternative) {
    for (int i = 0; i < 50; ++i) {
      const auto encoded = encode(random_entry(random, alternative));
      const std::span<const std::byte> payload(encoded.payload);
      if (failure_of(encoded.kind, payload.first(random() % payload.size())).empty())
        FAIL("alternative " << alternative);
      ++cuts;
    }
  }
  CHECK(cuts == 17 * 50);
}

TEST_CASE("entries with scribbled bytes are read or refused, never worse", "[schemas]") {
  std::mt19937_64 random(19);
  const auto samples = sample_entries();
  int read = 0;
  int refused = 0;
  for (int i = 0; i < 20000; ++i) {
    auto encoded = encode(samples[static_cast<std::size_t>(i) % samples.size()]);
    for (int flips = 1 + i % 3; flips > 0; --flips) {
      encoded.payload[random() % encoded.payload.size()] = static_cast<std::byte>(random());
    }
    try {
      const auto entry = decoded(encoded);
      // What was read means the same again.
      if (!same(decoded(encode(entry)), entry)) FAIL("not the same again");
      ++read;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::corrupt) FAIL(error.what());
      ++refused;
    }
  }
  CHECK(read > 0);
  CHECK(refused > 0);
}

TEST_CASE("bytes behind the known fields are passed over", "[schemas]") {
  for (const auto& entry : sample_entries()) {
    auto encoded = encode(entry);
    for (int i = 0; i < 5; ++i) encoded.payload.push_back(std::byte{0xAB});
    CHECK(same(decoded(encoded), entry));
  }
}

TEST_CASE("a kind or version that is not known is kept as bytes", "[schemas]") {
  const auto payload = bytes_of({1, 2, 3});
  for (const auto& [kind, version] :
       {std::pair{19, 1}, {255, 1}, {0, 1}, {1, 1}, {5, 2}, {5, 0}, {5, 255}}) {
    const auto entry =
        decode(static_cast<std::uint8_t>(kind), static_cast<std::uint8_t>(version), payload);
    const auto* unknown = std::get_if<UnknownEntry>(&entry);
    REQUIRE(unknown != nullptr);
    CHECK(unknown->kind == kind);
    CHECK(unknown->version == version);
    CHECK(unknown->payload == payload);
    const auto again = encode(entry);
    CHECK(again.kind == kind);
    CHECK(again.version == version);
    CHECK(again.payload == payload);
  }
}

TEST_CASE("a length that lies takes no memory", "[schemas]") {
  // A name of 2^56 bytes; a name of 127 where 2 are left; a length without an end.
  CHECK(
      failure_of(k_param, bytes_of({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 'a'})) ==
      "cannot read journal record 'param': a length is greater than what is left");
  CHECK(failure_of(k_param, bytes_of({0x7F, 'a', 'b'})).find("greater") != std::string::npos);
  CHECK(failure_of(k_param,
                   bytes_of({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}))
            .find("does not end") != std::string::npos);
  // As many fields as bytes follow, none of which holds one; a block longer than the payload.
  std::vector<std::byte> many(1000, std::byte{0});
  many[0] = std::byte{0xE6};
  many[1] = std::byte{0x07};  // 998
  CHECK(failure_of(k_fields, many).find("ends early") != std::string::npos);
  CHECK(failure_of(k_fields, bytes_of({1, 5, 0, 0})).find("greater") != std::string::npos);
  CHECK(failure_of(k_series, bytes_of({0, 0, 0, 0, 1, 'a', 9, 0, 0})).find("greater") !=
        std::string::npos);
}

TEST_CASE("a value that its type does not have is corrupt", "[schemas]") {
  const auto boolean = encode(ParamEntry{"a", track::Value(true)}).payload;
  auto broken = boolean;
  broken.back() = std::byte{2};
  CHECK(failure_of(k_param, boolean).empty());
  CHECK(failure_of(k_param, broken).find("truth value") != std::string::npos);
  CHECK(failure_of(k_param, bytes_of({1, 'a', 6})).find("enumeration") != std::string::npos);
  // Labels that are not in order, as no writer leaves them.
  CHECK(
      failure_of(k_series, bytes_of({0, 0, 0, 0, 1, 'a', 2, 1, 'k', 0, 1, 'k', 0})).find("order") !=
      std::string::npos);
}

TEST_CASE("a run id that is none is corrupt", "[schemas]") {
  RunStartEntry entry;
  for (const char* id : {"", "../../../../etc/", "0123456789ABCDEF", "0123456789abcdefg"}) {
    entry.parent = track::RunId{id};
    const auto encoded = encode(entry);
    CHECK(failure_of(encoded.kind, encoded.payload).find("run id") != std::string::npos);
  }
}
