#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "store/locate.hpp"
#include "track/run.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/journal_entry.hpp"
#include "track/storage/journal/live.hpp"
#include "track/storage/journal/reader.hpp"
#include "track_test/temp_dir.hpp"

namespace track_test {

/// What the journals of one run hold.
struct RunJournal {
  std::vector<track::storage::SegmentInfo> segments;
  std::vector<track::schemas::JournalEntry> entries;
  std::map<std::string, track::schemas::PointColumns> points;  ///< by series
  std::uint64_t point_count = 0;
  std::uint64_t dropped = 0;
  std::vector<std::string> problems;

  template <typename Entry>
  [[nodiscard]] std::vector<Entry> all() const {
    std::vector<Entry> result;
    for (const auto& entry : entries) {
      if (const auto* found = std::get_if<Entry>(&entry)) result.push_back(*found);
    }
    return result;
  }
};

[[nodiscard]] inline RunJournal read_run(const std::filesystem::path& directory) {
  RunJournal content;
  content.segments = track::storage::list_segments(directory, content.problems);
  for (const auto& segment : content.segments) {
    content.dropped += segment.dropped;
    for (std::uint64_t from = 0; from < segment.committed;) {
      auto batch = track::storage::read_segment(segment, from);
      from = batch.to;
      for (auto& entry : batch.entries) content.entries.push_back(std::move(entry));
      for (auto& columns : batch.points) {
        content.point_count += columns.steps.size();
        auto& all = content.points[columns.series.to_string()];
        all.series = columns.series;
        all.steps.insert(all.steps.end(), columns.steps.begin(), columns.steps.end());
        all.values.insert(all.values.end(), columns.values.begin(), columns.values.end());
      }
    }
  }
  return content;
}

/// A store of one test, and a process that no other run surrounds.
class RunStore {
 public:
  RunStore() {
    for (const char* name :
         {"TRACK_RUN_ID", "TRACK_RUN_PID", "TRACK_RUN_NAME", "TRACK_RUN_SETTLED", "TRACK_RANK",
          "RANK", "SLURM_PROCID", "WORLD_SIZE", "TRACK_STORE", "TRACK_EXPERIMENT", "TRACK_RUN_KEY",
          "TRACK_RUN_ATTEMPT", "SLURM_JOB_ID"}) {
      ::unsetenv(name);
    }
    ::setenv("XDG_STATE_HOME", state().c_str(), 1);
    (void)track::detail::create_store(root(), false, {});
  }

  [[nodiscard]] std::filesystem::path path() const { return directory_.path(); }
  [[nodiscard]] std::filesystem::path root() const { return directory_ / ".track"; }
  /// What the user's state directory is as long as the test runs.
  [[nodiscard]] std::filesystem::path state() const { return directory_ / "state"; }
  [[nodiscard]] std::filesystem::path journals() const { return root() / "journals"; }
  [[nodiscard]] std::filesystem::path journal(const track::RunId& run) const {
    return journals() / run.value;
  }
  [[nodiscard]] RunJournal read(const track::RunId& run) const { return read_run(journal(run)); }

  /// Options of a quiet run: its warnings are kept, and its own program and code are not.
  [[nodiscard]] track::RunOptions options() {
    track::RunOptions options;
    options.store = root();
    options.experiment = "test";
    options.capture_code = false;
    options.capture_program = false;
    options.on_warning = [this](std::string_view text) { warnings.emplace_back(text); };
    return options;
  }

  /// Whether the member's lock says that its process lives.
  [[nodiscard]] track::storage::Liveness probe(
      const track::RunId& run, const track::schemas::MemberStartEntry& member) const {
    track::MemberRecord record;
    record.run = run;
    record.member = member.member;
    record.boot_id = member.boot_id;
    record.live_file = member.live_file;
    record.device = member.device;
    record.inode = member.inode;
    record.local = member.local;
    return track::storage::probe(journals(), record);
  }

  std::vector<std::string> warnings;

 private:
  TempDir directory_;
};

/// A run whose helper has nothing to do. GCC 12's address sanitizer does not get over a fork while
/// another thread allocates.
[[nodiscard]] inline track::Run start_idle(RunStore& store) {
  auto run = track::start_run(store.options());
  run.wait_for_capture();
  return run;
}

/// Runs `body` in a child and ends it there by _exit(0); gives its wait status.
inline int in_child(const std::function<void()>& body) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::signal(SIGABRT, SIG_DFL);  // the test framework has a handler that speaks
    body();
    ::_exit(0);
  }
  int status = -1;
  ::waitpid(pid, &status, 0);
  return status;
}

/// A line that a child writes for its parent.
class Message {
 public:
  Message() {
    if (::pipe(fds_) != 0) std::abort();
  }
  ~Message() {
    ::close(fds_[0]);
    if (fds_[1] >= 0) ::close(fds_[1]);
  }
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  void send(const std::string& text) {
    const auto line = text + "\n";
    if (::write(fds_[1], line.data(), line.size()) < 0) std::abort();
  }
  /// The next line; empty when no writer is left.
  [[nodiscard]] std::string receive() {
    if (fds_[1] >= 0) ::close(std::exchange(fds_[1], -1));
    std::string line;
    for (char c = 0; ::read(fds_[0], &c, 1) == 1 && c != '\n';) line += c;
    return line;
  }

 private:
  int fds_[2] = {-1, -1};
};

}  // namespace track_test
