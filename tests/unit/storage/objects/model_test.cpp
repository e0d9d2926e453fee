#include <random>

#include <catch2/catch.hpp>

#include "store_fixture.hpp"
#include "track/schemas/error.hpp"

// Random sequences of operations must give the same answers on packs as in memory.

namespace {

using namespace track::storage;  // NOLINT: a test file
using track::Digest;
using track_test::noise;
using track_test::StoreFixture;

class Model {
 public:
  explicit Model(std::uint64_t seed)
      : random_(seed), memory_(make_memory_object_store()), packs_(fixture_.open()) {}

  void step() {
    switch (random_() % 8) {
      case 0:
      case 1:
      case 2:
        write();
        break;
      case 3:
        collect();
        break;
      case 4:
        packs_ = fixture_.open();
        break;
      case 5:
        packs_->rebuild_index({});
        forget_resurrected();
        break;
      case 6:
        packs_.reset();
        fixture_.remove_index();
        packs_ = fixture_.open();
        forget_resurrected();
        break;
      default:
        break;
    }
    compare();
  }

 private:
  /// A commit of some files and perhaps a directory of what is known; one in four is given up.
  void write() {
    const auto a = memory_->begin();
    const auto b = packs_->begin();
    for (auto files = random_() % 4; files > 0; --files) {
      const auto bytes = noise(sizes_[random_() % sizes_.size()], random_() % 12);
      const auto info = a->add_bytes(bytes);
      REQUIRE(b->add_bytes(bytes).digest == info.digest);
      known_.insert(info.digest);
    }
    TreeManifest manifest;
    for (const auto& id : known_) {
      const auto stored = memory_->find(id);
      if (!stored || random_() % 3 != 0) continue;
      manifest.entries.push_back({"e" + std::to_string(manifest.entries.size()),
                                  stored->is_tree ? EntryType::directory : EntryType::file,
                                  id,
                                  {}});
    }
    const auto tree = a->add_manifest(manifest);
    const auto same = b->add_manifest(manifest);
    REQUIRE(same.digest == tree.digest);
    REQUIRE(same.size == tree.size);
    REQUIRE(same.files == tree.files);
    known_.insert(tree.digest);
    if (random_() % 4 == 0) return;
    a->commit();
    b->commit();
  }

  void collect() {
    DigestSet roots;
    for (const auto& id : known_) {
      if (random_() % 2 == 0) roots.insert(id);
    }
    GcOptions now;
    now.grace_ms = 0;
    const auto in_memory = memory_->gc([&] { return roots; }, now);
    const auto in_packs = packs_->gc([&] { return roots; }, now);
    CHECK(in_packs.swept == in_memory.swept);
    CHECK(in_packs.kept == in_memory.kept);
  }

  /// A new index knows again what gc swept from packs that live on; the next gc takes it.
  void forget_resurrected() {
    DigestSet roots;
    memory_->list([&](const ObjectInfo& info) { roots.insert(info.digest); });
    GcOptions now;
    now.grace_ms = 0;
    CHECK(packs_->gc([&] { return roots; }, now).kept == roots.size());
  }

  void compare() {
    for (const auto& id : known_) {
      const auto a = memory_->find(id);
      const auto b = packs_->find(id);
      REQUIRE(a.has_value() == b.has_value());
      if (!a) continue;
      REQUIRE(a->size == b->size);
      REQUIRE(a->files == b->files);
      REQUIRE(a->is_tree == b->is_tree);
      if (a->is_tree) {
        REQUIRE(tree_digest(packs_->read_tree(id)) == id);
      } else if (random_() % 8 == 0) {
        REQUIRE(packs_->read_all(id) == memory_->read_all(id));
      }
    }
    REQUIRE(packs_->usage().objects == memory_->usage().objects);
  }

  const std::vector<std::size_t> sizes_ = {0, 1, 1000, 65'536, 65'537, 300'000};
  std::mt19937_64 random_;
  StoreFixture fixture_;
  std::unique_ptr<ObjectStore> memory_;
  std::unique_ptr<ObjectStore> packs_;
  DigestSet known_;
};

}  // namespace

TEST_CASE("random operations give the same answers on packs as in memory", "[storage]") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  Model model(seed);
  for (int step = 0; step < 60; ++step) model.step();
  SUCCEED("all steps agreed");
}
