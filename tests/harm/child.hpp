#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace track_test {

/// How a process ended.
struct Ending {
  int exit_code = -1;  ///< -1: by a signal
  int signal = 0;
};

/// A process of the test. Killed and waited for where the test did not.
class Child {
 public:
  /// Starts a command; `env` is added to the environment.
  explicit Child(std::vector<std::string> command,
                 const std::map<std::string, std::string>& env = {});
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// The next line of its standard output, waited for; empty at the end.
  std::string read_line();
  /// All that is left of its standard output, until every holder has closed it.
  std::string read_rest();
  /// Closes its standard input: whoever reads from it goes on.
  void close_input();
  void kill(int signal) const;
  [[nodiscard]] bool running();
  Ending wait();
  /// What it wrote to standard error, once it ended.
  [[nodiscard]] std::string errors() const;

 private:
  void record(int status);

  pid_t pid_ = -1;
  bool ended_ = false;
  Ending ending_;
  int input_ = -1;
  int output_ = -1;
  int errors_ = -1;
};

/// The trainer of trainer.cpp with these arguments.
[[nodiscard]] Child start_trainer(const std::vector<std::string>& arguments,
                                  const std::map<std::string, std::string>& env = {});

}  // namespace track_test
