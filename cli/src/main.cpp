#include <unistd.h>

#include <iostream>

#include "program.hpp"

int main(int argc, char** argv) {
  using namespace track::cli;
  std::ios::sync_with_stdio(false);
  const TerminalEnvironment environment = read_terminal_environment();
  Context context(std::cout, std::cerr);
  context.terminal = detect_terminal(STDOUT_FILENO, environment);
  context.err_terminal = detect_terminal(STDERR_FILENO, environment);
  const int exit_code = run_program(argc, argv, context);
  std::cout.flush();
  return exit_code;
}
