#include "render/text.hpp"

#include <catch2/catch.hpp>

using track::cli::display_width;
using track::cli::make_lines_visible;
using track::cli::make_visible;
using track::cli::shorten;
using track::cli::Terminal;
using track::cli::truncate_to;

TEST_CASE("an escape sequence in a name stays text", "[cli]") {
  CHECK(make_visible("\x1b[31mred\x1b[0m", true) == "\\x1b[31mred\\x1b[0m");
  CHECK(make_visible("\x1b]0;title\x07", true) == "\\x1b]0;title\\x07");
}

TEST_CASE("control characters come out as escapes", "[cli]") {
  CHECK(make_visible("a\nb\tc\rd", true) == "a\\nb\\tc\\rd");
  CHECK(make_visible(std::string("a\0b", 3), true) == "a\\x00b");
  CHECK(make_visible("a\x7f", true) == "a\\x7f");
  CHECK(make_visible("a\xc2\x9b"
                     "1m",
                     true) == "a\\u009b1m");
}

TEST_CASE("characters that reorder or hide text come out as escapes", "[cli]") {
  CHECK(make_visible("a\u202eb", true) == "a\\u202eb");
  CHECK(make_visible("a\u200bb", true) == "a\\u200bb");
  CHECK(make_visible("a\u2066b", true) == "a\\u2066b");
}

TEST_CASE("bytes that are not UTF-8 come out as escapes", "[cli]") {
  CHECK(make_visible("a\xff", true) == "a\\xff");
  CHECK(make_visible("\xc0\xaf", true) == "\\xc0\\xaf");           // overlong
  CHECK(make_visible("\xed\xa0\x80", true) == "\\xed\\xa0\\x80");  // surrogate
  CHECK(make_visible("\xe2\x82", true) == "\\xe2\\x82");           // cut short
  CHECK(make_visible("\xf5\x80\x80\x80", true) == "\\xf5\\x80\\x80\\x80");
}

TEST_CASE("without Unicode all but ASCII comes out as escapes", "[cli]") {
  CHECK(make_visible("é", true) == "é");
  CHECK(make_visible("é", false) == "\\u00e9");
  CHECK(make_visible("🙂", false) == "\\U0001f642");
}

TEST_CASE("text of several lines keeps its lines and nothing else", "[cli]") {
  CHECK(make_lines_visible("a\n\tb\x1b", Terminal{}) == "a\n\tb\\x1b");
}

TEST_CASE("width counts columns, not bytes", "[cli]") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("é") == 1);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("日本") == 4);
  CHECK(display_width("🙂") == 2);
  CHECK(display_width("") == 0);
}

TEST_CASE("cutting never splits a character and marks the cut", "[cli]") {
  CHECK(truncate_to("abcdef", 6, true) == "abcdef");
  CHECK(truncate_to("abcdef", 4, true) == "abc…");
  CHECK(truncate_to("abcdef", 4, false) == "abc~");
  CHECK(truncate_to("日本語", 4, true) == "日…");
  CHECK(truncate_to("日本語", 5, true) == "日本…");
  CHECK(truncate_to("abc", 0, true).empty());
}

TEST_CASE("what is shortened keeps whole characters and says that there was more", "[cli]") {
  CHECK(shorten("abc", 3) == "abc");
  CHECK(shorten("abcd", 3) == "abc…");
  CHECK(shorten("aé", 2) == "a…");
  CHECK(shorten("日本", 5) == "日…");
  CHECK(shorten("\x80\x80\x80", 2) == "…");
}
