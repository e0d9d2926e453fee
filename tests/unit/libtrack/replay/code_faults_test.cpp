#include "replay/code_faults.hpp"

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

namespace track::detail {
namespace {

const Digest k_bytes = *Digest::parse("b3:" + std::string(64, '1'));
const Digest k_other = *Digest::parse("b3:" + std::string(64, '2'));

ListedPath torn(std::string path, std::string file_class = "untracked") {
  ListedPath listed;
  listed.path = std::move(path);
  listed.file_class = std::move(file_class);
  listed.digest = k_bytes;
  listed.torn = true;
  return listed;
}

ListedPath skipped(std::string path, std::string why, bool by_choice = false) {
  ListedPath listed;
  listed.path = std::move(path);
  listed.file_class = "skipped";
  listed.why = std::move(why);
  listed.by_choice = by_choice;
  return listed;
}

ArtifactRecord logged(std::string path, const Digest& digest) {
  ArtifactRecord artifact;
  artifact.path = std::move(path);
  artifact.digest = digest;
  return artifact;
}

std::size_t outputs(const ListedPath& listed, const ArtifactRecord& artifact,
                    const std::string& dataset = "/elsewhere") {
  RunDetails original;
  original.artifacts = {artifact};
  original.datasets.emplace_back().uri = dataset;
  const auto faults = find_code_faults({listed}, original, "/code", "sub");
  CHECK(faults.outputs.size() + faults.torn.size() == 1);
  return faults.outputs.size();
}

}  // namespace

TEST_CASE("a torn file is an output only where the run logged its bytes by its path", "[replay]") {
  CHECK(outputs(torn("sub/out"), logged("out", k_bytes)) == 1);
  CHECK(outputs(torn("sub/out", "plain"), logged("./out", k_bytes)) == 1);
  CHECK(outputs(torn("out"), logged("/code/out", k_bytes)) == 1);
  CHECK(outputs(torn("out"), logged("../out", k_bytes)) == 1);
  CHECK(outputs(torn("out"), logged("out", k_bytes)) == 0);
  CHECK(outputs(torn("sub/out"), logged("out", k_other)) == 0);
  CHECK(outputs(torn("sub/out"), logged("", k_bytes)) == 0);
  CHECK(outputs(torn("sub/out"), logged("out", k_bytes), "out") == 0);  // read, too
  CHECK(outputs(torn("sub/out", "modified"), logged("out", k_bytes)) == 0);
}

TEST_CASE("what was left out by choice is no fault", "[replay]") {
  const auto faults = find_code_faults({skipped("a", "named by .trackignore", true),
                                        skipped("b", "larger than the limit for one file")},
                                       RunDetails(), "/code", ".");
  REQUIRE(faults.left_out.size() == 1);
  CHECK(faults.left_out[0].path == "b");
}

TEST_CASE("files left out are named with their reasons and what to do", "[replay]") {
  CHECK(describe_left_out({skipped("key.pem", "secret: private key")}) ==
        "'key.pem' (secret: private key); keep a secret in a variable or outside of the code, or "
        "name its file in .trackignore");
  const std::string large = "larger than the limit for one file";
  const auto text =
      describe_left_out({skipped("a", large), skipped("b", large), skipped("c", large),
                         skipped("d", large), skipped("e", large)});
  CHECK_THAT(text, Catch::StartsWith("'a' (" + large + "), 'b' (" + large + "), 'c' (" + large +
                                     ") and 2 more; "));
  CHECK_THAT(text, Catch::Contains("code.file_limit"));
  CHECK_THAT(describe_left_out({skipped("a", "Permission denied")}),
             Catch::Contains(".trackignore"));
}

TEST_CASE("torn files are named with what to do", "[replay]") {
  CHECK(describe_torn({torn("a"), torn("b"), torn("c"), torn("d\n")}) ==
        "'a', 'b', 'c' and 1 more; let outputs go outside of the code or name them in "
        ".trackignore");
  CHECK(describe_torn({torn("train.py", "modified")}) ==
        "'train.py'; leave what git tracks alone while a run starts");
}

}  // namespace track::detail
