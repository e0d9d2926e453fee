#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace track::detail {

// Cheap facts about this process, each from one read.

/// argv as the kernel has it.
[[nodiscard]] std::vector<std::string> process_arguments();
/// "NAME=value" as of process start.
[[nodiscard]] std::vector<std::string> process_environment();
/// Empty where it cannot be told.
[[nodiscard]] std::filesystem::path process_executable();
[[nodiscard]] std::filesystem::path working_directory();

/// What people call the program: the script where an interpreter runs one, else the program's file
/// name.
[[nodiscard]] std::string program_name(const std::vector<std::string>& args);
/// The name of the repository around `directory`, else of the directory.
[[nodiscard]] std::string default_experiment(const std::filesystem::path& directory);

[[nodiscard]] std::string user_name();
[[nodiscard]] std::string host_name();

}  // namespace track::detail
