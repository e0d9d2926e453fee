#include "objects/packed_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>

#include "objects/lease.hpp"
#include "store_fixture.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/hash.hpp"

// What the packs and their index owe beyond the contract of ObjectStore.

namespace {

using namespace track::storage;  // NOLINT: a test file
using track::Digest;
using track::Error;
using track::ErrorCode;
using track::VerifyReport;
using track_test::Bytes;
using track_test::flip_byte;
using track_test::noise;
using track_test::store_bytes;
using track_test::StoreFixture;

template <typename Body>
ErrorCode code_of(Body&& body) {
  try {
    body();
  } catch (const Error& e) {
    return e.code();
  }
  FAIL("nothing was thrown");
  return ErrorCode::io;
}

VerifyReport verify_data(ObjectStore& store) {
  VerifyOptions options;
  options.data = true;
  return store.verify(options);
}

std::string problems(const VerifyReport& report) {
  std::string all;
  for (const auto& finding : report.findings) all += finding.path + ": " + finding.problem + "\n";
  return all;
}

/// Everything that list() tells, in an order of its own.
std::vector<std::string> contents(const ObjectStore& store) {
  std::vector<std::string> lines;
  store.list([&](const ObjectInfo& info) {
    lines.push_back(info.digest.hex() + " " + std::to_string(info.size) + " " +
                    std::to_string(info.files) + (info.is_tree ? " tree" : " file"));
  });
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// Files, a tree, duplicates: what a store may hold.
Digest fill(const StoreFixture& fixture, ObjectStore& store) {
  const auto source = fixture.directory / "source";
  track_test::write_file(source / "a/text", track_test::text_of("some text\n"));
  track_test::write_file(source / "a/big", noise(700'000, 11));
  track_test::write_file(source / "b/same", track_test::text_of("some text\n"));
  const auto writer = store.begin();
  const auto info = writer->add_tree(source);
  writer->commit();
  store_bytes(store, noise(300'000, 12));
  return info.digest;
}

/// What threads could not do, for the thread that may check it.
class Failures {
 public:
  void add(const std::string& what) {
    const std::lock_guard lock(mutex_);
    all_ += what + "\n";
  }
  [[nodiscard]] std::string all() {
    const std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  std::mutex mutex_;
  std::string all_;
};

/// A row in the state in which a store that was opened knows it.
bool is_condemned(const StoreFixture& fixture, const Digest& file) {
  const auto index = Index::open(fixture.index(), 0600, true);
  const auto row = index.find(RecordKind::file, file);
  REQUIRE(row);
  return row->condemned.has_value();
}

}  // namespace

TEST_CASE("an index that was deleted is made anew from the packs", "[storage]") {
  const StoreFixture fixture;
  const auto tree = fill(fixture, *fixture.open());
  const auto before = contents(*fixture.open());
  REQUIRE(before.size() == 6);
  fixture.remove_index();
  const auto store = fixture.open();
  CHECK(contents(*store) == before);
  store->restore_tree(tree, fixture.directory / "copy");
  CHECK(read_file(fixture.directory / "copy/a/big") == noise(700'000, 11));
  CHECK(problems(verify_data(*store)) == "");
}

TEST_CASE("rebuilding the index changes nothing that can be asked", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  fill(fixture, *store);
  const auto before = contents(*store);
  const auto usage = store->usage();
  store->rebuild_index({});
  CHECK(contents(*store) == before);
  CHECK(store->usage().chunks == usage.chunks);
  CHECK(store->usage().stored_bytes == usage.stored_bytes);
  CHECK(contents(*fixture.open()) == before);
}

TEST_CASE("an index that is no database keeps nobody from reading or storing", "[storage]") {
  const StoreFixture fixture;
  fill(fixture, *fixture.open());
  const auto before = contents(*fixture.open());
  fixture.remove_index();
  track_test::write_file(fixture.index(), noise(20'000));

  const auto store = fixture.open();
  CHECK(contents(*store) == before);
  const auto more = store_bytes(*store, noise(100'000, 13));
  CHECK(store->read_all(more.digest) == noise(100'000, 13));
  CHECK_FALSE(store->verify({}).findings.empty());
  CHECK(code_of([&] { (void)store->gc([] { return DigestSet(); }, {}); }) == ErrorCode::busy);

  store->rebuild_index({});
  CHECK(store->verify({}).findings.empty());
  CHECK(contents(*fixture.open()).size() == before.size() + 1);
}

TEST_CASE("an index of a newer version is left alone", "[storage]") {
  const StoreFixture fixture;
  fill(fixture, *fixture.open());
  // The version stands at byte 60 of an SQLite file, big-endian.
  for (const char* suffix : {"-wal", "-shm"}) {
    std::filesystem::remove(fixture.index().string() + suffix);
  }
  const Fd file = open_file(fixture.index(), O_RDWR);
  const unsigned char newer[4] = {0, 0, 0, 99};
  REQUIRE(::pwrite(file.get(), newer, sizeof newer, 60) == 4);
  CHECK(code_of([&] { (void)fixture.open(); }) == ErrorCode::unsupported);
}

TEST_CASE("a store that may only be read is read, with and without its index", "[storage]") {
  StoreFixture fixture;
  const auto tree = fill(fixture, *fixture.open());
  const auto before = contents(*fixture.open());
  fixture.options.read_only = true;
  CHECK(contents(*fixture.open()) == before);
  fixture.remove_index();
  const auto store = fixture.open();
  CHECK(contents(*store) == before);
  CHECK_FALSE(std::filesystem::exists(fixture.index()));
  CHECK(store->read_tree(tree).entries.size() == 2);
  CHECK(code_of([&] { (void)store->begin(); }) == ErrorCode::permission);
  CHECK(code_of([&] { store->rebuild_index({}); }) == ErrorCode::permission);
}

TEST_CASE("a flipped byte anywhere in a pack is found, and never read as data", "[storage]") {
  const StoreFixture fixture;
  const auto bytes = noise(150'000, 21);
  const auto info = store_bytes(*fixture.open(), bytes);
  REQUIRE(fixture.packs().size() == 1);
  const auto pack = fixture.packs().front();
  const auto size = stat_entry(pack)->size;
  const auto original = read_file(pack);
  for (std::uint64_t at = 0; at < size; at += size / 40) {
    INFO("byte " << at << " of " << size);
    flip_byte(pack, at);
    {
      auto options = fixture.options;
      options.read_only = true;  // found, not yet moved away
      const auto store = open_object_store(fixture.layout, options);
      CHECK_FALSE(verify_data(*store).findings.empty());
      Bytes seen = bytes;
      try {
        seen = store->read_all(info.digest);
      } catch (const Error& e) {
        CHECK(e.code() == ErrorCode::corrupt);
      }
      CHECK(seen == bytes);
    }
    flip_byte(pack, at);
  }
  CHECK(read_file(pack) == original);
  CHECK(verify_data(*fixture.open()).findings.empty());
}

TEST_CASE("damage is named with what it hurts, put in quarantine, and healed by storing again",
          "[storage]") {
  const StoreFixture fixture;
  auto store = fixture.open();
  const auto tree = fill(fixture, *store);
  const auto big = store_bytes(*store, noise(700'000, 11)).digest;
  const auto other = store_bytes(*store, noise(300'000, 12)).digest;
  std::filesystem::path damaged;
  for (const auto& pack : fixture.packs()) {
    if (stat_entry(pack)->size > 600'000) damaged = pack;
  }
  REQUIRE_FALSE(damaged.empty());
  flip_byte(damaged, 400'000);

  store = fixture.open();
  CHECK(code_of([&] { (void)store->read_all(big); }) == ErrorCode::corrupt);
  const auto report = verify_data(*store);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings.front().path == damaged.string());
  const auto& hurt = report.findings.front().objects;
  CHECK(std::count(hurt.begin(), hurt.end(), big) == 1);
  CHECK(std::count(hurt.begin(), hurt.end(), tree) == 1);
  CHECK(std::count(hurt.begin(), hurt.end(), other) == 0);

  CHECK_FALSE(std::filesystem::exists(damaged));
  CHECK(std::filesystem::exists(fixture.layout.objects() / "quarantine" / damaged.filename()));
  CHECK_FALSE(store->verify({}).findings.empty());  // what it hurt is still hurt
  CHECK(read_text(fixture.directory / "source/a/text") == "some text\n");

  CHECK(store_bytes(*store, noise(700'000, 11)).new_bytes > 0);
  CHECK(store->read_all(big) == noise(700'000, 11));
  CHECK(problems(verify_data(*store)) == "");
  store->restore_tree(tree, fixture.directory / "copy");
}

TEST_CASE("a pack that vanished is named, and storing its bytes again heals it", "[storage]") {
  const StoreFixture fixture;
  const auto info = store_bytes(*fixture.open(), noise(100'000, 31));
  std::filesystem::remove(fixture.packs().front());
  const auto store = fixture.open();
  CHECK(code_of([&] { (void)store->read_all(info.digest); }) == ErrorCode::corrupt);
  const auto report = store->verify({});
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings.front().objects == std::vector<Digest>{info.digest});
  CHECK(store_bytes(*store, noise(100'000, 31)).new_bytes > 0);
  CHECK(store->read_all(info.digest) == noise(100'000, 31));
}

TEST_CASE("a verify that runs out of time says so, and goes on elsewhere next time", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  store_bytes(*store, noise(1000, 35));
  store_bytes(*store, noise(1000, 36));
  VerifyOptions options;
  options.data = true;
  options.max_duration_ms = 0;
  const auto none = store->verify(options);
  CHECK_FALSE(none.complete);
  CHECK(none.packs == 0);
  unsigned packs = 0;
  options.max_duration_ms = 60'000;
  options.progress = [&](std::string_view, std::uint64_t, std::uint64_t) { return ++packs < 2; };
  CHECK(code_of([&] { (void)store->verify(options); }) == ErrorCode::inconclusive);
  CHECK(Index::open(fixture.index(), 0600, true).packs().size() == 2);
}

TEST_CASE("a torn pack gives what is whole in it", "[storage]") {
  const StoreFixture fixture;
  const auto first = store_bytes(*fixture.open(), noise(1000, 41));
  const auto pack = fixture.packs().front();
  auto bytes = read_file(pack);
  std::filesystem::remove(pack);
  bytes.resize(bytes.size() - 40);  // in its footer
  track_test::write_file(pack, bytes);
  fixture.remove_index();
  const auto store = fixture.open();
  CHECK(store->read_all(first.digest) == noise(1000, 41));
  CHECK(store->verify({}).findings.size() == 1);
}

TEST_CASE("a file that names chunks that are nowhere is not taken for stored", "[storage]") {
  const StoreFixture fixture;
  const auto bytes = noise(500'000, 51);
  {
    const auto store = fixture.open();
    store_bytes(*store, std::span(bytes).first(250'000));
    store_bytes(*store, bytes);
  }
  const auto packs = fixture.packs();
  REQUIRE(packs.size() == 2);
  const auto larger = stat_entry(packs[0])->size > stat_entry(packs[1])->size ? packs[0] : packs[1];
  const auto smaller = larger == packs[0] ? packs[1] : packs[0];
  std::filesystem::remove(smaller == larger ? packs[1] : smaller);
  fixture.remove_index();
  const auto store = fixture.open();
  const auto whole = store->find(blake3(bytes));
  if (whole) {
    CHECK(store->read_all(whole->digest) == bytes);
  } else {
    CHECK(store_bytes(*store, bytes).new_bytes > 0);
    CHECK(store->read_all(blake3(bytes)) == bytes);
  }
}

TEST_CASE("a piece of a file that changed stores little more than itself", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  auto bytes = noise(16UL << 20, 61);
  store_bytes(*store, bytes);
  const auto changed = noise(1UL << 20, 62);
  std::copy(changed.begin(), changed.end(), bytes.begin() + (11 << 20));
  const auto again = store_bytes(*store, bytes);
  CHECK(again.new_bytes >= changed.size());
  CHECK(again.new_bytes < changed.size() + (600UL << 10));
}

TEST_CASE("the stat cache spares reading what did not change, and rehash reads it", "[storage]") {
  const StoreFixture fixture;
  const auto path = fixture.directory / "file";
  track_test::write_file(path, noise(200'000, 71));
  const auto entry = stat_entry(path);
  REQUIRE(entry);
  // What the cache would learn once the file has been left alone for two seconds.
  const auto lie = store_bytes(*fixture.open(), track_test::text_of("something else"));
  {
    auto index = Index::open(fixture.index(), 0600, false);
    index.put_stat({{entry->device, entry->inode, entry->size, entry->mtime_ns, entry->ctime_ns},
                    lie.digest,
                    {}});
  }
  const auto store = fixture.open();
  CHECK(store->begin()->add_file(path).digest == lie.digest);
  AddOptions options;
  options.rehash = true;
  CHECK(store->begin()->add_file(path, options).digest == blake3(noise(200'000, 71)));
  track_test::write_file(path, noise(200'000, 72));
  CHECK(store->begin()->add_file(path).digest == blake3(noise(200'000, 72)));
}

TEST_CASE("a file that was changed just now is not cached", "[storage]") {
  const StoreFixture fixture;
  const auto path = fixture.directory / "file";
  track_test::write_file(path, noise(1000, 73));
  const auto store = fixture.open();
  const auto writer = store->begin();
  writer->add_file(path);
  writer->commit();
  const auto entry = stat_entry(path);
  const auto index = Index::open(fixture.index(), 0600, true);
  CHECK_FALSE(index.find_stat(
      {entry->device, entry->inode, entry->size, entry->mtime_ns, entry->ctime_ns}));
}

TEST_CASE("the store never captures itself", "[storage]") {
  const StoreFixture fixture;
  track_test::write_file(fixture.directory / "mine", track_test::text_of("mine"));
  const auto store = fixture.open();
  const auto writer = store->begin();
  CHECK(writer->add_tree(fixture.directory.path()).files == 1);
  CHECK(code_of([&] { writer->add_file(fixture.index()); }) == ErrorCode::refused);
  CHECK(code_of([&] { writer->add_tree(fixture.layout.objects()); }) == ErrorCode::refused);
}

TEST_CASE("a FIFO is refused without waiting for its writer, and passed over in a tree",
          "[storage]") {
  const StoreFixture fixture;
  track_test::write_file(fixture.directory / "source/file", track_test::text_of("x"));
  REQUIRE(::mkfifo((fixture.directory / "source/fifo").c_str(), 0600) == 0);
  const auto store = fixture.open();
  const auto writer = store->begin();
  CHECK(code_of([&] { writer->add_file(fixture.directory / "source/fifo"); }) == ErrorCode::usage);
  CHECK(writer->add_tree(fixture.directory / "source").files == 1);
}

TEST_CASE("below the free-space floor bytes are refused and nothing is left", "[storage]") {
  StoreFixture fixture;
  fixture.options.free_space_floor = 1.0;
  const auto store = fixture.open();
  const auto writer = store->begin();
  CHECK(code_of([&] { writer->add_bytes(noise(1000)); }) == ErrorCode::no_space);
  CHECK(code_of([&] { writer->commit(); }) == ErrorCode::io);
  CHECK(fixture.packs().empty());
}

TEST_CASE("gc removes packs of nothing, and rewrites those of little", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  auto writer = store->begin();
  const auto kept = writer->add_bytes(noise(300'000, 81)).digest;
  writer->add_bytes(noise(3'000'000, 82));
  writer->commit();
  writer.reset();
  store_bytes(*store, noise(400'000, 83));
  REQUIRE(fixture.packs().size() == 2);
  GcOptions now;
  now.grace_ms = 0;
  const auto report = store->gc([&] { return DigestSet{kept}; }, now);
  CHECK(report.swept == 2);
  CHECK(report.freed_bytes > 3'300'000);
  REQUIRE(fixture.packs().size() == 1);
  CHECK(stat_entry(fixture.packs().front())->size < 400'000);
  CHECK(store->read_all(kept) == noise(300'000, 81));
  CHECK(problems(verify_data(*store)) == "");
  fixture.remove_index();
  CHECK(fixture.open()->read_all(kept) == noise(300'000, 81));
}

TEST_CASE("a reference written while gc looks for garbage keeps its object", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  const auto digest = store_bytes(*store, noise(100'000, 84)).digest;
  GcOptions now;
  now.grace_ms = 0;
  int asked = 0;
  // Nothing names it when gc marks; by the time it sweeps, somebody does.
  const auto report =
      store->gc([&] { return ++asked == 1 ? DigestSet() : DigestSet{digest}; }, now);
  CHECK(asked == 2);
  CHECK(report.swept == 0);
  CHECK(store->read_all(digest) == noise(100'000, 84));
  CHECK_FALSE(is_condemned(fixture, digest));
}

TEST_CASE("storing what was condemned brings it back, whatever gc does then", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  const auto digest = store_bytes(*store, noise(100'000, 85)).digest;
  GcOptions later;
  later.grace_ms = 1'000'000;
  CHECK(store->gc([] { return DigestSet(); }, later).condemned == 1);
  CHECK(is_condemned(fixture, digest));

  const auto other = fixture.open();
  const auto writer = other->begin();
  writer->add_bytes(noise(100'000, 85));
  GcOptions now;
  now.grace_ms = 0;
  const auto swept = store->gc([] { return DigestSet(); }, now).swept;
  writer->commit();  // swept or not: the bytes are there again
  CHECK(swept == 1);
  CHECK_FALSE(is_condemned(fixture, digest));
  CHECK(other->read_all(digest) == noise(100'000, 85));
}

TEST_CASE("what a dead writer left in tmp goes with gc, what a live one has stays", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  const auto tmp = fixture.layout.objects() / "tmp";
  track_test::write_file(tmp / "0123456789abcdef.left.pack", noise(1000));
  const auto writer = store->begin();
  writer->add_bytes(noise(100));
  (void)store->gc([] { return DigestSet(); }, {});
  std::size_t left = 0;
  walk(tmp, [&](const WalkEntry&) { return ++left > 0; });
  CHECK(left == 1);
  writer->commit();
}

TEST_CASE("a lease lives as long as its holder, and not in its forked children", "[storage]") {
  const StoreFixture fixture;
  int pipe_ends[2];
  REQUIRE(::pipe(pipe_ends) == 0);
  pid_t child = -1;
  {
    const Lease lease(fixture.layout, 5);
    const auto live = live_leases(fixture.layout);
    REQUIRE(live.size() == 1);
    CHECK(live.front().epoch == 5);
    CHECK(live.front().name == lease.name());
    child = ::fork();
    if (child == 0) {
      char byte = 0;
      ::close(pipe_ends[1]);
      (void)!::read(pipe_ends[0], &byte, 1);  // until the parent lets go
      ::_exit(0);
    }
  }
  CHECK(live_leases(fixture.layout).empty());
  ::close(pipe_ends[1]);
  ::close(pipe_ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
}

TEST_CASE("a writer that was killed loses its lease", "[storage]") {
  const StoreFixture fixture;
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const Lease lease(fixture.layout, 1);
    (void)!::write(ready[1], "x", 1);
    for (;;) ::pause();
  }
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  CHECK(live_leases(fixture.layout).size() == 1);
  ::kill(child, SIGKILL);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(live_leases(fixture.layout).empty());
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_CASE("a forked child may not use its parent's store, but stores by one of its own",
          "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  store_bytes(*store, noise(1000, 90));
  const pid_t child = ::fork();
  if (child == 0) {
    int failures = 0;
    try {
      (void)store->find(Digest{});
      ++failures;
    } catch (const Error& e) {
      failures += e.code() == ErrorCode::usage ? 0 : 1;
    }
    try {
      const auto own = fixture.open();
      store_bytes(*own, noise(200'000, 91));
    } catch (const Error&) {
      failures += 2;
    }
    ::_exit(failures);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  // The child's pack is in no index; asking for what is in it finds it.
  CHECK(store->read_all(blake3(noise(200'000, 91))) == noise(200'000, 91));
}

TEST_CASE("an index locked for long does not keep a writer from storing", "[storage]") {
  const StoreFixture fixture;
  const auto store = fixture.open();
  const auto old = noise(400'000, 92);
  store_bytes(*store, old);
  auto grown = old;
  const auto tail = noise(100'000, 93);
  grown.insert(grown.end(), tail.begin(), tail.end());
  {
    auto blocking = Index::open(fixture.index(), 0600, false);
    const Index::Transaction held(blocking);
    const auto info = store_bytes(*store, grown);
    CHECK(info.new_bytes < 300'000);  // most of it was reused
  }
  CHECK(fixture.open()->read_all(blake3(grown)) == grown);
  fixture.remove_index();
  CHECK(fixture.open()->read_all(blake3(grown)) == grown);
}

TEST_CASE("eight writers store at once, much of it the same, and lose nothing", "[storage]") {
  const StoreFixture fixture;
  constexpr unsigned k_writers = 8;
  constexpr unsigned k_rounds = 4;
  Failures failures;
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < k_writers; ++t) {
    threads.emplace_back([&, t] {
      try {
        const auto store = fixture.open();
        for (unsigned round = 0; round < k_rounds; ++round) {
          const auto writer = store->begin();
          writer->add_bytes(noise(150'000, 1000 + round));                // everyone's
          writer->add_bytes(noise(50'000, 2000 + t * k_rounds + round));  // its own
          writer->commit();
        }
      } catch (const std::exception& e) {
        failures.add(e.what());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(failures.all() == "");
  const auto store = fixture.open();
  for (unsigned round = 0; round < k_rounds; ++round) {
    CHECK(store->read_all(blake3(noise(150'000, 1000 + round))).size() == 150'000);
    for (unsigned t = 0; t < k_writers; ++t) {
      CHECK(store->find(blake3(noise(50'000, 2000 + t * k_rounds + round))));
    }
  }
  CHECK(problems(verify_data(*store)) == "");
}

TEST_CASE("writers and gc at once lose nothing that was named before its writer let go",
          "[storage]") {
  const StoreFixture fixture;
  std::mutex mutex;
  DigestSet named;
  std::atomic<bool> done = false;
  Failures failures;
  std::vector<std::thread> writers;
  for (unsigned t = 0; t < 3; ++t) {
    writers.emplace_back([&, t] {
      try {
        const auto store = fixture.open();
        for (unsigned round = 0; round < 12; ++round) {
          const auto writer = store->begin();
          const auto info = writer->add_bytes(noise(90'000, 3000 + (t + round) % 5));
          writer->commit();
          const std::lock_guard lock(mutex);
          if ((t + round) % 5 != 0) named.insert(info.digest);  // the fifth is garbage every time
        }
      } catch (const std::exception& e) {
        failures.add(e.what());
      }
    });
  }
  std::thread collector([&] {
    try {
      const auto store = fixture.open();
      GcOptions now;
      now.grace_ms = 0;
      while (!done) {
        try {
          (void)store->gc(
              [&] {
                const std::lock_guard lock(mutex);
                return named;
              },
              now);
        } catch (const Error& e) {
          if (e.code() != ErrorCode::busy) throw;
        }
      }
    } catch (const std::exception& e) {
      failures.add(e.what());
    }
  });
  for (auto& writer : writers) writer.join();
  done = true;
  collector.join();
  CHECK(failures.all() == "");
  REQUIRE(named.size() == 4);
  const auto store = fixture.open();
  for (const auto& digest : named) CHECK(store->read_all(digest).size() == 90'000);
  CHECK(problems(verify_data(*store)) == "");
}

TEST_CASE("a shared store is shared with its group", "[storage]") {
  StoreFixture fixture;
  fixture.layout.root = fixture.directory / "shared";
  fixture.layout.shared = true;
  fixture.layout.create();
  store_bytes(*fixture.open(), noise(1000));
  CHECK((stat_entry(fixture.layout.objects())->mode & 07777) == 02770);
  CHECK((stat_entry(fixture.packs().front())->mode & 0777) == 0440);
  CHECK((stat_entry(fixture.index())->mode & 0777) == 0660);
}
