#include "command/output_redactor.hpp"

#include <catch2/catch.hpp>
#include <string>

using track::detail::OutputRedactor;

namespace {

// In parts, so that this file holds nothing that looks like a secret.
const std::string k_token = std::string("ghp_") + "abcdefghijklmnopqrstuvwxyz0123456789";

std::string in_pieces(const std::string& text, std::size_t size) {
  OutputRedactor redactor;
  std::string result;
  for (std::size_t at = 0; at < text.size(); at += size)
    result += redactor.feed(text.substr(at, size));
  return result + redactor.finish();
}

}  // namespace

TEST_CASE("a secret is taken out wherever the output was cut", "[command]") {
  const auto text = "using " + k_token + " now\nand on\n";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    const auto kept = in_pieces(text, size);
    CHECK(kept.find("abcdefghij") == std::string::npos);
    CHECK(kept.find("and on\n") != std::string::npos);
    CHECK(kept.substr(0, 6) == "using ");
  }
}

TEST_CASE("a private key of many lines is taken out whole", "[command]") {
  const std::string text =
      std::string("before\n-----BEGIN ") +
      "PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC\nsecondline\n-----END "
      "PRIVATE KEY-----\nafter\n";
  for (const std::size_t size : {1UL, 7UL, 40UL, 1000UL}) {
    const auto kept = in_pieces(text, size);
    CHECK(kept.find("MIIE") == std::string::npos);
    CHECK(kept.find("secondline") == std::string::npos);
    CHECK(kept.find("before\n") == 0);
    CHECK(kept.find("after\n") != std::string::npos);
  }
}

TEST_CASE("what is no secret passes unchanged, lines or not", "[command]") {
  const std::string lines =
      "epoch 1 loss 0.5\r\n\xff\x00\x01 bytes\rprogress 10%\rprogress 20%\nend";
  for (const std::size_t size : {1UL, 5UL, 1000UL}) CHECK(in_pieces(lines, size) == lines);
  const std::string one_line(1'000'000, 'x');
  CHECK(in_pieces(one_line, 100'000) == one_line);
}
