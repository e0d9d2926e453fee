#include "catalog/points/chunk_codec.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "catalog/points/delta_runs.hpp"
#include "track/schemas/error.hpp"

using namespace track;
using namespace track::storage;

namespace {

struct Points {
  std::vector<std::int64_t> steps;
  std::vector<std::int64_t> times_ms;
  std::vector<double> values;
};

std::vector<std::byte> encode(const Points& points) {
  return ChunkEncoder().encode(points.steps, points.times_ms, points.values);
}

void check_round_trip(const Points& points) {
  const auto data = encode(points);
  Points back;
  ChunkDecoder().decode(data, points.steps.size(), back.steps, back.times_ms, back.values);
  CHECK(back.steps == points.steps);
  CHECK(back.times_ms == points.times_ms);
  REQUIRE(back.values.size() == points.values.size());
  for (std::size_t i = 0; i < back.values.size(); ++i) {
    REQUIRE(std::bit_cast<std::uint64_t>(back.values[i]) ==
            std::bit_cast<std::uint64_t>(points.values[i]));
  }
}

Points steady(std::size_t count, double (*value)(std::size_t)) {
  Points points;
  for (std::size_t i = 0; i < count; ++i) {
    points.steps.push_back(static_cast<std::int64_t>(i));
    points.times_ms.push_back(1'700'000'000'000 + static_cast<std::int64_t>(i * 10));
    points.values.push_back(value(i));
  }
  return points;
}

bool is_refused(std::span<const std::byte> data, std::uint64_t count) {
  Points back;
  try {
    ChunkDecoder().decode(data, count, back.steps, back.times_ms, back.values);
  } catch (const Error& error) {
    return error.code() == ErrorCode::corrupt && back.steps.empty() && back.values.empty();
  }
  return false;
}

}  // namespace

TEST_CASE("chunks give back every bit", "[catalog]") {
  SECTION("one point") { check_round_trip({{7}, {8}, {0.1}}); }
  SECTION("constants") {
    check_round_trip(steady(k_chunk_points, [](std::size_t) { return 1.5; }));
  }
  SECTION("float32-born") {
    check_round_trip(steady(k_chunk_points, [](std::size_t i) {
      return static_cast<double>(static_cast<float>(std::sin(static_cast<double>(i))));
    }));
  }
  SECTION("float32 noise, of one sign, of the other, and of both") {
    std::mt19937 random(5);
    std::normal_distribution<float> noise(0, 1);
    for (const std::size_t count : {2, 3, 7, 8, 9, 100, 511, 512, 4095, 4096}) {
      for (int round = 0; round < 6; ++round) {
        auto points = steady(count, [](std::size_t) { return 0.0; });
        for (auto& value : points.values) {
          auto narrow = noise(random);
          if (round < 4) narrow = round % 2 == 0 ? std::fabs(narrow) : -std::fabs(narrow);
          // Of some only the upper bits of the mantissa are there, as of what was bfloat16.
          if (round > 2)
            narrow = std::bit_cast<float>(std::bit_cast<std::uint32_t>(narrow) & 0xFFFF0000U);
          value = static_cast<double>(narrow);
        }
        check_round_trip(points);
      }
    }
  }
  SECTION("powers of two have no mantissa") {
    check_round_trip(
        steady(100, [](std::size_t i) { return std::ldexp(1.0, static_cast<int>(i % 7)); }));
  }
  SECTION("doubles") {
    check_round_trip(steady(1000, [](std::size_t i) { return std::sin(static_cast<double>(i)); }));
  }
  SECTION("what is special") {
    const std::vector<double> values{0.0,
                                     -0.0,
                                     std::numeric_limits<double>::infinity(),
                                     -std::numeric_limits<double>::infinity(),
                                     std::nan(""),
                                     std::bit_cast<double>(0x7ff0000000000001ULL),
                                     std::bit_cast<double>(0xfff8dead0000beefULL),
                                     std::numeric_limits<double>::denorm_min(),
                                     std::numeric_limits<double>::max()};
    Points points;
    const auto low = std::numeric_limits<std::int64_t>::min();
    const auto high = std::numeric_limits<std::int64_t>::max();
    for (std::size_t i = 0; i < values.size(); ++i) {
      points.steps.push_back(i % 2 == 0 ? low : high);
      points.times_ms.push_back(i % 3 == 0 ? high : low + 1);
      points.values.push_back(values[i]);
    }
    check_round_trip(points);
  }
  SECTION("noise") {
    std::mt19937_64 random(7);
    for (int round = 0; round < 20; ++round) {
      Points points;
      for (std::size_t i = 0; i < 1 + random() % 500; ++i) {
        points.steps.push_back(static_cast<std::int64_t>(random()));
        points.times_ms.push_back(static_cast<std::int64_t>(random() % 1000));
        points.values.push_back(std::bit_cast<double>(random()));
      }
      check_round_trip(points);
    }
  }
}

