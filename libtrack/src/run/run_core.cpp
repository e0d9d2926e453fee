#include "run/run_core.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <utility>

#include <fmt/format.h>

#include "run/name_rules.hpp"
#include "run/process_hooks.hpp"
#include "run/surroundings.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;
using schemas::JournalEntry;

constexpr std::int64_t k_check_interval_ns = 1'000'000'000;

std::int64_t monotonic_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

/// True where this call made it, which decides whose run it is.
bool make_directory(const fs::path& path, const storage::StoreLayout& layout) {
  storage::create_directory(layout.journals(), layout.directory_mode());
  if (::mkdir(path.c_str(), layout.directory_mode()) == 0) {
    // The umask may have taken the group's bits; a failure shows where the group writes.
    if (layout.shared) (void)::chmod(path.c_str(), layout.directory_mode());
    return true;
  }
  if (errno == EEXIST) return false;
  const auto code = errno == ENOSPC || errno == EDQUOT                    ? ErrorCode::no_space
                    : errno == EACCES || errno == EPERM || errno == EROFS ? ErrorCode::permission
                                                                          : ErrorCode::io;
  throw Error(code, fmt::format("cannot make journal '{}': {}", path.string(),
                                std::generic_category().message(errno)));
}

}  // namespace

Ending failed_because(std::string reason) {
  return {RunState::failed, std::move(reason), std::nullopt, std::nullopt};
}

RunCore::RunCore(RunPlan plan)
    : plan_(std::move(plan)),
      owner_pid_(::getpid()),
      start_thread_(std::this_thread::get_id()),
      uncaught_at_start_(std::uncaught_exceptions()),
      member_(Uuid::random()) {}

RunCore::~RunCore() {
  if (journal_) delist(this);
}

storage::JournalOptions RunCore::journal_options() const {
  const auto& layout = plan_.store->layout;
  storage::JournalOptions options;
  options.directory = layout.journal(id());
  options.directory_mode = layout.directory_mode();
  options.file_mode = layout.file_mode();
  options.run = id();
  options.attempt = attempt_;
  options.rank = plan_.identity.rank;
  options.labels = plan_.identity.labels;
  options.host = personal_hash(host_name());
  options.cap = plan_.journal_cap;
  options.decimate = plan_.when_full == WhenFull::decimate;
  if (plan_.when_full == WhenFull::block && plan_.block_s > 0)
    options.block_ms = static_cast<std::int64_t>(std::min(plan_.block_s, 1e9) * 1000);
  options.precise_time = plan_.precise_time;
  options.periodic_sync = plan_.sync == Sync::periodic;
  return options;
}

std::int64_t RunCore::find_attempt() const {
  const auto& layout = plan_.store->layout;
  const auto& identity = plan_.identity;
  const auto journal = layout.journal(id());
  if (identity.joins != JoinReason::none) return attempt_to_join(journal);
  if (!identity.keyed) return k_only_attempt;
  const auto now = plan_.capture.start;
  if (identity.labels.empty()) return next_attempt(journal, now);
  return attempt_of_launch(journal, launch_token(), now, layout.file_mode());
}

void RunCore::open() {
  if (!plan_.store) return;
  const auto& layout = plan_.store->layout;
  const auto& identity = plan_.identity;
  const auto directory = layout.journal(id());
  const bool made = make_directory(directory, layout);
  try {
    auto live = storage::LiveFile::create(directory, member_, layout.file_mode());
    attempt_ = find_attempt();
    journal_ = storage::JournalWriter::open(journal_options());
    live_ = std::move(live);
  } catch (...) {
    if (made) ::rmdir(directory.c_str());  // as it was before, if nobody else came
    throw;
  }
  store_root_ = layout.root;
  journal_directory_ = directory;
  // A run that nobody else has a name for is its maker's; of one with a key the first rank owns
  // every attempt.
  const bool owns = identity.keyed ? identity.rank == 0 : made;
  role_ = owns ? MemberRole::owner : MemberRole::rank;
  hot_.store(journal_.get(), std::memory_order_release);
  write_member_start(role_);
  if (role_ == MemberRole::owner) {
    write_run_start();
  } else if (plan_.said) {
    write_said(*plan_.said);
  }
  enlist(shared_from_this());
  // It holds no share of this: it is joined before the run goes, or both are left to the process.
  helper_ = std::make_unique<storage::Helper>([this] { return tick(); });
}

void RunCore::write_member_start(MemberRole role) {
  schemas::MemberStartEntry entry;
  entry.member = member_;
  entry.role = role;
  entry.pid = ::getpid();
  entry.process_start = storage::process_start_ticks(::getpid());
  entry.boot_id = storage::boot_id();
  const auto host = host_name();
  entry.host = {personal_hash(host), host};
  entry.live_file = live_->name();
  entry.device = live_->device();
  entry.inode = live_->inode();
  entry.local = storage::is_local_file_system(journal_directory_);
  entry.time = Clock::system().now();
  journal_->append(JournalEntry(std::move(entry)));
}

void RunCore::write_run_start() {
  schemas::RunStartEntry entry;
  entry.name = plan_.name;
  entry.experiment = plan_.experiment;
  entry.group = plan_.group;
  entry.parent = plan_.identity.parent;
  entry.replay_of = plan_.replay_of;
  entry.kind = plan_.kind;
  entry.source = plan_.source;
  const auto user = user_name();
  const auto host = host_name();
  entry.user = {personal_hash(user), user};
  entry.host = {personal_hash(host), host};
  entry.time = plan_.capture.start;
  journal_->append(JournalEntry(std::move(entry)));
}

