#include "run/process_hooks.hpp"

#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <cxxabi.h>
#include <fmt/format.h>

#include "run/run_core.hpp"

namespace track::detail {
namespace {

struct OpenRun {
  RunCore* core;  // there while it is listed: its destructor waits in delist()
  std::weak_ptr<RunCore> shared;
};

struct OpenRuns {
  std::mutex mutex;  // held over a fork
  std::vector<OpenRun> runs;
  std::vector<std::pair<pid_t, RunId>> joined;
  std::vector<std::terminate_handler> previous_terminates;
  std::atomic<std::size_t> terminating = 0;  // how many of ours were called
};

/// Never destroyed: static destructors may still log.
OpenRuns& open_runs() {
  static auto* const runs = new OpenRuns;  // NOLINT(cppcoreguidelines-owning-memory)
  return *runs;
}

std::vector<std::shared_ptr<RunCore>> all_open() {
  const std::lock_guard lock(open_runs().mutex);
  std::vector<std::shared_ptr<RunCore>> result;
  for (const auto& run : open_runs().runs) {
    if (auto core = run.shared.lock()) result.push_back(std::move(core));
  }
  return result;
}

void end_all(const Ending& ending) noexcept {
  try {
    for (const auto& run : all_open()) run->end(ending);
  } catch (...) {  // NOLINT(bugprone-empty-catch): the process ends as it would without us
  }
}

// None of these allocates or frees: a child may find its allocator locked for good.

void before_fork() noexcept {
  open_runs().mutex.lock();
  for (const auto& run : open_runs().runs) run.core->before_fork();
}

void after_fork_in_parent() noexcept {
  for (const auto& run : open_runs().runs) run.core->after_fork_in_parent();
  open_runs().mutex.unlock();
}

void after_fork_in_child() noexcept {
  for (const auto& run : open_runs().runs) run.core->after_fork_in_child();
  open_runs().mutex.unlock();
}

void at_exit(int status, void* /*unused*/) noexcept {
  const int code = status & 0xff;
  if (code == 0) {
    end_all({});
  } else {
    end_all({RunState::failed, fmt::format("exit code {}", code), code, std::nullopt});
  }
}

std::string describe_current_exception() {
  const auto current = std::current_exception();
  if (!current) return "terminated without an exception";
  try {
    std::rethrow_exception(current);
  } catch (const std::exception& error) {
    return fmt::format("exception: {}", error.what());
  } catch (...) {
    const auto* type = abi::__cxa_current_exception_type();
    return fmt::format("exception of type {}", type != nullptr ? type->name() : "unknown");
  }
}

void at_terminate() noexcept {
  auto& open = open_runs();
  // A handler that was set between two of ours may call the earlier one in its turn.
  const auto depth = open.terminating.fetch_add(1);
  if (depth == 0) end_all(failed_because(describe_current_exception()));
  if (depth < open.previous_terminates.size()) {
    const auto previous = open.previous_terminates[open.previous_terminates.size() - 1 - depth];
    if (previous != nullptr) previous();
  }
  std::abort();
}

/// Handlers that were given to the process must stay where they are, whoever closes the library.
void stay_loaded() noexcept {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<void*>(&open_runs), &info) != 0 && info.dli_fname != nullptr) {
    ::dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
  }
}

void set_handlers() {
  stay_loaded();
  ::pthread_atfork(&before_fork, &after_fork_in_parent, &after_fork_in_child);
}

/// Ours comes first again where the program set its own since.
void set_terminate_handler() {
  if (std::get_terminate() == &at_terminate) return;
  open_runs().previous_terminates.push_back(std::set_terminate(&at_terminate));
}

}  // namespace

void enlist(const std::shared_ptr<RunCore>& run) {
  static std::once_flag once;
  std::call_once(once, &set_handlers);
  auto& open = open_runs();
  const std::lock_guard lock(open.mutex);
  open.runs.push_back({run.get(), run});
  set_terminate_handler();
  watch_exit();
}

void watch_exit() noexcept { ::on_exit(&at_exit, nullptr); }

void delist(const RunCore* run) noexcept {
  auto& open = open_runs();
  const std::lock_guard lock(open.mutex);
  std::erase_if(open.runs, [run](const auto& other) { return other.core == run; });
}

bool claim_joining(const RunId& run) {
  auto& open = open_runs();
  const std::lock_guard lock(open.mutex);
  const std::pair entry(::getpid(), run);
  if (std::find(open.joined.begin(), open.joined.end(), entry) != open.joined.end()) return false;
  open.joined.push_back(entry);
  return true;
}

}  // namespace track::detail