TEST_CASE("a chunk has the bytes that the format says", "[catalog]") {
  // The example of docs/formats.md.
  const std::vector<int> expected{
      0x01, 0x04, 0x04, 0x01, 0x06, 0, 0,    0,    0x08, 0, 0,    0, 0x08, 0, 0, 0, 0, 0,    0x02,
      0,    0,    0x01, 0xd0, 0x0f, 0, 0xbb, 0x0f, 0,    0, 0x01, 0, 0,    0, 0, 0, 0, 0xe0, 0x3f};
  const auto data = encode({{0, 1, 2, 3}, {1000, 1010, 1020, 1030}, {0.5, 0.5, 0.5, 0.5}});
  std::vector<int> bytes;
  for (const auto byte : data) bytes.push_back(static_cast<int>(byte));
  CHECK(bytes == expected);
}

TEST_CASE("float32-born losses at a steady pace take at most 3.5 bytes a point", "[catalog]") {
  std::mt19937 random(1);
  std::normal_distribution<float> noise(0, 0.02F);
  for (const float floor : {0.1F, 0.0F}) {  // the second has both signs in the end
    Points points = steady(k_chunk_points, [](std::size_t) { return 0.0; });
    for (std::size_t i = 0; i < points.values.size(); ++i) {
      points.values[i] = 2.3F * std::exp(-static_cast<float>(i) / 500.0F) + floor + noise(random);
    }
    const auto bytes = static_cast<double>(encode(points).size()) / k_chunk_points;
    INFO("bytes a point: " << bytes);
    CHECK(bytes <= 3.5);
  }
}

TEST_CASE("the parts of float32 values have the bytes that the format says", "[catalog]") {
  // The second example of docs/formats.md: 1.5, -2.5, 0.75, 3 have mantissas .100 .010 .100 .100.
  const auto data = encode({{0, 1, 2, 3}, {0, 0, 0, 0}, {1.5, -2.5, 0.75, 3}});
  const std::vector<int> expected{0x02, 0x02, 0x04, 0x00, 0x7f, 0x80, 0x7e, 0x80, 0x02, 0xa6};
  std::vector<int> bytes;
  REQUIRE(static_cast<int>(data[3]) == 6);
  for (const auto byte : std::span(data).last(expected.size()))
    bytes.push_back(static_cast<int>(byte));
  CHECK(bytes == expected);
}

TEST_CASE("damaged chunks are refused and give nothing", "[catalog]") {
  const auto points =
      GENERATE(steady(300, [](std::size_t i) { return std::sqrt(static_cast<double>(i)); }),
               steady(300, [](std::size_t i) {
                 return static_cast<double>(std::sin(static_cast<float>(i * i)));
               }));
  const auto data = encode(points);
  CHECK(is_refused({}, 300));
  CHECK(is_refused(data, 0));
  CHECK(is_refused(data, 299));
  CHECK(is_refused(data, 301));
  CHECK(is_refused(data, k_chunk_points + 1));
  CHECK(is_refused(data, std::numeric_limits<std::uint64_t>::max()));
  for (std::size_t size = 0; size < data.size(); size += 7)
    CHECK(is_refused(std::span(data).first(size), 300));
  auto longer = data;
  longer.push_back(std::byte{0});
  CHECK(is_refused(longer, 300));
}

TEST_CASE("chunks with any byte changed never crash and never give too much", "[catalog]") {
  const auto points = GENERATE(
      steady(200, [](std::size_t i) { return static_cast<double>(static_cast<float>(i) * 0.1F); }),
      steady(200, [](std::size_t i) {
        return static_cast<double>(std::sin(static_cast<float>(i * i)));
      }));
  const auto data = encode(points);
  std::mt19937 random(3);
  for (int round = 0; round < 3000; ++round) {
    auto broken = data;
    for (int i = 0; i < 1 + round % 3; ++i)
      broken[random() % broken.size()] = static_cast<std::byte>(random());
    Points back;
    try {
      ChunkDecoder().decode(broken, 200, back.steps, back.times_ms, back.values);
      REQUIRE(back.steps.size() == 200);
    } catch (const Error& error) {
      REQUIRE(error.code() == ErrorCode::corrupt);
      REQUIRE(back.steps.empty());
    }
  }
}

TEST_CASE("runs of differences are read exactly or not at all", "[catalog]") {
  const std::vector<std::uint64_t> values{1, 2, 3, 4, 9, 14, 0, ~std::uint64_t{0}};
  const auto bytes = encode_delta_runs(values);
  std::vector<std::uint64_t> back(values.size());
  CHECK(decode_delta_runs(bytes, back));
  CHECK(back == values);
  std::vector<std::uint64_t> fewer(values.size() - 1);
  CHECK_FALSE(decode_delta_runs(bytes, fewer));
  std::vector<std::uint64_t> more(values.size() + 1);
  CHECK_FALSE(decode_delta_runs(bytes, more));
  const std::vector<std::byte> endless(11, std::byte{0xFF});
  CHECK_FALSE(decode_delta_runs(endless, back));
}
