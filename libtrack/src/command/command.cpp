#include "track/command.hpp"

#include "command/execute.hpp"

namespace track {

CommandResult run_command(const CommandOptions& options) {
  return detail::execute_command(options, {});
}

}  // namespace track
