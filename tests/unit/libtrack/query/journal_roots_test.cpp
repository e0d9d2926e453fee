#include "query/journal_roots.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "query_fixture.hpp"
#include "track/run.hpp"
#include "track/storage/catalog/ingest.hpp"
#include "track/storage/file.hpp"
#include "track/storage/journal/writer.hpp"

using namespace track;       // NOLINT: a test file
using namespace track_test;  // NOLINT: a test file
namespace fs = std::filesystem;

namespace {

storage::DigestSet references(const QueryStore& store) {
  return detail::journal_references(
      store.layout(), [&](const Uuid& segment) { return store.catalog().cursor(segment); });
}

Digest artifact_of(const RunStore& store, const Run& run) {
  const auto artifacts = store.read(run.id()).all<schemas::ArtifactEntry>();
  REQUIRE(artifacts.size() == 1);
  return artifacts[0].record.digest.value();
}

void log_text(RunStore& store, Run& run, const std::string& text) {
  std::ofstream(store.path() / "file") << text;
  run.log_artifact(store.path() / "file");
}

std::unique_ptr<storage::JournalWriter> journal_of(const QueryStore& store, const RunId& run) {
  storage::JournalOptions options;
  options.directory = store.layout().journal(run);
  options.run = run;
  storage::create_directories(options.directory, 0700);
  return storage::JournalWriter::open(options);
}

}  // namespace

TEST_CASE("What journals name is a root until the catalog has it", "[query]") {
  QueryStore store;
  CHECK(references(store).empty());
  auto run = start_run(store.runs().options());
  log_text(store.runs(), run, "bytes");
  run.declare_dataset("train", "s3://b/train", Digest{{7}});
  CapturedField field;
  field.name = "snapshot";
  field.object = Digest{{9}};
  const auto other = id_of("aaaa1");
  const auto writer = journal_of(store, other);
  writer->append(schemas::FieldsEntry{{field}});

  const auto artifact = artifact_of(store.runs(), run);
  const auto found = references(store);
  CHECK(found.count(artifact) == 1);
  CHECK(found.count(Digest{{7}}) == 1);
  CHECK(found.count(Digest{{9}}) == 1);

  storage::ingest_journals(store.layout(), store.catalog());
  CHECK(references(store).count(artifact) == 0);
  const auto known = store.catalog().references({0});
  CHECK(std::find(known.begin(), known.end(), artifact) != known.end());
  writer->append(schemas::FieldsEntry{{field}});  // after the cursor: a root again
  CHECK(references(store).count(Digest{{9}}) == 1);
}

TEST_CASE("Garbage is not collected while a journal cannot be read", "[query]") {
  QueryStore store;
  auto run = start_run(store.runs().options());
  log_text(store.runs(), run, "bytes");
  run.finish();
  const auto bad = store.layout().journal(id_of("aaaa1")) / "0.seg";
  fs::create_directories(bad.parent_path());
  std::ofstream(bad) << std::string(8192, 'x');

  const auto error = failure_of([&] { return references(store); });
  CHECK(error.code() == ErrorCode::corrupt);
  CHECK(says(error, "cannot collect garbage"));
  CHECK(says(error, bad.string()));
  CHECK_FALSE(error.hint().empty());
  auto opened = store.open();
  GcStoreOptions options;
  options.grace_ms = 0;
  CHECK(failure_of([&] { return opened.gc(options); }).code() == ErrorCode::corrupt);
  fs::remove(bad);
  CHECK(opened.gc(options).swept == 0);
  const auto artifact = opened.find_artifact(run.id(), "file");
  CHECK_NOTHROW(opened.restore_artifact(artifact, store.runs().path() / "back"));
}

TEST_CASE("Garbage is not collected while a journal holds what only newer versions know",
          "[query]") {
  const QueryStore store;
  const auto writer = journal_of(store, id_of("aaaa1"));
  schemas::UnknownEntry entry;
  entry.kind = 200;
  entry.version = 1;
  writer->append(entry);
  const auto error = failure_of([&] { return references(store); });
  CHECK(error.code() == ErrorCode::unsupported);
  CHECK(says(error, "kind 200"));
}

TEST_CASE("What lies beside the journals names nothing", "[query]") {
  const QueryStore store;
  const auto directory = store.layout().journal(id_of("aaaa1"));
  fs::create_directories(directory);
  fs::create_directories(store.layout().journals() / "no run");
  std::ofstream(store.layout().journals() / "no run" / "0.seg") << "x";
  std::ofstream(directory / "output.log") << "x";
  std::ofstream(store.layout().journals() / "file") << "x";
  CHECK(references(store).empty());
}

TEST_CASE("A journal that is ingested while roots are sought is no trouble", "[query]") {
  QueryStore store;
  auto run = start_run(store.runs().options());
  log_text(store.runs(), run, "bytes");
  const auto artifact = artifact_of(store.runs(), run);
  run.finish();
  int asked = 0;
  const auto found = detail::journal_references(store.layout(), [&](const Uuid& segment) {
    ++asked;
    auto before = store.catalog().cursor(segment);
    storage::ingest_journals(store.layout(), store.catalog());  // and clears the segment away
    return before;
  });
  CHECK(asked > 0);
  CHECK_FALSE(fs::exists(store.layout().journal(run.id())));
  CHECK(found.empty());
  const auto known = store.catalog().references({0});
  CHECK(std::find(known.begin(), known.end(), artifact) != known.end());
}
