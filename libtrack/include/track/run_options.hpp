#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "track/schemas/ids.hpp"
#include "track/schemas/records.hpp"

namespace track {

/// Whether a process takes part in the run that TRACK_RUN_ID names.
enum class Join : std::uint8_t {
  declared,   ///< with TRACK_RANK or RANK set, or when `track run` itself started this process
  automatic,  ///< by SLURM_PROCID too
  never,      ///< always a run of its own; still a child of TRACK_RUN_ID
};

/// When points reach the disk for good. Nothing of it waits in log(), and points survive the death
/// of the process either way.
enum class Sync : std::uint8_t {
  periodic,  ///< each second, by the helper thread: a power loss costs about a second
  none,      ///< when the system sees fit, at sync(), and never before
};

/// What log() does where there is no room: on a full disk, or at RunOptions::journal_cap.
enum class WhenFull : std::uint8_t {
  drop,      ///< drops points and counts them
  decimate,  ///< the same; and once half of the cap is used, keeps every second point of a series,
             ///< every fourth, and so on, so that curves reach the end of runs that are far longer
             ///< than the cap. A thread needs 16 KiB of the cap to have a share
  block,     ///< waits for room, for RunOptions::block_s; a thread that waited in vain drops until
             ///< it had room
};

/// How to start a run. Every member may be left out.
struct RunOptions {
  std::string experiment;  ///< default: TRACK_EXPERIMENT, else the repository's or directory's name
  std::vector<std::string> args;  ///< argv; default: what the kernel says this process was given
  std::string name;               ///< default: "<program>-<first 4 of id>"
  /// Creates the run that this names in the experiment, or resumes it as its next attempt, here or
  /// on another machine: the id is made of the two. Default: TRACK_RUN_KEY, else a new run. Kept
  /// nowhere. Points of earlier attempts from the first step of a later one on leave the default
  /// view, series by series; Run::rewind() says it for all of them at once.
  std::string key;
  std::string group;
  std::string note;
  std::map<std::string, std::string> tags;
  RunKind kind = RunKind::train;
  Join join = Join::declared;
  std::filesystem::path
      store;  ///< default: TRACK_STORE, the nearest .track upwards, the user's config, else made
  /// Throw on what would otherwise be counted as lost.
  bool strict = false;
  /// Take a snapshot of the code, on the helper thread.
  bool capture_code = true;
  /// Keep the program's own file in the store.
  bool capture_program = true;
  /// Bytes of journal this process may write; 0: no cap. What it has re-encoded since counts as
  /// what that takes.
  std::uint64_t journal_cap = 0;
  WhenFull when_full = WhenFull::drop;
  double block_s = 10;  ///< seconds, for WhenFull::block
  Sync sync = Sync::periodic;
  /// Stamp points by the precise clock (about 20 ns) rather than its 1–4 ms twin.
  bool precise_time = false;
  /// Takes what would go to standard error, a line each: that a store was made, once, and the one
  /// warning. Called from any thread.
  std::function<void(std::string_view)> on_warning;
};

/// What is known of a metric besides its points.
struct MetricOptions {
  Goal goal = Goal::none;
  std::string unit;
  std::string axis;  ///< the metric that stands for the step in plots; empty: the step
  Statistic summary = Statistic::automatic;
  bool deterministic = true;  ///< false: equal runs may differ, as times do; replay leaves it out
};

struct ArtifactOptions {
  std::string name;  ///< default: the file's name
  ArtifactKind kind = ArtifactKind::file;
  std::optional<std::int64_t> step;
  bool store = true;  ///< false: only the digest is recorded
  bool deterministic = true;
  /// Also record its SHA-256; always done for models and datasets.
  bool sha256 = false;
};

struct DatasetOptions {
  std::string uri;     ///< recorded in place of the path; userinfo is removed
  bool store = false;  ///< keep the bytes too, so that a replay needs nothing else
};

}  // namespace track
