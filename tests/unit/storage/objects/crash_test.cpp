#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <random>

#include <catch2/catch.hpp>

#include "objects/lease.hpp"
#include "store_fixture.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/hash.hpp"

// Processes that store and collect garbage are killed at random moments; what they acknowledged
// must be there. They are started by exec, because a forked child alone leaves the index alone.

namespace {

using namespace track::storage;  // NOLINT: a test file
using track_test::noise;
using track_test::StoreFixture;

constexpr unsigned k_kills = 20;
constexpr const char* k_store_variable = "TRACK_TEST_CRASH_STORE";
constexpr const char* k_seed_variable = "TRACK_TEST_CRASH_SEED";

StoreLayout layout_of(const char* root) {
  StoreLayout layout;
  layout.root = root;
  return layout;
}

/// What the child stores in its n-th commit: some of it its own, some shared by all.
std::vector<track_test::Bytes> pieces(std::uint64_t seed, unsigned commit) {
  return {noise(30'000 + 1000 * (commit % 7), seed * 1000 + commit),
          noise(200'000, 7 + commit % 3)};
}

pid_t start_child(const std::filesystem::path& store, std::uint64_t seed, int acknowledge) {
  const auto root = store.string();
  const auto number = std::to_string(seed);
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::dup2(acknowledge, STDOUT_FILENO);
  ::setenv(k_store_variable, root.c_str(), 1);
  ::setenv(k_seed_variable, number.c_str(), 1);
  ::execl("/proc/self/exe", "unit_objects", "[.crash-child]", static_cast<char*>(nullptr));
  ::_exit(127);
}

/// How many commits the child told of before it ended.
unsigned count_acknowledged(int pipe_end) {
  unsigned commits = 0;
  char buffer[256];
  for (;;) {
    const auto got = ::read(pipe_end, buffer, sizeof buffer);
    if (got <= 0) return commits;
    commits += static_cast<unsigned>(std::count(buffer, buffer + got, '+'));
  }
}

}  // namespace

TEST_CASE("a process that stores until it is killed", "[.crash-child]") {
  const char* root = std::getenv(k_store_variable);
  REQUIRE(root != nullptr);
  const auto seed = std::strtoull(std::getenv(k_seed_variable), nullptr, 10);
  ObjectStoreOptions options;
  options.free_space_floor = 0;
  const auto store = open_object_store(layout_of(root), options);
  DigestSet named;
  for (unsigned commit = 0; commit < 100'000; ++commit) {
    {
      const auto writer = store->begin();
      for (const auto& bytes : pieces(seed, commit)) named.insert(writer->add_bytes(bytes).digest);
      writer->commit();
      REQUIRE(::write(STDOUT_FILENO, "+", 1) == 1);
    }
    if (commit % 4 != 3) continue;
    // Everybody's objects are named, as far as this process knows: it collects only scraps.
    DigestSet all = named;
    store->list([&](const ObjectInfo& info) { all.insert(info.digest); });
    GcOptions now;
    now.grace_ms = 0;
    (void)store->gc([&] { return all; }, now);
  }
}

TEST_CASE("processes killed while they store and collect garbage lose nothing acknowledged",
          "[storage]") {
  const StoreFixture fixture;
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  (void)fixture.open();
  std::vector<std::pair<std::uint64_t, unsigned>> acknowledged;
  unsigned commits = 0;
  for (unsigned kill = 0; kill < k_kills; ++kill) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = start_child(fixture.layout.root, kill + 1, ends[1]);
    REQUIRE(child > 0);
    ::close(ends[1]);
    // Until it has stored something, then a random while longer: a kill has to hit work.
    char first = 0;
    while (first != '+' && ::read(ends[0], &first, 1) == 1) {
    }
    ::usleep(static_cast<useconds_t>(random() % 40'000));
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    acknowledged.emplace_back(kill + 1, 1 + count_acknowledged(ends[0]));
    commits += acknowledged.back().second;
    ::close(ends[0]);
  }
  CHECK(commits >= k_kills);
  CHECK(live_leases(fixture.layout).empty());
  const auto check_all = [&](const ObjectStore& store) {
    for (const auto& [child, count] : acknowledged) {
      for (unsigned commit = 0; commit < count; ++commit) {
        for (const auto& bytes : pieces(child, commit)) {
          REQUIRE(store.read_all(blake3(bytes)) == bytes);
        }
      }
    }
  };
  const auto store = fixture.open();
  check_all(*store);
  VerifyOptions options;
  options.data = true;
  CHECK(store->verify(options).findings.empty());
  store->rebuild_index({});
  check_all(*store);
}
