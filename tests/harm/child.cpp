#include "child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

extern char** environ;

namespace track_test {
namespace {

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
  }
  return ends;
}

void close_end(int& end) {
  if (end >= 0) {
    close(std::exchange(end, -1));
  }
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) {
    result.push_back(word.data());
  }
  result.push_back(nullptr);
  return result;
}

}  // namespace

Child::Child(std::vector<std::string> command, const std::map<std::string, std::string>& env) {
  std::vector<std::string> variables;
  for (const auto& [name, value] : env) {
    variables.push_back(name + "=" + value);
  }
  // Of two of one name the first is found.
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }

  auto input = make_pipe();
  auto output = make_pipe();
  input_ = input[1];
  output_ = output[0];
  errors_ = memfd_create("errors", MFD_CLOEXEC);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors_, STDERR_FILENO);
  const int error = posix_spawn(&pid_, command.front().c_str(), &actions, nullptr,
                                pointers(command).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  close_end(input[0]);
  close_end(output[1]);
  if (error != 0) {
    throw std::system_error(error, std::generic_category(),
                            "cannot start '" + command.front() + "'");
  }
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      ended_(std::exchange(other.ended_, true)),
      ending_(other.ending_),
      input_(std::exchange(other.input_, -1)),
      output_(std::exchange(other.output_, -1)),
      errors_(std::exchange(other.errors_, -1)) {}

Child::~Child() {
  if (!ended_) {
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close_end(input_);
  close_end(output_);
  close_end(errors_);
}

std::string Child::read_line() {
  std::string line;
  char next = 0;
  while (read(output_, &next, 1) == 1 && next != '\n') {
    line += next;
  }
  return line;
}

std::string Child::read_rest() {
  std::string text;
  std::array<char, 4096> buffer{};
  ssize_t count = 0;
  while ((count = read(output_, buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

void Child::close_input() { close_end(input_); }

void Child::kill(int signal) const {
  if (ended_ || ::kill(pid_, signal) != 0) {
    throw std::logic_error("it had ended before it was killed");
  }
}

void Child::record(int status) {
  ended_ = true;
  if (WIFEXITED(status)) {
    ending_.exit_code = WEXITSTATUS(status);
  } else {
    ending_.signal = WTERMSIG(status);
  }
}

bool Child::running() {
  int status = 0;
  if (!ended_ && waitpid(pid_, &status, WNOHANG) == pid_) {
    record(status);
  }
  return !ended_;
}

Ending Child::wait() {
  int status = 0;
  if (!ended_ && waitpid(pid_, &status, 0) == pid_) {
    record(status);
  }
  return ending_;
}

std::string Child::errors() const {
  std::string text;
  std::array<char, 4096> buffer{};
  ssize_t count = 0;
  while ((count = pread(errors_, buffer.data(), buffer.size(), static_cast<off_t>(text.size()))) >
         0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

Child start_trainer(const std::vector<std::string>& arguments,
                    const std::map<std::string, std::string>& env) {
  std::vector<std::string> command{HARM_TRAINER};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return Child(std::move(command), env);
}

}  // namespace track_test
