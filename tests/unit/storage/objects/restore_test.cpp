#include "objects/restore.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <iterator>

#include "objects/beneath.hpp"
#include "store_fixture.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/hash.hpp"

namespace {

using namespace track::storage;  // NOLINT: a test file
using track::Digest;
using track::Error;
using track::ErrorCode;
using track_test::TempDir;

/// A store that hands out whatever manifest it was given, as a hostile one could.
class HostileStore final : public ObjectStore {
 public:
  std::vector<TreeManifest> trees;  // the digest of a tree is its number

  static Digest number(std::uint8_t n) {
    Digest digest;
    digest.bytes[0] = n;
    return digest;
  }
  TreeManifest read_tree(const Digest& tree) const override { return trees.at(tree.bytes[0]); }
  void read(const Digest&,
            const std::function<void(std::span<const std::byte>)>& sink) const override {
    sink(track_test::text_of("evil"));
  }
  std::unique_ptr<ObjectWriter> begin() override { return nullptr; }
  std::optional<ObjectInfo> find(const Digest&) const override { return std::nullopt; }
  void restore_file(const Digest&, const std::filesystem::path&, mode_t, bool) const override {}
  void restore_tree(const Digest&, const std::filesystem::path&) const override {}
  track::VerifyReport verify(const VerifyOptions&) override { return {}; }
  track::GcReport gc(const std::function<DigestSet()>&, const GcOptions&) override { return {}; }
  void rebuild_index(const track::Progress&) override {}
  track::ObjectUsage usage() const override { return {}; }
  void list(const std::function<void(const ObjectInfo&)>&) const override {}
};

/// Restores trees[0] below `directory`; nothing may be left there or beside it on failure.
ErrorCode restore_failure(const HostileStore& store, const TempDir& directory) {
  const auto code = [&] {
    try {
      restore_tree(store, HostileStore::number(0), directory / "out");
    } catch (const Error& e) {
      return e.code();
    }
    return ErrorCode::usage;
  }();
  CHECK(std::filesystem::is_empty(directory.path()));
  return code;
}

TreeEntry symlink_entry(const std::string& name, const std::string& target) {
  return {name, EntryType::symlink, {}, target};
}

}  // namespace

TEST_CASE("links that leave the tree are refused and nothing is left", "[storage]") {
  const TempDir directory;
  for (const char* target : {"/etc/passwd", "..", "../x", "../../../../etc/passwd", "a/../../x"}) {
    INFO(target);
    HostileStore store;
    store.trees.push_back({{symlink_entry("l", target)}});
    CHECK(restore_failure(store, directory) == ErrorCode::refused);
  }
}

TEST_CASE("a link that leaves the tree through another link is refused", "[storage]") {
  const TempDir directory;
  HostileStore store;
  // Lexically "here/.." is the top; but "here" is the top, so that it is the parent of the top.
  store.trees.push_back({{symlink_entry("escape", "here/.."), symlink_entry("here", ".")}});
  CHECK(restore_failure(store, directory) == ErrorCode::refused);
}

TEST_CASE("a link that goes up from a real directory of the tree is restored", "[storage]") {
  const TempDir directory;
  HostileStore store;
  store.trees.push_back({{{"d", EntryType::directory, HostileStore::number(1), {}},
                          {"f", EntryType::file, {}, {}},
                          symlink_entry("same", "d/../f")}});
  store.trees.push_back({{symlink_entry("up", "../f")}});
  restore_tree(store, HostileStore::number(0), directory / "out");
  CHECK(read_text(directory / "out/same") == "evil");
  CHECK(read_text(directory / "out/d/up") == "evil");
}

TEST_CASE("a file below a link of the same name writes through nothing", "[storage]") {
  const TempDir directory;
  HostileStore store;
  store.trees.push_back(
      {{symlink_entry("d", "."), {"d", EntryType::directory, HostileStore::number(1), {}}}});
  store.trees.push_back({{{"f", EntryType::file, {}, {}}}});
  CHECK(restore_failure(store, directory) == ErrorCode::conflict);
}

TEST_CASE("a tree that holds itself ends in a refusal", "[storage]") {
  const TempDir directory;
  HostileStore store;
  store.trees.push_back({{{"d", EntryType::directory, HostileStore::number(0), {}}}});
  CHECK(restore_failure(store, directory) == ErrorCode::refused);
}

TEST_CASE("a tree whose names together are too long for the system is refused", "[storage]") {
  const TempDir directory;
  HostileStore store;
  store.trees.push_back(
      {{{std::string(255, 'x'), EntryType::directory, HostileStore::number(0), {}}}});
  CHECK(restore_failure(store, directory) == ErrorCode::refused);
}

TEST_CASE("a name opens beneath its directory and never through a link", "[storage]") {
  const TempDir directory;
  std::filesystem::create_directory(directory / "real");
  std::filesystem::create_symlink("/", directory / "root");
  std::filesystem::create_symlink("real", directory / "alias");
  const Fd top = open_file(directory.path(), O_RDONLY | O_DIRECTORY);
  CHECK(open_beneath(top.get(), "real", O_RDONLY | O_DIRECTORY, 0, "real"));
  for (const auto& name : {std::string("root"), std::string("alias"), std::string("absent")}) {
    INFO(name);
    CHECK_THROWS_AS(open_beneath(top.get(), name, O_RDONLY | O_DIRECTORY, 0, name), Error);
  }
}

TEST_CASE("what stands where a tree or file should go is left alone", "[storage]") {
  const TempDir directory;
  track_test::write_file(directory / "out/mine", track_test::text_of("mine"));
  HostileStore store;
  store.trees.push_back({{{"f", EntryType::file, {}, {}}}});
  CHECK_THROWS_AS(restore_tree(store, HostileStore::number(0), directory / "out"), Error);
  CHECK_THROWS_AS(restore_tree(store, HostileStore::number(0), directory / "out/mine"), Error);
  CHECK_THROWS_AS(restore_file(store, {}, directory / "out/mine", 0644, false), Error);
  CHECK(read_text(directory / "out/mine") == "mine");
  std::filesystem::create_symlink("out/mine", directory / "alias");
  restore_file(store, {}, directory / "alias", 0644, true);
  CHECK(read_text(directory / "out/mine") == "mine");  // the link was replaced, not followed
  CHECK(read_text(directory / "alias") == "evil");
}

TEST_CASE("only a file or a link is replaced by a file", "[storage]") {
  const TempDir directory;
  const HostileStore store;
  std::filesystem::create_directory(directory / "directory");
  REQUIRE(::mkfifo((directory / "fifo").c_str(), 0600) == 0);
  std::filesystem::create_symlink("fifo", directory / "link");
  for (const auto* name : {"directory", "fifo"}) {
    CAPTURE(name);
    try {
      restore_file(store, {}, directory / name, 0644, true);
      FAIL_CHECK("it was replaced");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::usage);
    }
  }
  CHECK(std::filesystem::is_directory(directory / "directory"));
  CHECK(std::filesystem::is_fifo(directory / "fifo"));
  restore_file(store, {}, directory / "link", 0644, true);
  CHECK(read_text(directory / "link") == "evil");
  CHECK(std::filesystem::is_fifo(directory / "fifo"));
  restore_file(store, {}, directory / "link", 0644, true);
  const auto left = std::filesystem::directory_iterator(directory.path());
  CHECK(std::distance(begin(left), end(left)) == 3);  // and nothing half made
}
