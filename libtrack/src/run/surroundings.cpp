#include "run/surroundings.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "run/identity.hpp"
#include "run/name_rules.hpp"
#include "store/account.hpp"
#include "store/locate.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> read_strings(const char* path) {
  std::vector<std::string> result;
  try {
    const auto text = storage::read_text(path);
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\0', at), text.size());
      result.push_back(text.substr(at, end - at));
      at = end + 1;
    }
  } catch (const std::exception&) {
    result.clear();  // without /proc nothing is known
  }
  return result;
}

bool is_interpreter(std::string_view name) {
  constexpr std::array<std::string_view, 10> k_names = {
      "python", "bash", "sh", "dash", "zsh", "perl", "ruby", "node", "Rscript", "julia"};
  return std::any_of(k_names.begin(), k_names.end(), [&](std::string_view known) {
    if (name.substr(0, known.size()) != known) return false;
    return name.find_first_not_of("0123456789.", known.size()) ==
           std::string_view::npos;  // python3.11
  });
}

/// Something that may stand in a run's name whatever the file was called.
std::string as_name(const std::string& text, std::string fallback) {
  try {
    check_name("name", text);
    return text;
  } catch (const std::exception&) {
    return fallback;
  }
}

}  // namespace

std::vector<std::string> process_arguments() { return read_strings("/proc/self/cmdline"); }
std::vector<std::string> process_environment() { return read_strings("/proc/self/environ"); }

fs::path process_executable() {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored);
}

fs::path working_directory() {
  std::error_code ignored;
  return fs::current_path(ignored);
}

std::string program_name(const std::vector<std::string>& args) {
  if (args.empty()) return "program";
  auto name = fs::path(args[0]).filename().string();
  if (args.size() > 1 && is_interpreter(name) && !args[1].empty() && args[1][0] != '-') {
    name = fs::path(args[1]).filename().string();
  }
  return as_name(name, "program");
}

std::string default_experiment(const fs::path& directory) {
  const auto top = directory.empty() ? std::nullopt : git_top_level(directory);
  return as_name(top.value_or(directory).filename().string(), "default");
}

std::string user_name() {
  // The password database comes last, as it may ask the network.
  for (const char* variable : {"USER", "LOGNAME"}) {
    if (auto name = environment_variable(variable)) return *name;
  }
  return account_name(::geteuid());
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data())
                                                          : std::string();
}

}  // namespace track::detail
