#include "run/name_rules.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "track/schemas/error.hpp"

using namespace track::detail;

TEST_CASE("a control character is found at any length and place of a name", "[run]") {
  for (std::size_t length = 1; length <= 20; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      std::string name(length, 'a');
      for (const char odd : {'\0', '\x1f', '\x7f', '\x80', '\xff'}) {
        name[at] = odd;
        CHECK_THROWS_AS(check_name("set", name), track::Error);
      }
      for (const char even : {' ', '~', '!', '/', '\x7e'}) {
        name[at] = even;
        CHECK_NOTHROW(check_name("set", name));
      }
    }
  }
  CHECK_NOTHROW(check_name("set", std::string(512, 'a')));
}

TEST_CASE("names may be any UTF-8 without control characters", "[run]") {
  CHECK_NOTHROW(check_name("set", "größe/损失"));
  CHECK_THROWS_WITH(check_name("set param", ""), "cannot set param '': a name must not be empty");
  CHECK_THROWS_WITH(check_name("set param", "a\tb"),
                    "cannot set param 'a?b': the name holds control characters");
  CHECK_THROWS_AS(check_name("set", "\xc2\x9b"), track::Error);  // CSI in one character
  CHECK_THROWS_WITH(check_name("set", "\xff"), "cannot set '?': the name is not UTF-8");
  CHECK_THROWS_AS(check_name("set", std::string(513, 'x')), track::Error);
}

TEST_CASE("UTF-8 is told from what looks like it", "[run]") {
  for (const char* good :
       {"", "a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"})
    CHECK(is_utf8(good));
  for (const char* bad : {"\x80", "\xc0\xaf", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "a\xc3z"}) {
    CHECK_FALSE(is_utf8(bad));
  }
}

TEST_CASE("what is quoted in a message is short and printable", "[run]") {
  CHECK(printable("a\x1b[31mb\xff") == "a?[31mb?");
  CHECK(printable(std::string(1000, 'x')).size() < 80);
}

TEST_CASE("an address loses its user and password, and nothing else", "[run]") {
  CHECK(without_userinfo("https://me:pw@host:80/a@b?c@d") == "https://host:80/a@b?c@d");
  CHECK(without_userinfo("https://a@b@host/x") == "https://host/x");
  CHECK(without_userinfo("https://host/a@b") == "https://host/a@b");
  CHECK(without_userinfo("data/me@home.csv") == "data/me@home.csv");
  CHECK(without_userinfo("s3://bucket") == "s3://bucket");
}

TEST_CASE("a version is told from a name that holds '@'", "[run]") {
  const auto parts = [](std::string_view text) {
    const auto split = split_version(text);
    return std::string(split.name) + '|' + std::string(split.version);
  };
  CHECK(parts("ckpt") == "ckpt|");
  CHECK(parts("icon@2x.png") == "icon@2x.png|");
  CHECK(parts("ckpt@step=9") == "ckpt|step=9");
  CHECK(parts("a@b@last") == "a@b|last");
  CHECK(parts("ckpt@best:val@x") == "ckpt|best:val@x");
  CHECK(parts("last@lasting") == "last@lasting|");
}

TEST_CASE("an artifact's name is no version of another", "[run]") {
  CHECK_NOTHROW(check_artifact_name("a/icon@2x.png"));
  CHECK_NOTHROW(check_artifact_name("me@last/x"));
  for (const char* bad : {"a@last", "a@step=3", "a@best:loss", "a@b@step=x"}) {
    CHECK_THROWS_WITH(check_artifact_name(bad),
                      Catch::Contains("'@last', '@step=' and '@best:' pick a version"));
  }
}
