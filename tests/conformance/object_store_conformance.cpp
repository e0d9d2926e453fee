#include "object_store_conformance.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "../unit/storage/objects/store_fixture.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/hash.hpp"
#include "track_test/code_of.hpp"

namespace track_test {
namespace {

using namespace track::storage;  // NOLINT: a test file
using track::Digest;
using track::Error;
using track::ErrorCode;

mode_t mode_of(const std::filesystem::path& path) { return stat_entry(path)->mode; }

/// A small tree with all that a tree can hold.
void make_tree(const std::filesystem::path& root) {
  write_file(root / "readme", text_of("hello\n"));
  write_file(root / "bin/run", text_of("#!/bin/sh\n"), 0755);
  write_file(root / "data/big", noise(300'000));
  create_directories(root / "empty", 0755);
  std::filesystem::create_symlink("../readme", root / "bin/link");
  std::filesystem::create_symlink("nowhere", root / "dangling");
}

void check_same_tree(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::size_t entries = 0;
  walk(a, [&](const WalkEntry& entry) {
    ++entries;
    const auto other = b / entry.relative;
    const auto copy = stat_entry(other);
    INFO(entry.relative);
    REQUIRE(copy);
    CHECK((copy->mode & S_IFMT) == (entry.mode & S_IFMT));
    if (S_ISREG(entry.mode)) {
      CHECK((copy->mode & S_IXUSR) == (entry.mode & S_IXUSR));
      CHECK(read_file(entry.path) == read_file(other));
    } else if (S_ISLNK(entry.mode)) {
      CHECK(std::filesystem::read_symlink(entry.path) == std::filesystem::read_symlink(other));
    }
    return true;
  });
  std::size_t others = 0;
  walk(b, [&](const WalkEntry&) {
    ++others;
    return true;
  });
  CHECK(entries == others);
}

DigestSet only(const Digest& digest) { return {digest}; }

void check_files(ObjectStore& store, const TempDir& directory) {
  SECTION("files of every length come back byte for byte, under the digest of their bytes") {
    for (const std::size_t size : {0UL, 1UL, 63UL, 4096UL, 65'535UL, 65'536UL, 65'537UL, 262'144UL,
                                   1'000'003UL, 4'194'304UL, 4'194'305UL, 9'000'000UL}) {
      INFO(size);
      const auto bytes = noise(size, size + 7);
      write_file(directory / "file", bytes);
      const auto writer = store.begin();
      const auto info = writer->add_file(directory / "file");
      writer->commit();
      CHECK(info.digest == blake3(bytes));
      CHECK(info.size == size);
      CHECK(info.files == 1);
      CHECK_FALSE(info.is_tree);
      CHECK(store.read_all(info.digest) == bytes);
      const auto found = store.find(info.digest);
      REQUIRE(found);
      CHECK(found->size == size);
    }
  }
  SECTION("bytes and a file that holds them are one object, and the second adds nothing") {
    const auto bytes = noise(500'000);
    write_file(directory / "file", bytes);
    const auto first = store_bytes(store, bytes);
    CHECK(first.new_bytes >= bytes.size());
    const auto writer = store.begin();
    const auto second = writer->add_file(directory / "file");
    writer->commit();
    CHECK(second.digest == first.digest);
    CHECK(second.new_bytes == 0);
  }
  SECTION("SHA-256 is told where it was asked for") {
    for (const std::size_t size : {3UL, 5'000'000UL}) {
      const auto bytes = noise(size);
      write_file(directory / "file", bytes);
      AddOptions options;
      options.sha256 = true;
      Sha256 expected;
      expected.update(bytes);
      CHECK(store.begin()->add_file(directory / "file", options).sha256 == expected.finish());
    }
    CHECK(store.begin()->add_file(directory / "file").sha256.empty());
  }
  SECTION("what was not committed is not there") {
    const auto digest = store.begin()->add_bytes(text_of("lost")).digest;
    CHECK_FALSE(store.find(digest));
    CHECK(code_of([&] { (void)store.read_all(digest); }) == ErrorCode::not_found);
  }
  SECTION("a directory is no file, and nothing is no file either") {
    const auto writer = store.begin();
    CHECK(code_of([&] { writer->add_file(directory.path()); }) == ErrorCode::usage);
    CHECK(code_of([&] { writer->add_file(directory / "absent"); }) == ErrorCode::not_found);
  }
  SECTION("a progress that says stop stops a large file") {
    write_file(directory / "file", noise(9'000'000));
    AddOptions options;
    options.progress = [](std::string_view, std::uint64_t, std::uint64_t) { return false; };
    const auto writer = store.begin();
    CHECK(code_of([&] { writer->add_file(directory / "file", options); }) ==
          ErrorCode::inconclusive);
  }
  SECTION("a restored file has its bytes and the mode that was asked for, never set-id bits") {
    const auto info = store_bytes(store, text_of("body"));
    store.restore_file(info.digest, directory / "out", 06750);
    CHECK(read_text(directory / "out") == "body");
    CHECK((mode_of(directory / "out") & 07777) == 0750);
    CHECK(code_of([&] { store.restore_file(info.digest, directory / "out", 0644); }) ==
          ErrorCode::conflict);
    store.restore_file(store_bytes(store, text_of("new")).digest, directory / "out", 0644, true);
    CHECK(read_text(directory / "out") == "new");
  }
  SECTION("a whole file above the limit is refused before it is read") {
    const auto info = store_bytes(store, noise(1000));
    CHECK(code_of([&] { (void)store.read_all(info.digest, 999); }) == ErrorCode::usage);
  }
}

void check_trees(ObjectStore& store, const TempDir& directory) {
  make_tree(directory / "tree");
  const auto writer = store.begin();
  const auto info = writer->add_tree(directory / "tree");
  writer->commit();

  SECTION("a tree tells its size and how many files and links it has") {
    CHECK(info.is_tree);
    CHECK(info.files == 5);
    CHECK(info.size == 300'000 + 6 + 10);
    const auto found = store.find(info.digest);
    REQUIRE(found);
    CHECK(found->is_tree);
    CHECK(found->size == info.size);
    CHECK(found->files == info.files);
  }
  SECTION("a restored tree is the same in names, bytes, modes and links") {
    store.restore_tree(info.digest, directory / "copy");
    check_same_tree(directory / "tree", directory / "copy");
    CHECK(code_of([&] { store.restore_tree(info.digest, directory / "copy"); }) ==
          ErrorCode::conflict);
    create_directories(directory / "ready", 0755);
    store.restore_tree(info.digest, directory / "ready");
    check_same_tree(directory / "tree", directory / "ready");
  }
  SECTION("its manifests name every entry and give the digest again") {
    const auto top = store.read_tree(info.digest);
    REQUIRE(top.entries.size() == 5);
    CHECK(top.entries[0].name == "bin");
    CHECK(tree_digest(top) == info.digest);
    const auto again = store.begin();
    CHECK(again->add_manifest(top).digest == info.digest);
  }
  SECTION("a filter leaves out what it does not take") {
    AddOptions options;
    options.filter = [](const std::filesystem::path& relative) { return relative != "data"; };
    const auto less = store.begin()->add_tree(directory / "tree", options);
    CHECK(less.files == 4);
    CHECK(less.digest != info.digest);
  }
  SECTION("files and trees are not taken for each other") {
    CHECK(code_of([&] { (void)store.read_all(info.digest); }) == ErrorCode::usage);
    const auto file = store.read_tree(info.digest).entries.back();
    CHECK(code_of([&] { (void)store.read_tree(file.digest); }) == ErrorCode::usage);
  }
  SECTION("a manifest of what is not stored is refused") {
    TreeManifest manifest;
    manifest.entries.push_back(
        {"x", EntryType::file, blake3(std::string_view("never stored")), {}});
    const auto refused = store.begin();
    CHECK(code_of([&] { refused->add_manifest(manifest); }) == ErrorCode::not_found);
  }
}

void check_care(ObjectStore& store) {
  const auto kept = store_bytes(store, noise(200'000, 1));
  const auto lost = store_bytes(store, noise(200'000, 2));
  GcOptions now;
  now.grace_ms = 0;

  SECTION("verify finds nothing wrong with what was stored") {
    VerifyOptions options;
    options.data = true;
    const auto report = store.verify(options);
    CHECK(report.findings.empty());
    CHECK(report.objects == 2);
    CHECK(report.complete);
  }
  SECTION("gc keeps what a root names and takes the rest") {
    const auto report = store.gc([&] { return only(kept.digest); }, now);
    CHECK(report.swept == 1);
    CHECK(report.kept == 1);
    CHECK(store.find(kept.digest));
    CHECK_FALSE(store.find(lost.digest));
    CHECK(store.read_all(kept.digest) == noise(200'000, 1));
  }
  SECTION("gc tells what it would do and does nothing") {
    GcOptions dry = now;
    dry.dry_run = true;
    const auto report = store.gc([&] { return only(kept.digest); }, dry);
    CHECK(report.objects.size() == 2);
    CHECK(report.dry_run);
    CHECK(store.find(lost.digest));
  }
  SECTION("what was condemned stays through its grace") {
    const auto report = store.gc([&] { return only(kept.digest); }, {});
    CHECK(report.condemned == 1);
    CHECK(store.find(lost.digest));
    CHECK(store.gc([&] { return DigestSet{kept.digest, lost.digest}; }, now).swept == 0);
    CHECK(store.read_all(lost.digest) == noise(200'000, 2));
  }
  SECTION("what an open writer keeps or stored is not swept until it is closed") {
    auto writer = store.begin();
    CHECK(writer->keep(lost.digest).size == 200'000);
    const auto fresh = writer->add_bytes(noise(100'000, 3));
    writer->commit();
    (void)store.gc([&] { return only(kept.digest); }, now);
    CHECK(store.find(lost.digest));
    CHECK(store.find(fresh.digest));
    writer.reset();
    (void)store.gc([&] { return only(kept.digest); }, now);
    CHECK_FALSE(store.find(lost.digest));
    CHECK_FALSE(store.find(fresh.digest));
  }
  SECTION("roots that cannot be read stop gc") {
    const auto unreadable = []() -> DigestSet {
      throw Error(ErrorCode::corrupt, "cannot read journal 'x': it is torn");
    };
    CHECK(code_of([&] { (void)store.gc(unreadable, now); }) == ErrorCode::corrupt);
    CHECK(store.find(lost.digest));
  }
  SECTION("usage and list count every object once") {
    const auto usage = store.usage();
    CHECK(usage.objects == 2);
    CHECK(usage.logical_bytes == 400'000);
    CHECK(usage.stored_bytes >= 400'000);
    std::size_t listed = 0;
    store.list([&](const ObjectInfo& info) {
      ++listed;
      CHECK(info.size == 200'000);
    });
    CHECK(listed == 2);
  }
}

}  // namespace

void check_object_store_conformance(const ObjectStoreFactory& make_store) {
  const TempDir directory;
  const auto store = make_store();
  SECTION("files") { check_files(*store, directory); }
  SECTION("trees") { check_trees(*store, directory); }
  SECTION("care") { check_care(*store); }
}

}  // namespace track_test
