#include "diff/text_diff.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace track::detail {

TEST_CASE("A changed line is shown with three lines around it", "[diff]") {
  const std::string left = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
  const std::string right = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n";
  CHECK(unified_diff("a.txt", &left, &right) ==
        "--- a/a.txt\n+++ b/a.txt\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST_CASE("A side that does not exist is /dev/null", "[diff]") {
  const std::string text = "new\n";
  using Catch::Contains;
  CHECK_THAT(unified_diff("a", nullptr, &text), Contains("--- /dev/null\n+++ b/a\n"));
  CHECK_THAT(unified_diff("a", &text, nullptr), Contains("--- a/a\n+++ /dev/null\n"));
}

TEST_CASE("Equal texts and empty ones have no diff", "[diff]") {
  const std::string text = "same\n";
  const std::string empty;
  CHECK(unified_diff("a", &text, &text).empty());
  CHECK(unified_diff("a", nullptr, &empty).empty());
}

TEST_CASE("A missing newline at the end is a difference", "[diff]") {
  const std::string with = "x\n";
  const std::string without = "x";
  CHECK_THAT(unified_diff("a", &with, &without), Catch::Contains("No newline at end of file"));
}

TEST_CASE("A path that looks like a header of its own does not confuse", "[diff]") {
  const std::string left = "x\n";
  const std::string right = "y\n";
  const auto text = unified_diff("a --- b", &left, &right);
  CHECK(text.rfind("--- ", 0) == 0);
  CHECK_THAT(text, Catch::Contains("+++ "));
}

TEST_CASE("A NUL makes bytes binary, also the only one", "[diff]") {
  CHECK(is_text("plain\n"));
  CHECK(is_text(""));
  CHECK(is_text("\xff\xfe"));
  CHECK_FALSE(is_text(std::string_view("a\0b", 3)));
}

}  // namespace track::detail
