#pragma once

#include <sys/types.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace track::detail {

/// What a child is given at its start.
struct ChildSetup {
  std::filesystem::path executable;
  std::vector<std::string> argv;
  std::vector<std::string> environment;  ///< "NAME=value"
  std::string pid_variable;              ///< is set to the child's own pid; empty: none
  std::filesystem::path directory;       ///< empty: here
  int input = -1;                        ///< descriptors that become 0, 1, 2; -1: as here
  int output = -1;
  int error = -1;
  bool own_session = false;  ///< with `input` as its controlling terminal
  sigset_t signal_mask{};
};

/// How a child ended.
struct ChildEnd {
  int exit_code = 0;
  int signal = 0;  ///< 0: it exited
};

/// Starts it. Returns its pid; a failure to execute it is Error{not_found, permission, io}, and
/// then there is no child.
///
/// Between fork and exec the child calls nothing that another thread of this process could have
/// left locked.
[[nodiscard]] pid_t start_child(const ChildSetup& setup);

/// "SIGTERM" and the like.
[[nodiscard]] std::string signal_name(int signal);

}  // namespace track::detail
