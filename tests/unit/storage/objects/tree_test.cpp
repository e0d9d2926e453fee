#include "track/storage/objects/tree.hpp"

#include <catch2/catch.hpp>

#include "objects/byte_order.hpp"
#include "objects/tree_record.hpp"
#include "store_fixture.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/hash.hpp"
#include "track_test/code_of.hpp"

namespace {

using namespace track::storage;  // NOLINT: a test file
using track::Error;
using track::ErrorCode;
using track_test::Bytes;
using track_test::code_of;

TreeManifest sample() {
  TreeManifest manifest;
  const auto digest = blake3(std::string_view("content"));
  manifest.entries.push_back({"b", EntryType::executable, digest, {}});
  manifest.entries.push_back({"a", EntryType::file, digest, {}});
  manifest.entries.push_back({"link", EntryType::symlink, {}, "a"});
  manifest.entries.push_back({"\xff\x01", EntryType::directory, digest, {}});
  return manifest;
}

/// A manifest of one file, with the name as it is given.
Bytes with_names(const std::vector<std::string>& names) {
  Bytes bytes;
  ByteWriter out(bytes);
  out.put(std::string_view("TRKTREE1"));
  out.put(static_cast<std::uint32_t>(names.size()));
  for (const auto& name : names) {
    out.put(std::uint8_t{0});
    out.put(static_cast<std::uint16_t>(name.size()));
    out.put(std::string_view(name));
    out.put(track::Digest{});
  }
  return bytes;
}

}  // namespace

TEST_CASE("a manifest is sorted when it is written and comes back the same", "[storage]") {
  const auto decoded = decode_tree(encode_tree(sample()));
  REQUIRE(decoded.entries.size() == 4);
  CHECK(decoded.entries[0].name == "a");
  CHECK(decoded.entries[1].name == "b");
  CHECK(decoded.entries[1].type == EntryType::executable);
  CHECK(decoded.entries[2].target == "a");
  CHECK(decoded.entries[3].name == "\xff\x01");
  CHECK(encode_tree(decoded) == encode_tree(sample()));
}

TEST_CASE("the digest of a tree is the one that docs/formats.md shows", "[storage]") {
  CHECK(tree_digest({}).hex() ==
        "cbd6f2da9ed055a9e74d91a68548637840088aebacaa0cb08c0a60d61f7ddd91");
  CHECK(tree_digest(sample()).hex() ==
        "e6a8be87655e9f52fa23686cf4ab239ac34f5d0988abf95a42fc13278606eab0");
  CHECK(tree_digest({}) != blake3(encode_tree({})));
}

TEST_CASE("names that are no single component are refused when written and when read",
          "[storage]") {
  for (const auto& name : {std::string(), std::string("."), std::string(".."), std::string("a/b"),
                           std::string("/etc"), std::string("a\0b", 3), std::string(256, 'x')}) {
    INFO(name);
    TreeManifest manifest;
    manifest.entries.push_back({name, EntryType::file, {}, {}});
    CHECK(code_of([&] { (void)encode_tree(manifest); }) == ErrorCode::usage);
    CHECK(code_of([&] { (void)decode_tree(with_names({name})); }) == ErrorCode::corrupt);
  }
}

TEST_CASE("a name that stands twice, or out of order, is refused", "[storage]") {
  auto manifest = sample();
  manifest.entries.push_back(manifest.entries.front());
  CHECK(code_of([&] { (void)encode_tree(manifest); }) == ErrorCode::usage);
  CHECK(code_of([&] { (void)decode_tree(with_names({"a", "a"})); }) == ErrorCode::corrupt);
  CHECK(code_of([&] { (void)decode_tree(with_names({"b", "a"})); }) == ErrorCode::corrupt);
  CHECK(decode_tree(with_names({"a", "b"})).entries.size() == 2);
}

TEST_CASE("a manifest cut anywhere, or with bytes after it, is refused", "[storage]") {
  const auto whole = encode_tree(sample());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    INFO(length);
    CHECK(code_of([&] { (void)decode_tree(std::span(whole).first(length)); }) ==
          ErrorCode::corrupt);
  }
  auto longer = whole;
  longer.push_back(std::byte{0});
  CHECK(code_of([&] { (void)decode_tree(longer); }) == ErrorCode::corrupt);
}

TEST_CASE("a count that lies allocates nothing", "[storage]") {
  Bytes bytes;
  ByteWriter out(bytes);
  out.put(std::string_view("TRKTREE1"));
  out.put(std::uint32_t{0xFFFFFFFF});
  CHECK(code_of([&] { (void)decode_tree(bytes); }) == ErrorCode::corrupt);
}

TEST_CASE("a tree's record keeps its totals", "[storage]") {
  const auto decoded = decode_tree_record(encode_tree_record({77, 3, sample()}));
  CHECK(decoded.size == 77);
  CHECK(decoded.files == 3);
  CHECK(decoded.manifest.entries.size() == 4);
}
