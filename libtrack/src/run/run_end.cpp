#include <unistd.h>

#include <fmt/format.h>

#include "capture/redaction.hpp"
#include "command/auto_steps.hpp"
#include "run/process_hooks.hpp"
#include "run/run_core.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

/// Collectors have deadlines of their own; this one is for a file system that answers nobody.
constexpr int k_capture_limit_ms = 60'000;

thread_local bool t_is_helper = false;

}  // namespace

void RunCore::mark_helper_thread() noexcept { t_is_helper = true; }

void RunCore::step(const std::function<void()>& body) noexcept {
  try {
    body();
  } catch (const std::exception& error) {
    lose(error.what());
    if (strict() && !end_failure_) end_failure_ = std::current_exception();
  } catch (...) {
    lose(fmt::format("cannot end run '{}' in order", id().value));
  }
}

FinishReport RunCore::end(const Ending& ending) noexcept {
  try {
    if (::getpid() != owner_pid_) {
      leave_forked();
      return report();
    }
    // A warning's sink may call exit(), which comes back here.
    if (ending_thread_.load() == std::this_thread::get_id()) return report();
    const std::lock_guard lock(end_mutex_);
    if (!final_) {
      ending_thread_ = std::this_thread::get_id();
      end_here(ending);
      final_ = report();
      ending_thread_ = std::thread::id();
    }
    return *final_;
  } catch (...) {
    return {};
  }
}

FinishReport RunCore::end_or_throw(const Ending& ending) {
  auto report = end(ending);
  if (auto failure = std::exchange(end_failure_, nullptr)) std::rethrow_exception(failure);
  return report;
}

void RunCore::end_by_destruction() noexcept {
  const int before = start_thread_ == std::this_thread::get_id() ? uncaught_at_start_ : 0;
  end(std::uncaught_exceptions() > before ? failed_because("exception") : Ending{});
}

void RunCore::end_here(const Ending& ending) {
  if (journal_) {
    step([&] { finish_capture(); });
    step([&] { recheck_datasets(); });
    step([&] { check_journal_is_there(); });
    step([&] { write_end(ending); });
    step([&] { stop_helper(); });
    step([&] { close_journal(); });
    delist(this);
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
}

void RunCore::finish_capture() {
  if (!plan_.captures) return;
  if (capturing_ && !t_is_helper && helper_) helper_->drain(k_capture_limit_ms);
  if (capturing_) {
    throw Error(
        ErrorCode::busy,
        fmt::format("cannot keep all that was captured of run '{}': it took too long", id().value));
  }
  record_captured(capture_finish(plan_.capture));
}

void RunCore::write_end(const Ending& ending) {
  const auto now = Clock::system().now();
  if (role_ == MemberRole::owner) {
    keep(schemas::RunEndEntry{ending.state, redact_text(ending.reason).text, ending.exit_code,
                              ending.signal, now},
         "the end");
  }
  keep(schemas::MemberEndEntry{member_, now}, "the end");
}

void RunCore::stop_helper() {
  if (!helper_) return;
  if (!capturing_ && !t_is_helper) {
    helper_.reset();
    return;
  }
  // It hangs, or is who calls this: it cannot be joined, so it and what it uses stay for good.
  itself_ = shared_from_this();
  (void)helper_.release();
}

void RunCore::close_journal() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  hot_.store(nullptr, std::memory_order_release);
  const auto before = journal_->stats();
  journal_->close();
  const auto after = journal_->stats();
  if (after.lost_entries != before.lost_entries)
    lose(fmt::format("cannot keep {} records of run '{}': {}",
                     after.lost_entries - before.lost_entries, id().value, after.last_error));
  if (role_ == MemberRole::owner && ::getpid() == owner_pid_)
    ::unlink((journal_directory_ / k_steps_file).c_str());
  live_.reset();
}

void RunCore::leave_forked() {
  {
    const std::lock_guard lock(mutex_);
    if (member_pid_ != ::getpid() || ended_) return;
  }
  step([&] { keep(schemas::MemberEndEntry{member_, Clock::system().now()}, "the end"); });
  step([&] { close_journal(); });
}

void RunCore::wait_for_capture() noexcept {
  if (helper_ && !t_is_helper) helper_->drain();
}

}  // namespace track::detail
