#include "run/attempt.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "run/identity.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"
#include "track/storage/hash.hpp"
#include "track/storage/journal/live.hpp"
#include "track/storage/journal/reader.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

/// The end of the year 9999: no clock is as far ahead, and what follows one can be counted.
constexpr std::int64_t k_most = 253'402'300'799'999;

std::optional<std::int64_t> parse_attempt(std::string_view text) {
  std::int64_t stamp = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), stamp);
  if (error != std::errc() || end != text.data() + text.size() || stamp < 1 || stamp > k_most)
    return std::nullopt;
  return stamp;
}

std::optional<std::int64_t> read_attempt(const fs::path& path) {
  if (!storage::stat_entry(path)) return std::nullopt;
  return parse_attempt(storage::read_text(path));
}

/// 0: it holds none.
std::int64_t latest_attempt(const fs::path& journal) {
  std::vector<std::string> ignored;
  std::int64_t latest = 0;
  for (const auto& segment : storage::list_segments(journal, ignored))
    latest = std::max(latest, segment.order.attempt);
  return std::min(latest, k_most);
}

/// Whole or not at all, and never over another's.
void offer_attempt(const fs::path& path, std::int64_t stamp, mode_t mode) {
  auto temporary = path;
  temporary += "." + Uuid::random().to_string() + ".tmp";
  {
    const auto file = storage::open_file(temporary, O_CREAT | O_EXCL | O_WRONLY, mode);
    const auto text = std::to_string(stamp);
    storage::write_all(file.get(), std::as_bytes(std::span(text)), temporary);
  }
  const bool linked = ::link(temporary.c_str(), path.c_str()) == 0;
  const int cause = errno;
  if (!linked && cause != EEXIST && ::rename(temporary.c_str(), path.c_str()) == 0)
    return;  // a file system without links
  ::unlink(temporary.c_str());
}

}  // namespace

std::string launch_token() {
  const auto text = [](const char* name) { return environment_variable(name).value_or(""); };
  const auto slurm = text("SLURM_JOB_ID");
  const auto restarts = text("TORCHELASTIC_RESTART_COUNT");
  if (!slurm.empty()) {
    return fmt::format("slurm {} {} {} {}", slurm, text("SLURM_STEP_ID"),
                       text("SLURM_RESTART_COUNT"), restarts);
  }
  const auto parent = ::getppid();
  return fmt::format("process {} {} {} {}", storage::boot_id(), parent,
                     storage::process_start_ticks(parent), restarts);
}

std::int64_t next_attempt(const fs::path& journal, Timestamp now) {
  return std::max(now.ms, latest_attempt(journal) + 1);
}

std::int64_t attempt_of_launch(const fs::path& journal, const std::string& launch, Timestamp now,
                               mode_t mode) {
  constexpr std::size_t k_name = 16;
  const auto name = storage::blake3(launch).to_string().substr(3, k_name);
  const auto path = journal / (name + std::string(storage::k_attempt_suffix));
  if (const auto known = read_attempt(path)) return *known;
  const auto offered = next_attempt(journal, now);
  offer_attempt(path, offered, mode);
  return read_attempt(path).value_or(offered);
}

std::int64_t attempt_to_join(const fs::path& journal) {
  if (const auto text = environment_variable(k_run_attempt_variable)) {
    if (const auto stamp = parse_attempt(*text)) return *stamp;
  }
  return std::max(latest_attempt(journal), k_only_attempt);
}

}  // namespace track::detail
