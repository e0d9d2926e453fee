#include "capture/redaction.hpp"

#include <ctime>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace track::detail;  // NOLINT: a test file

namespace {

// Put together at run time, so that this file itself holds nothing that looks like a secret.
std::string repeat(char c, std::size_t count) { return std::string(count, c); }

std::vector<std::string> shown(const std::vector<std::string>& args) {
  return redact_arguments(args).shown;
}

}  // namespace

TEST_CASE("names that say secret are known by their words", "[capture]") {
  const auto* secret =
      GENERATE("API_KEY", "api-key", "apiKey", "HF_TOKEN", "token", "hf-token", "DB_PASSWORD",
               "passwd", "client_secret", "AWS_SECRET_ACCESS_KEY", "WANDB_API_KEY", "STRIPE_KEY",
               "SLURM_JWT", "accessToken", "MYSQL_PWD", "private-key", "credentials");
  INFO(secret);
  CHECK_FALSE(secret_name_rule(secret).empty());
}

TEST_CASE("names that only resemble a secret's are left alone", "[capture]") {
  const auto* plain =
      GENERATE("lr", "max-tokens", "pad_token", "eos-token", "num_key_value_heads", "key-dim",
               "keyframes", "sort-key", "PWD", "OLDPWD", "tokenizer", "monkey", "token-dim",
               "secretary", "passes", "key", "secret-file", "primary_key", "stop-token", "");
  INFO(plain);
  CHECK(secret_name_rule(plain).empty());
}

TEST_CASE("secrets are found by their look, look-alikes are not", "[capture]") {
  const auto key_body = "\n" + repeat('M', 64) + "\n" + repeat('a', 64) + "\n";
  const auto dashes = repeat('-', 5);
  const std::vector<std::string> secrets = {
      "AKIA" + repeat('Q', 16),
      "ghp_" + repeat('a', 36),
      "github_pat_" + repeat('b', 82),
      "glpat-" + repeat('c', 20),
      "xoxb-" + repeat('1', 30),
      "hf_" + repeat('d', 34),
      "AIza" + repeat('e', 35),
      "sk-" + repeat('f', 48),
      "npm_" + repeat('g', 36),
      "Bearer " + repeat('h', 40),
      "eyJ" + repeat('a', 20) + ".eyJ" + repeat('b', 20) + "." + repeat('c', 43),
      "postgres://user:hunter2word@db/x",
      "AccountKey=" + repeat('k', 86) + "==",
      dashes + "BEGIN RSA PRIVATE KEY" + dashes + key_body,
      dashes + "BEGIN OPENSSH PRIVATE KEY" + dashes + key_body + dashes +
          "END OPENSSH PRIVATE KEY" + dashes,
  };
  for (const auto& secret : secrets) {
    INFO(secret);
    CHECK(find_secret(secret));
    CHECK(find_secret("x = '" + secret + "';"));
    const auto cleaned = redact_text("before " + secret);
    CHECK(cleaned.rules.size() == 1);
    CHECK(cleaned.text.find("[redacted]") != std::string::npos);
    CHECK(cleaned.text.rfind("before ", 0) == 0);
  }
  const std::vector<std::string> plain = {
      "",
      "AKIA",
      "AKIA" + repeat('q', 16),
      "xAKIA" + repeat('Q', 16),
      "ghp_short",
      "https://example.com:8080/a@b",
      "https://user:$PASSWORD@host/",
      "https://user:<password>@host/",
      "git@github.com:owner/project.git",
      "find '" + dashes + "BEGIN RSA PRIVATE KEY" + dashes + "' in it",
      dashes + "BEGIN PUBLIC KEY" + dashes + key_body,
      dashes + "BEGIN CERTIFICATE" + dashes + key_body,
      "sk-learn",
      "task-" + repeat('a', 60),
      "eyJhbGciOiJub25lIn0.only.two",
      "b3:" + repeat('0', 64),
      repeat('a', 10'000),
  };
  for (const auto& text : plain) {
    INFO(text.substr(0, 80));
    CHECK_FALSE(find_secret(text));
    CHECK(redact_text(text).text == text);
  }
}

TEST_CASE("a colour before a secret does not hide it", "[capture]") {
  const auto token = "ghp_" + repeat('a', 36);
  CHECK(redact_text("\x1b[1m" + token + "\x1b[0m").text == "\x1b[1m[redacted]\x1b[0m");
  CHECK(redact_text("\x1b[38;5;196m" + token).text == "\x1b[38;5;196m[redacted]");
  CHECK(redact_text("\x1b[K" + token).text == "\x1b[K[redacted]");
  CHECK(redact_text("[1m" + token).text == "[1m" + token);  // a word that goes on
}

TEST_CASE("what follows a secret is kept", "[capture]") {
  const auto token = "ghp_" + repeat('a', 36);
  const auto cleaned = redact_text("a " + token + " b " + token + " c");
  CHECK(cleaned.text == "a [redacted] b [redacted] c");
  CHECK(cleaned.rules.size() == 2);
  CHECK(redact_text("https://me:hunter2word@host/x?y").text == "https://me:[redacted]@host/x?y");
}

TEST_CASE("looking for secrets is linear whatever the text is", "[capture]") {
  // Each of these would be quadratic for a matcher that reads on from every start.
  const auto* piece = GENERATE("eyJ-", "://a:", "-----BEGIN ", "sk-ant-", "xoxb-a", "AKIA",
                               "-----BEGIN PRIVATE KEY-----", "eyJaaaaaaaaaaaa.");
  std::string text;
  while (text.size() < 4'000'000) text += piece;
  const auto start = std::clock();
  static_cast<void>(redact_text(text));
  // Seconds of slack for a slow machine; quadratic takes hours.
  CHECK((std::clock() - start) / CLOCKS_PER_SEC < 20);
}

TEST_CASE("secrets in a command line are replaced, and named by position and rule", "[capture]") {
  using Args = std::vector<std::string>;
  CHECK(shown({"train", "--token", "abc", "--lr", "1"}) ==
        Args{"train", "--token", "[redacted]", "--lr", "1"});
  CHECK(shown({"train", "--api-key=abc"}) == Args{"train", "--api-key=[redacted]"});
  CHECK(shown({"env", "DB_PASSWORD=abc", "x"}) == Args{"env", "DB_PASSWORD=[redacted]", "x"});
  CHECK(shown({"train", "--use-token", "--verbose"}) == Args{"train", "--use-token", "--verbose"});
  CHECK(shown({"train", "--url", "https://u:hunter2word@h/"}) ==
        Args{"train", "--url", "https://u:[redacted]@h/"});
  CHECK(shown({"train", "--pad-token", "<pad>"}) == Args{"train", "--pad-token", "<pad>"});
  CHECK(shown({"train", "--token"}) == Args{"train", "--token"});
  CHECK(shown({}).empty());

  const auto redacted = redact_arguments({"t", "--token", "a", "--password=b"});
  REQUIRE(redacted.redactions.size() == 2);
  CHECK(redacted.redactions[0].position == 2);
  CHECK(redacted.redactions[0].rule == "name says token");
  CHECK(redacted.redactions[1].position == 3);
}