void RunCore::write_said(const RunPlan::Said& said) {
  schemas::RunStartEntry entry;
  entry.name = said.name;
  entry.experiment = said.experiment;
  entry.group = said.group;
  entry.kind = said.kind;
  entry.source = schemas::k_joined_source;
  entry.time = plan_.capture.start;
  journal_->append(JournalEntry(std::move(entry)));
}

storage::JournalWriter* RunCore::writer() noexcept {
  if (auto* writer = hot_.load(std::memory_order_acquire)) return writer;
  if (!journal_) return nullptr;
  const std::lock_guard lock(mutex_);
  if (forked_ && !ended_) become_member();
  return hot_.load(std::memory_order_relaxed);
}

// A child that logs has a `.live` of its own, so that nobody takes its segments for abandoned.
void RunCore::become_member() noexcept {
  try {
    member_ = Uuid::random();
    live_ = storage::LiveFile::create(journal_directory_, member_, plan_.store->layout.file_mode(),
                                      MemberRole::forked);
    write_member_start(MemberRole::forked);
    member_pid_ = ::getpid();
    hot_.store(journal_.get(), std::memory_order_release);
  } catch (...) {
    ended_ = true;  // its points are counted as dropped
  }
  forked_ = false;
}

void RunCore::after_fork_in_child() noexcept {
  hot_.store(nullptr, std::memory_order_relaxed);
  forked_ = journal_ != nullptr && !ended_;
  member_pid_ = 0;
  mutex_.unlock();
}

std::uint32_t RunCore::find_series(std::string_view name, const Labels& labels) {
  std::uint32_t series = k_no_series;
  attempt([&] {
    check_name("log metric", name);
    check_labels(name, labels);
    if (journal_) series = journal_->intern(SeriesKey{std::string(name), labels});
  });
  return series;
}

bool RunCore::append_named(std::string_view name, std::int64_t step, double value) noexcept {
  auto* const writer = this->writer();
  if (writer == nullptr) return append_point_slowly(k_no_series, step, value);
  const auto known = writer->find_interned(name);
  const auto series = known ? *known : intern_checked(*writer, name);
  if (series == k_no_series) return false;
  return writer->append_point(series, step, value) || note_refused(*writer);
}

std::uint32_t RunCore::intern_checked(storage::JournalWriter& writer,
                                      std::string_view name) noexcept {
  try {
    check_name("log metric", name);
    return writer.intern(name);
  } catch (const std::exception& error) {
    unkept_points_.fetch_add(1, std::memory_order_relaxed);
    lose(error.what());
    return k_no_series;
  }
}

bool RunCore::append_point_slowly(std::uint32_t series, std::int64_t step, double value) noexcept {
  auto* const writer = series == k_no_series ? nullptr : this->writer();
  if (writer != nullptr) return writer->append_point(series, step, value) || note_refused(*writer);
  unkept_points_.fetch_add(1, std::memory_order_relaxed);
  return false;
}

std::size_t RunCore::append_points(std::int64_t step, const storage::SeriesValue* values,
                                   std::size_t count) noexcept {
  auto* const writer = this->writer();
  if (writer == nullptr) {
    unkept_points_.fetch_add(count, std::memory_order_relaxed);
    return 0;
  }
  const auto kept = writer->append_points(step, {values, count});
  if (kept != count) note_refused(*writer);
  return kept;
}

bool RunCore::append(const JournalEntry& entry) {
  auto* const writer = this->writer();
  return writer != nullptr && writer->append(entry);
}

void RunCore::keep(const JournalEntry& entry, std::string_view what) {
  auto* const writer = this->writer();
  if (writer == nullptr || !writer->append(entry)) refuse(writer, what);
}

void RunCore::refuse(const storage::JournalWriter* writer, std::string_view what) {
  if (writer == nullptr) {
    const char* const cause = !plan_.store || !journal_ ? "no store could be used"
                              : journal_gone_           ? "its journal was removed"
                                                        : "the run has ended";
    throw Error(ErrorCode::io,
                fmt::format("cannot record {} of run '{}': {}", what, id().value, cause));
  }
  throw Error(ErrorCode::no_space, fmt::format("cannot record {} of run '{}': {}", what, id().value,
                                               writer->stats().last_error));
}

bool RunCore::tick() noexcept {
  mark_helper_thread();
  const bool busy = journal_->service();
  const auto now = monotonic_ns();
  if (now >= next_check_ns_) {
    if (next_check_ns_ != 0) watch_exit_again();
    next_check_ns_ = now + k_check_interval_ns;
    check_journal_is_there();
  }
  return busy;
}

// Memory goes on taking points when the files below it were removed; they would be lost unsaid.
void RunCore::check_journal_is_there() noexcept {
  if (!live_ || journal_gone_.load(std::memory_order_relaxed)) return;
  struct stat there {};
  try {
    const auto path = journal_directory_ / live_->name();
    if (::stat(path.c_str(), &there) == 0 ? there.st_ino == live_->inode()
                                          : errno != ENOENT && errno != ENOTDIR)
      return;
    journal_gone_.store(true, std::memory_order_relaxed);
    hot_.store(nullptr, std::memory_order_release);
    lose(fmt::format("cannot keep what run '{}' logs: its journal in '{}' was removed", id().value,
                     store_root_.string()),
         "training goes on; start it again to record it");
  } catch (...) {  // NOLINT(bugprone-empty-catch): looked at again a second later
  }
}

}  // namespace track::detail
