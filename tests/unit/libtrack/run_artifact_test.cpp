#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "run_fixture.hpp"
#include "track/storage/objects/object_store.hpp"

using namespace track::schemas;
using track::ArtifactKind;
using track::ArtifactState;
using track_test::RunStore;

namespace fs = std::filesystem;

namespace {

fs::path write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
  return path;
}

std::vector<track::ArtifactRecord> artifacts(const RunStore& store, const track::Run& run) {
  std::vector<track::ArtifactRecord> result;
  for (const auto& entry : store.read(run.id()).all<ArtifactEntry>())
    result.push_back(entry.record);
  return result;
}

std::string stored_text(const RunStore& store, const track::Digest& digest) {
  const auto objects = track::storage::open_object_store({store.root(), false});
  const auto bytes = objects->read_all(digest);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

TEST_CASE("an artifact is stored with its digest, and can be read back", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  run.log_artifact(write(store.path() / "model.bin", "weights"), {"model", ArtifactKind::model, 7});
  const auto records = artifacts(store, run);
  REQUIRE(records.size() == 1);
  const auto& record = records[0];
  CHECK(record.name == "model");
  CHECK(record.kind == ArtifactKind::model);
  CHECK(record.state == ArtifactState::stored);
  CHECK(record.step == 7);
  CHECK(record.size == 7);
  CHECK(record.sha256.size() == 64);
  REQUIRE(record.digest);
  CHECK(stored_text(store, *record.digest) == "weights");
  CHECK(run.finish().complete());
}

TEST_CASE("a name may be logged again, and a directory is a tree", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  const auto file = write(store.path() / "out" / "a.txt", "1");
  run.log_artifact(file);
  write(file, "2");
  run.log_artifact(file);
  run.log_artifact(store.path() / "out/");
  const auto records = artifacts(store, run);
  REQUIRE(records.size() == 3);
  CHECK(records[0].name == "a.txt");
  CHECK(records[0].sha256.empty());
  CHECK(records[0].digest != records[1].digest);
  CHECK(records[2].name == "out");
  CHECK(records[2].kind == ArtifactKind::tree);
  CHECK(records[2].is_tree);
}

TEST_CASE("only the digest is recorded where no bytes are wanted", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  track::ArtifactOptions options;
  options.store = false;
  run.log_artifact(write(store.path() / "big", "bytes"), options);
  const auto record = artifacts(store, run).at(0);
  CHECK(record.state == ArtifactState::digest_only);
  CHECK(record.digest);
  CHECK(run.finish().complete());
}

TEST_CASE("below the free-space floor the digest is kept, and the loss counted", "[run]") {
  RunStore store;
  const auto config = track::detail::read_store_config(store.root());
  track::detail::set_config(store.root(), "objects.free_space_floor", "0.99");
  auto run = track::start_run(store.options());
  run.log_artifact(write(store.path() / "model.bin", "weights"));
  run.use_dataset("train", write(store.path() / "data", "1"), {"", true});
  const auto record = artifacts(store, run).at(0);
  CHECK(record.state == ArtifactState::digest_only);
  CHECK(record.digest);
  CHECK(record.detail.find("cannot") != std::string::npos);
  CHECK(run.finish().losses.size() == 2);
  CHECK(store.warnings.size() == 1);
}

TEST_CASE("what cannot be read is a lost artifact", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  run.log_artifact(store.path() / "absent");
  const auto record = artifacts(store, run).at(0);
  CHECK(record.state == ArtifactState::lost);
  CHECK_FALSE(record.digest);
  CHECK_FALSE(record.detail.empty());
  CHECK(run.finish().losses.size() == 1);
}

TEST_CASE("a name that leads elsewhere is refused", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  const auto file = write(store.path() / "a", "1");
  for (const char* name :
       {"../x", "a/../b", "/etc/passwd", "a//b", "a/", "a\\b", ".", "a/./b", "\x01"}) {
    run.log_artifact(file, {name});
  }
  CHECK(artifacts(store, run).empty());
  CHECK(run.finish().losses.size() == 9);
}

TEST_CASE("a forked child's artifact is stored, too", "[run]") {
  RunStore store;
  auto run = start_idle(store);
  const auto file = write(store.path() / "a", "from the child");
  track_test::in_child([&] { run.log_artifact(file); });
  const auto record = artifacts(store, run).at(0);
  CHECK(record.state == ArtifactState::stored);
  CHECK(stored_text(store, record.digest.value()) == "from the child");
}

// A sanitizer does not give its allocator's locks back in a forked child.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a child forked while its parent stores objects can store its own", "[run]") {
  RunStore store;
  const auto file = write(store.path() / "a", "bytes");
  auto run = start_idle(store);
  std::atomic<bool> stop = false;
  std::thread parent([&] {
    while (!stop) run.use_dataset("d", file);
  });
  for (int i = 0; i < 20; ++i) {
    const int status = track_test::in_child([&] { run.log_artifact(file, {"child"}); });
    CHECK(status == 0);
  }
  stop = true;
  parent.join();
  const auto records = artifacts(store, run);
  CHECK(records.size() == 20);
  for (const auto& record : records) CHECK(record.state == ArtifactState::stored);
}
#endif

