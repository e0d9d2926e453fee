#include "diff/tree_diff.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "track_test/temp_dir.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

/// Two directories that are stored and compared.
class Trees {
 public:
  Trees() : objects_(storage::make_memory_object_store()) {
    fs::create_directories(left());
    fs::create_directories(right());
  }

  [[nodiscard]] fs::path left() const { return directory_ / "left"; }
  [[nodiscard]] fs::path right() const { return directory_ / "right"; }

  static void write(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  void both(const std::string& name, const std::string& text) const {
    write(left() / name, text);
    write(right() / name, text);
  }

  std::vector<DiffEntry> diff() {
    const auto writer = objects_->begin();
    const auto a = writer->add_tree(left()).digest;
    const auto b = writer->add_tree(right()).digest;
    writer->commit();
    std::vector<DiffEntry> entries;
    for (const auto& change : diff_trees(*objects_, a, b))
      entries.push_back(describe_change(*objects_, change));
    return entries;
  }

 private:
  track_test::TempDir directory_;
  std::unique_ptr<storage::ObjectStore> objects_;
};

using Catch::Contains;

}  // namespace

TEST_CASE("Equal trees have no differences", "[diff]") {
  Trees trees;
  trees.both("a/b/c.txt", "same");
  CHECK(trees.diff().empty());
}

TEST_CASE("Added, removed and changed files are named by their paths", "[diff]") {
  Trees trees;
  trees.both("same.txt", "same");
  Trees::write(trees.left() / "src/old.txt", "old\n");
  Trees::write(trees.right() / "src/new.txt", "new\n");
  Trees::write(trees.left() / "src/x.txt", "one\n");
  Trees::write(trees.right() / "src/x.txt", "two\n");
  const auto entries = trees.diff();
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].name == "src/new.txt");
  CHECK(entries[0].kind == ChangeKind::added);
  CHECK_FALSE(entries[0].left);
  CHECK(entries[1].name == "src/old.txt");
  CHECK(entries[1].kind == ChangeKind::removed);
  CHECK(entries[2].name == "src/x.txt");
  CHECK(entries[2].kind == ChangeKind::changed);
  CHECK_THAT(entries[2].detail, Contains("-one\n+two\n"));
}

TEST_CASE("A file under another name is one rename", "[diff]") {
  Trees trees;
  Trees::write(trees.left() / "a/old.txt", "content\n");
  Trees::write(trees.right() / "b/new.txt", "content\n");
  const auto entries = trees.diff();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].kind == ChangeKind::changed);
  CHECK(entries[0].left == Value("a/old.txt"));
  CHECK(entries[0].right == Value("b/new.txt"));
}

TEST_CASE("One removed file is renamed once, however often its bytes were added", "[diff]") {
  Trees trees;
  Trees::write(trees.left() / "old", "content\n");
  Trees::write(trees.right() / "new1", "content\n");
  Trees::write(trees.right() / "new2", "content\n");
  const auto entries = trees.diff();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].kind == ChangeKind::changed);
  CHECK(entries[1].kind == ChangeKind::added);
}

TEST_CASE("Two files that had the same bytes are both renamed or removed", "[diff]") {
  Trees trees;
  Trees::write(trees.left() / "old1", "content\n");
  Trees::write(trees.left() / "old2", "content\n");
  Trees::write(trees.right() / "new1", "content\n");
  Trees::write(trees.right() / "new2", "content\n");
  for (const auto& entry : trees.diff()) CHECK(entry.kind == ChangeKind::changed);
  CHECK(trees.diff().size() == 2);
}

TEST_CASE("A mode is a change of its own", "[diff]") {
  Trees trees;
  trees.both("run.sh", "echo\n");
  fs::permissions(trees.right() / "run.sh", fs::perms::owner_exec, fs::perm_options::add);
  const auto entries = trees.diff();
  REQUIRE(entries.size() == 1);
  CHECK_THAT(entries[0].detail, Contains("file became executable"));
}

TEST_CASE("Links are compared by where they point", "[diff]") {
  Trees trees;
  fs::create_symlink("here", trees.left() / "link");
  fs::create_symlink("there", trees.right() / "link");
  fs::create_symlink("same", trees.left() / "same");
  fs::create_symlink("same", trees.right() / "same");
  Trees::write(trees.left() / "turned", "x");
  fs::create_symlink("x", trees.right() / "turned");
  const auto entries = trees.diff();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].left == Value("here"));
  CHECK(entries[0].right == Value("there"));
  CHECK_THAT(entries[1].detail, Contains("file became link"));
}

TEST_CASE("Binary files are told by their sizes", "[diff]") {
  Trees trees;
  Trees::write(trees.left() / "x.bin", std::string("a\0b", 3));
  Trees::write(trees.right() / "x.bin", std::string("a\0bc", 4));
  const auto entries = trees.diff();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].detail == "binary, 3 bytes and 4 bytes");
}

TEST_CASE("A directory in place of a file is both", "[diff]") {
  Trees trees;
  Trees::write(trees.left() / "x", "file\n");
  Trees::write(trees.right() / "x/y", "below\n");
  const auto entries = trees.diff();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].kind != entries[1].kind);
}

TEST_CASE("What is too large to show is said so, not called binary", "[diff]") {
  Trees trees;
  Trees::write(trees.left() / "big.txt", std::string(2 << 20, 'a'));
  Trees::write(trees.right() / "big.txt", std::string(2 << 20, 'b'));
  const auto entries = trees.diff();
  REQUIRE(entries.size() == 1);
  CHECK_THAT(entries[0].detail, Contains("too large to show"));
}

}  // namespace track::detail
