#include "capture/code/listing.hpp"

#include <catch2/catch.hpp>

#include "track/schemas/error.hpp"
#include "track/storage/hash.hpp"

using namespace track::detail;  // NOLINT: a test file

TEST_CASE("a listing reads back as it was written", "[capture]") {
  ListedPath file;
  file.path = "src/\xff odd\n\".txt";
  file.file_class = "modified";
  file.mode = 0640;
  file.size = 12;
  file.digest = track::storage::blake3("content");
  file.torn = true;
  ListedPath link;
  link.path = "link";
  link.file_class = "symlink";
  link.target = "../\xfe";
  ListedPath skipped;
  skipped.path = "big";
  skipped.file_class = "skipped";
  skipped.size = 1UL << 40;
  skipped.why = "larger than the limit for one file";
  skipped.by_choice = true;

  const auto read = decode_listing(encode_listing({file, link, skipped}));
  REQUIRE(read.size() == 3);
  CHECK(read[0].path == file.path);
  CHECK(read[0].file_class == "modified");
  CHECK(read[0].mode == 0640);
  CHECK(read[0].size == 12);
  CHECK(read[0].digest == file.digest);
  CHECK(read[0].torn);
  CHECK(read[1].target == link.target);
  CHECK(read[2].size == skipped.size);
  CHECK(read[2].why == skipped.why);
  CHECK(read[2].by_choice);
  CHECK(decode_listing(encode_listing({})).empty());
}

TEST_CASE("a damaged listing is an error, never a crash", "[capture]") {
  const auto* text =
      GENERATE("", "{", "[]", "null", R"({"version":1})", R"({"version":2,"paths":[]})",
               R"({"version":1,"paths":[{}]})", R"({"version":1,"paths":[1]})",
               R"({"version":1,"paths":[{"path":"a","class":"tracked","mode":"0999"}]})",
               R"({"version":1,"paths":[{"path":"a","path_hex":"zz","class":"tracked"}]})",
               R"({"version":1,"paths":[{"path":7,"class":"tracked"}]})");
  INFO(text);
  CHECK_THROWS_AS(decode_listing(text), track::Error);
}
