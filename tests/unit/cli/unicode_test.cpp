#include "render/unicode.hpp"

#include <catch2/catch.hpp>

using track::cli::column_width;
using track::cli::is_invisible_control;
using track::cli::read_code_point;

TEST_CASE("characters of one to four bytes are read", "[cli]") {
  CHECK(read_code_point("a")->value == 'a');
  CHECK(read_code_point("é")->value == 0xe9);
  CHECK(read_code_point("€")->value == 0x20ac);
  CHECK(read_code_point("🙂")->value == 0x1f642);
  CHECK(read_code_point("🙂")->size == 4);
}

TEST_CASE("what is not UTF-8 is not a character", "[cli]") {
  CHECK_FALSE(read_code_point("\x80"));
  CHECK_FALSE(read_code_point("\xc1\xbf"));
  CHECK_FALSE(read_code_point("\xe0\x80\x80"));
  CHECK_FALSE(read_code_point("\xf0\x80\x80\x80"));
  CHECK_FALSE(read_code_point("\xf4\x90\x80\x80"));
  CHECK_FALSE(read_code_point("\xe2\x28\xa1"));
}

TEST_CASE("widths at the borders of the tables", "[cli]") {
  CHECK(column_width(0x10ff) == 1);
  CHECK(column_width(0x1100) == 2);
  CHECK(column_width(0x115f) == 2);
  CHECK(column_width(0x1160) == 1);
  CHECK(column_width(0x2ff) == 1);
  CHECK(column_width(0x300) == 0);
  CHECK(column_width(0xfe0f) == 0);
  CHECK(column_width(0x3fffd) == 2);
  CHECK(column_width(0x2800) == 1);
}

TEST_CASE("a joiner inside an emoji is no control", "[cli]") {
  CHECK_FALSE(is_invisible_control(0x200d));
  CHECK(is_invisible_control(0x200e));
  CHECK(is_invisible_control(0xfeff));
}
