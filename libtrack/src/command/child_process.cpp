#include "command/child_process.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fmt/format.h>

#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

constexpr std::size_t k_pid_digits = 20;

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (auto& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// std::to_string without the allocation; `digits` is cut there.
void write_pid(pid_t pid, char* digits) noexcept {
  std::array<char, k_pid_digits> reversed{};
  std::size_t count = 0;
  for (; pid > 0; pid /= 10) reversed[count++] = static_cast<char>('0' + pid % 10);
  for (std::size_t i = 0; i < count; ++i) digits[i] = reversed[count - 1 - i];
  digits[count] = '\0';
}

/// Everything that the child reads, made before the fork.
struct Prepared {
  explicit Prepared(const ChildSetup& given)
      : setup(given), argv(given.argv), environment(given.environment) {
    if (!setup.pid_variable.empty()) {
      environment.push_back(setup.pid_variable + "=" + std::string(k_pid_digits, '0'));
      pid_digits = environment.back().data() + setup.pid_variable.size() + 1;
    }
    shell_argv = argv;
    if (!shell_argv.empty()) shell_argv[0] = setup.executable.string();
    shell_argv.insert(shell_argv.begin(), "/bin/sh");
    argv_pointers = pointers(argv);
    shell_pointers = pointers(shell_argv);
    environment_pointers = pointers(environment);
  }
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  const ChildSetup& setup;
  std::vector<std::string> argv;
  std::vector<std::string> shell_argv;  // of a script without an interpreter line
  std::vector<std::string> environment;
  char* pid_digits = nullptr;
  std::vector<char*> argv_pointers;
  std::vector<char*> shell_pointers;
  std::vector<char*> environment_pointers;
};

bool put(int from, int to) noexcept {
  if (from < 0) return true;
  if (from != to) return ::dup2(from, to) >= 0;
  return ::fcntl(to, F_SETFD, 0) == 0;  // dup2 onto itself would leave close-on-exec
}

/// In the child, between fork and exec.
void become(const Prepared& prepared) noexcept {
  const auto& setup = prepared.setup;
  if (prepared.pid_digits != nullptr) write_pid(::getpid(), prepared.pid_digits);
  if (setup.own_session) {
    ::setsid();
    ::ioctl(setup.input, TIOCSCTTY, 0);
  }
  if (!put(setup.input, 0) || !put(setup.output, 1) || !put(setup.error, 2)) return;
  if (!setup.directory.empty() && ::chdir(setup.directory.c_str()) != 0) return;
  ::sigprocmask(SIG_SETMASK, &setup.signal_mask, nullptr);
  ::execve(setup.executable.c_str(), prepared.argv_pointers.data(),
           prepared.environment_pointers.data());
  if (errno == ENOEXEC)
    ::execve("/bin/sh", prepared.shell_pointers.data(), prepared.environment_pointers.data());
}

ErrorCode code_of(int error) {
  if (error == ENOENT || error == ENOTDIR) return ErrorCode::not_found;
  if (error == EACCES || error == EPERM) return ErrorCode::permission;
  return ErrorCode::io;
}

[[noreturn]] void fail(const ChildSetup& setup, int error) {
  throw Error(code_of(error),
              fmt::format("cannot run '{}': {}", setup.argv.empty() ? "" : setup.argv[0],
                          std::generic_category().message(error)));
}

}  // namespace

pid_t start_child(const ChildSetup& setup) {
  Prepared prepared(setup);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(setup, errno);
  storage::Fd read_end(ends[0]);
  storage::Fd write_end(ends[1]);
  // Without atfork handlers, ours and others': the child becomes another program at once.
  const pid_t pid = ::_Fork();
  if (pid < 0) fail(setup, errno);
  if (pid == 0) {
    become(prepared);
    const int error = errno;  // that this line is reached says that it failed
    [[maybe_unused]] const auto written = ::write(write_end.get(), &error, sizeof error);
    ::_exit(127);
  }
  write_end = storage::Fd();
  int error = 0;
  ssize_t got = -1;
  do {
    got = ::read(read_end.get(), &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  if (got == static_cast<ssize_t>(sizeof error)) {
    ::waitpid(pid, nullptr, 0);
    fail(setup, error);
  }
  return pid;
}

std::string signal_name(int signal) {
  const char* const name = ::sigabbrev_np(signal);
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", signal);
}

}  // namespace track::detail
