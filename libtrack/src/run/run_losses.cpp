#include <fmt/format.h>

#include "capture/redaction.hpp"
#include "run/process_hooks.hpp"
#include "run/run_core.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {

// By now the object that holds the run is made, and its destructor registered.
void RunCore::watch_exit_again() noexcept {
  if (exit_watch_due_.exchange(false, std::memory_order_relaxed)) watch_exit();
}

bool RunCore::attempt(const std::function<void()>& body) {
  if (exit_watch_due_.load(std::memory_order_relaxed)) watch_exit_again();
  try {
    body();
    return true;
  } catch (const Error& error) {
    lose(error.what(), error.hint());
    if (strict()) throw;
  } catch (const std::exception& error) {
    const auto sentence = fmt::format("cannot record to run '{}': {}", id().value, error.what());
    lose(sentence);
    if (strict()) throw Error(ErrorCode::io, sentence);
  }
  return false;
}

void RunCore::lose(std::string_view said, std::string_view hint) noexcept {
  try {
    const auto sentence = redact_text(said).text;
    bool first = false;
    bool fresh = false;
    {
      const std::lock_guard lock(mutex_);
      fresh = losses_.add(sentence);
      last_loss_ = sentence;
      first = !std::exchange(warned_, true);
    }
    if (fresh) append(schemas::LossEntry{sentence, Clock::system().now()});
    // In strict mode the exception says it.
    if (first && !strict())
      warn(plan_.on_warning, sentence, hint.empty() ? "training goes on" : hint);
  } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory for the sentence itself
  }
}

void RunCore::announce(std::string_view said, std::string_view hint) noexcept {
  try {
    {
      const std::lock_guard lock(mutex_);
      warned_ = true;
    }
    warn(plan_.on_warning, redact_text(said).text, hint);
  } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory for the sentence itself
  }
}

bool RunCore::note_refused(const storage::JournalWriter& writer) noexcept {
  if (refusal_noted_.exchange(true, std::memory_order_relaxed)) return false;
  try {
    const auto cause = writer.stats().last_error;
    const auto sentence = fmt::format("cannot keep points of run '{}': {}", id().value, cause);
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      last_loss_ = sentence;
      first = !std::exchange(warned_, true);
    }
    if (first) warn(plan_.on_warning, sentence, "training goes on, and what is dropped is counted");
  } catch (...) {  // NOLINT(bugprone-empty-catch): the journal counts the point all the same
  }
  return false;
}

FinishReport RunCore::report() const {
  FinishReport report;
  report.dropped = unkept_points_.load(std::memory_order_relaxed);
  if (journal_) {
    const auto stats = journal_->stats();
    report.points = stats.points;
    report.dropped += stats.dropped;
    if (journal_gone_.load(std::memory_order_relaxed))
      report.dropped += std::exchange(report.points, 0);
  }
  const std::lock_guard lock(mutex_);
  report.losses = losses_.sentences();
  return report;
}

std::string RunCore::last_loss() const {
  const std::lock_guard lock(mutex_);
  return last_loss_;
}

}  // namespace track::detail