TEST_CASE("a dataset is recorded by its digest and looked at again as the run ends", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  const auto same = write(store.path() / "same.csv", "1,2");
  const auto touched = write(store.path() / "touched.csv", "1,2");
  const auto changed = write(store.path() / "changed.csv", "1,2");
  const auto gone = write(store.path() / "gone.csv", "1,2");
  write(store.path() / "tree" / "part", "x");
  for (const auto& path : {same, touched, changed, gone})
    run.use_dataset(path.stem().string(), path);
  run.use_dataset("tree", store.path() / "tree");
  write(touched, "1,2");
  write(changed, "1,3");
  fs::remove(gone);
  write(store.path() / "tree" / "another", "y");
  run.finish();
  std::map<std::string, track::DatasetRecord> last;
  for (const auto& entry : store.read(run.id()).all<DatasetEntry>())
    last[entry.record.name] = entry.record;
  CHECK(last.at("same").changed == false);
  CHECK(last.at("touched").changed == false);
  CHECK(last.at("changed").changed == true);
  CHECK(last.at("gone").changed == true);
  CHECK(last.at("tree").changed == true);
  CHECK(last.at("tree").is_tree);
  CHECK(last.at("tree").method == track::DigestMethod::manifest);
  CHECK(last.at("same").digest == last.at("changed").digest);  // as it was when it was used
  CHECK(last.at("same").sha256.size() == 64);
  CHECK(last.at("same").uri == same.string());
  CHECK_FALSE(last.at("same").stored);
}

TEST_CASE("a dataset's bytes are kept where that was asked for", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  run.use_dataset("d", write(store.path() / "d", "bytes"), {"s3://key:secret@bucket/d", true});
  const auto record = store.read(run.id()).all<DatasetEntry>().at(0).record;
  CHECK(record.stored);
  CHECK(record.uri == "s3://bucket/d");
  CHECK(stored_text(store, record.digest.value()) == "bytes");
}

TEST_CASE("a dataset that cannot be read is recorded without a digest", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  run.use_dataset("d", store.path() / "absent");
  run.declare_dataset("table", "postgres://me:pw@host/db?table=t", track::Digest{});
  const auto records = store.read(run.id()).all<DatasetEntry>();
  REQUIRE(records.size() == 2);
  CHECK_FALSE(records[0].record.digest);
  CHECK_FALSE(records[0].record.detail.empty());
  CHECK(records[1].record.method == track::DigestMethod::declared);
  CHECK(records[1].record.uri == "postgres://host/db?table=t");
  CHECK(run.finish().losses.size() == 1);
}
