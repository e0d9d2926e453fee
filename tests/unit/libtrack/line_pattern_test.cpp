#include "command/line_pattern.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>

#include "track/schemas/error.hpp"

using track::detail::LinePattern;

namespace {

/// "name=text" of each group, joined by commas; "-" where nothing matches.
std::string found(const std::string& pattern, const std::string& line) {
  std::string result;
  const LinePattern compiled(pattern);  // owns the names
  for (const auto& [name, text] : compiled.find(line)) {
    result += (result.empty() ? "" : ",") + std::string(name) + "=" + std::string(text);
  }
  return result.empty() ? "-" : result;
}

}  // namespace

TEST_CASE("a pattern gives what its named groups matched", "[command]") {
  CHECK(found("loss (?P<loss>[-0-9.e]+)", "step 3 loss 1.5e-3 acc 0.9") == "loss=1.5e-3");
  CHECK(found(R"(step (?P<step>\d+).*loss=(?P<train/loss>\S+))", "step 12: loss=0.5 s") ==
        "step=12,train/loss=0.5");
  CHECK(found("(?<x>a|ab)(?P<y>c?)", "abc") == "x=a,y=");
  CHECK(found("nothing (?P<x>here)", "something there") == "-");
}

TEST_CASE("of several matches the leftmost is taken, as the alternatives prefer", "[command]") {
  CHECK(found("(?P<x>a+)", "baaacaaaa") == "x=aaa");
  CHECK(found("(?P<x>a+?)", "baaac") == "x=a");
  CHECK(found("(?P<x>ab|a)(?:b)?", "ab") == "x=ab");
  CHECK(found("(?P<x>.*)=", "a=b=c") == "x=a=b");
  CHECK(found("(?P<x>.*?)=", "a=b=c") == "x=a");
}

TEST_CASE("repeats, classes, anchors and edges mean what they mean elsewhere", "[command]") {
  CHECK(found("^(?P<x>[a-c]{2,3})$", "abc") == "x=abc");
  CHECK(found("^(?P<x>[a-c]{2,3})$", "abca") == "-");
  CHECK(found("(?P<x>[^0-9]{3})", "12ab3cde") == "x=cde");
  CHECK(found(R"(\b(?P<x>acc)\b)", "accuracy acc") == "x=acc");
  CHECK(found(R"((?P<x>[\d.]+)%)", "at 45.5%") == "x=45.5");
  CHECK(found(R"((?P<x>[]a]+))", "x]a]") == "x=]a]");
  CHECK(found(R"((?P<x>a{2}))", "aaa") == "x=aa");
  CHECK(found(R"((?P<x>a{,2}))", "a{,2}") == "x=a{,2}");
  CHECK(found("(?P<x>é+)", "caféé") == "x=é\xc3\xa9");
  CHECK(found("(?P<x>)", "") == "x=");
}

TEST_CASE("a pattern that would make others backtrack for ever is as fast as any", "[command]") {
  const LinePattern pattern("(?P<x>(?:a*)*b|(?:a|aa)+c)");
  const auto start = std::chrono::steady_clock::now();
  CHECK(pattern.find(std::string(2'000, 'a')).empty());
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
}

TEST_CASE("a wrong pattern is refused with its column", "[command]") {
  for (const char* pattern :
       {"(", ")", "a)", "[a", "*a", "a**", "(?P<>x)", "(?P<x", "(?=a)", "(?<=a)x", "\\", "[\\",
        "\\1", "[z-a]", "a{3,2}", "a{1001}", "(?P<a\nb>x)"}) {
    INFO(pattern);
    CHECK_THROWS_AS(LinePattern(pattern), track::Error);
  }
  CHECK_THROWS_WITH(LinePattern("ab[c"), "cannot use pattern 'ab[c': column 5: '[' without ']'");
  CHECK_THROWS_AS(LinePattern("(?:(?:a{500}){500}){500}"), track::Error);
  CHECK_THROWS_AS(LinePattern(std::string(500, '(') + std::string(500, ')')), track::Error);
}
