#include <fcntl.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "capture/program.hpp"
#include "capture/system_text.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code none;
  return fs::is_regular_file(path, none);
}

/// As execvp finds it.
fs::path find_in_path(const std::string& name, const CaptureContext& context) {
  if (name.find('/') != std::string::npos) {
    return (context.working_directory / name).lexically_normal();
  }
  const auto folders =
      find_variable(context.environment, "PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  for (const auto& folder : split(folders, ':')) {
    const auto path = context.working_directory / folder / name;
    if (is_file(path) && ::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

/// The words of a `#!` line; none where the file has no such line.
std::vector<std::string> hash_bang(const fs::path& path) try {
  std::array<char, 256> head{};  // what the kernel reads
  const auto file = storage::open_file(path, O_RDONLY | O_NONBLOCK);
  const auto length =
      storage::read_at(file.get(), std::as_writable_bytes(std::span(head)), 0, path);
  const std::string_view text(head.data(), length);
  if (!text.starts_with("#!")) return {};
  std::string line(text.substr(2, text.find('\n') - 2));
  std::replace(line.begin(), line.end(), '\t', ' ');
  return split(line, ' ');
} catch (const Error&) {
  return {};
}

fs::path interpreter_of(const fs::path& script, const CaptureContext& context) {
  const auto words = hash_bang(script);
  if (words.empty()) return {};
  if (fs::path(words[0]).filename() != "env") return words[0];
  // env [-S] [NAME=value]… program: the program is what matters.
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].starts_with('-') || words[i].find('=') != std::string::npos) continue;
    const auto found = find_in_path(words[i], context);
    return found.empty() ? fs::path(words[0]) : found;
  }
  return words[0];
}

enum class Language { none, shell, python, other };

Language language_of(const fs::path& program) {
  constexpr std::array<std::string_view, 5> k_shells = {"sh", "bash", "dash", "zsh", "ksh"};
  constexpr std::array<std::string_view, 9> k_others = {"perl",  "ruby", "node",   "R",  "Rscript",
                                                        "julia", "lua",  "octave", "php"};
  auto name = program.filename().string();
  while (!name.empty() && (name.back() == '.' || (name.back() >= '0' && name.back() <= '9'))) {
    name.pop_back();  // python3.11
  }
  const auto is = [&](std::string_view other) { return name == other; };
  if (std::any_of(k_shells.begin(), k_shells.end(), is)) return Language::shell;
  if (name == "python" || name == "pypy") return Language::python;
  return std::any_of(k_others.begin(), k_others.end(), is) ? Language::other : Language::none;
}

/// An option after which there is no script: the code is in the arguments, or in a module.
bool holds_code(std::string_view option, Language language) {
  const bool cluster = !option.starts_with("--");
  switch (language) {
    case Language::shell:  // -ec is -e -c
      return cluster && option.find('c') != std::string_view::npos;
    case Language::python:
      return option == "-c" || option == "-m";
    default:
      return option == "-e" || option == "-E" || option == "--eval";
  }
}

/// The first argument that is a file.
fs::path script_of(const std::vector<std::string>& args, Language language,
                   const CaptureContext& context) {
  for (std::size_t i = 1; i < args.size(); ++i) {
    if (args[i].starts_with('-')) {
      if (holds_code(args[i], language)) return {};
      continue;
    }
    const auto path = (context.working_directory / args[i]).lexically_normal();
    if (is_file(path)) return path;
    // An option's value, such as that of -W: the script may follow.
  }
  return {};
}

std::vector<std::string> own_arguments() {
  return split(read_system_text("/proc/self/cmdline").value_or(""), '\0');
}

/// What was given to execve: where a `#!` script was started, the script.
fs::path started_file(const CaptureContext& context) {
  const auto address = ::getauxval(AT_EXECFN);
  if (address == 0) return {};
  return (context.working_directory / reinterpret_cast<const char*>(address)).lexically_normal();
}

ProgramFiles own_program(const CaptureContext& context) {
  ProgramFiles files;
  files.read = "/proc/self/exe";
  std::error_code none;
  files.path = fs::read_symlink(files.read, none);
  if (files.path.empty()) files.path = context.executable;
  const auto language = language_of(files.path);
  if (language == Language::none) return files;
  const auto started = started_file(context);
  if (!hash_bang(started).empty()) {
    files.interpreter = files.path;
    files.path = files.read = started;
  } else {
    files.script = script_of(own_arguments(), language, context);
  }
  return files;
}

}  // namespace

ProgramFiles find_program(const CaptureContext& context) {
  if (context.own_process) return own_program(context);
  ProgramFiles files;
  files.path = context.executable;
  if (files.path.empty() && !context.args.empty()) {
    files.path = find_in_path(context.args[0], context);
  }
  if (!files.path.empty()) files.path = (context.working_directory / files.path).lexically_normal();
  files.read = files.path;
  files.interpreter = interpreter_of(files.path, context);
  const auto language = language_of(files.path);
  if (files.interpreter.empty() && language != Language::none) {
    files.script = script_of(context.args, language, context);
  }
  return files;
}

}  // namespace track::detail
