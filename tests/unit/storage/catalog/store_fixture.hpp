#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "track/schemas/error.hpp"
#include "track/storage/catalog/catalog.hpp"
#include "track/storage/catalog/ingest.hpp"
#include "track/storage/file.hpp"
#include "track/storage/journal/live.hpp"
#include "track/storage/journal/writer.hpp"
#include "track_test/code_of.hpp"
#include "track_test/temp_dir.hpp"

namespace track_test {

/// A store of the test's own.
struct Store {
  TempDir dir;
  track::storage::StoreLayout layout{dir / "store"};

  Store() { layout.create(); }

  [[nodiscard]] std::unique_ptr<track::storage::Catalog> open(
      const track::storage::CatalogOptions& options = {}) const {
    return track::storage::open_sqlite_catalog(layout, options);
  }
};

/// A process that takes part in a run, as far as a journal tells.
struct Process {
  track::RunId run;
  std::unique_ptr<track::storage::JournalWriter> journal;
  std::unique_ptr<track::storage::LiveFile> live;
  track::Uuid member = track::Uuid::random();

  explicit Process(const Store& store, track::RunId id = track::RunId::random(),
                   track::MemberRole role = track::MemberRole::owner, std::int64_t rank = 0)
      : run(std::move(id)) {
    const auto directory = store.layout.journal(run);
    // An ingest may clear the directory away as long as there is nothing in it.
    while (!live) {
      try {
        track::storage::create_directories(directory, 0700);
        live = track::storage::LiveFile::create(directory, member, 0600);
      } catch (const track::Error& error) {
        if (std::filesystem::exists(directory)) throw;
      }
    }
    track::storage::JournalOptions options;
    options.directory = directory;
    options.run = run;
    options.rank = rank;
    options.host = "h-hash";
    journal = track::storage::JournalWriter::open(options);
    if (role == track::MemberRole::owner) {
      track::schemas::RunStartEntry start;
      start.name = "run-" + run.value.substr(0, 4);
      start.experiment = "digits";
      start.host = {"h-hash", ""};
      start.time = {1000};
      journal->append(start);
    }
    track::schemas::MemberStartEntry entry;
    entry.member = member;
    entry.role = role;
    entry.pid = getpid();
    entry.process_start = track::storage::process_start_ticks(getpid());
    entry.boot_id = track::storage::boot_id();
    entry.host = {"h-hash", "host-1"};
    entry.live_file = live->name();
    entry.device = live->device();
    entry.inode = live->inode();
    entry.time = {1000};
    journal->append(entry);
  }

  void log(std::string_view metric, std::int64_t step, double value) const {
    journal->append_point(journal->intern(metric), step, value);
  }

  /// Ends as a process does that has the time to say so.
  void end(track::RunState state = track::RunState::finished) {
    track::schemas::RunEndEntry entry;
    entry.state = state;
    entry.time = {9000};
    journal->append(entry);
    journal->append(track::schemas::MemberEndEntry{member, {9000}});
    journal->close();
    live.reset();
  }
};

/// Rows of a query as text, "NULL" where there is nothing.
class Rows final : public track::SqlSink {
 public:
  void columns(const std::vector<std::string>& names) override { names_ = names; }
  void row(const std::vector<track::Value>& values) override {
    std::string text;
    for (const auto& value : values) {
      text += (text.empty() ? "" : "|") + (value.is_null() ? "NULL" : value.to_string());
    }
    rows_.push_back(text);
  }

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] const std::vector<std::string>& rows() const { return rows_; }

 private:
  std::vector<std::string> names_;
  std::vector<std::string> rows_;
};

[[nodiscard]] inline std::vector<std::string> query(const track::storage::Catalog& catalog,
                                                    std::string_view sql) {
  Rows rows;
  catalog.query(sql, rows);
  return rows.rows();
}

/// Runs `work` in a child that dies at its `call`th call of its progress, from 1; 0: at none.
inline void run_until_killed(int call, const std::function<void(const track::Progress&)>& work) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    int calls = 0;
    try {
      work([&](std::string_view, std::uint64_t, std::uint64_t) {
        if (++calls == call) raise(SIGKILL);
        return true;
      });
    } catch (...) {
      _exit(1);
    }
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
}

}  // namespace track_test
