#include "objects/link_target.hpp"

#include <catch2/catch.hpp>

using track::storage::judge_link;
using track::storage::LinkTarget;

TEST_CASE("a link that stays in its tree is told from one that leaves it", "[storage]") {
  CHECK(judge_link("a", 0) == LinkTarget::stays);
  CHECK(judge_link("./a//b", 0) == LinkTarget::stays);
  CHECK(judge_link("../a", 1) == LinkTarget::stays);
  CHECK(judge_link("../../a/b", 2) == LinkTarget::stays);
  CHECK(judge_link("..", 1) == LinkTarget::stays);
  CHECK(judge_link(".", 0) == LinkTarget::stays);

  CHECK(judge_link("", 0) == LinkTarget::leaves);
  CHECK(judge_link("/etc/passwd", 3) == LinkTarget::leaves);
  CHECK(judge_link("..", 0) == LinkTarget::leaves);
  CHECK(judge_link("../../a", 1) == LinkTarget::leaves);
  CHECK(judge_link("a/../../b", 0) == LinkTarget::leaves);

  CHECK(judge_link("a/..", 0) == LinkTarget::doubtful);
  CHECK(judge_link("../a/../b", 1) == LinkTarget::doubtful);
}
