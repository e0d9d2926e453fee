#include "capture/code/ignore_rules.hpp"

#include <fnmatch.h>

#include "capture/system_text.hpp"

namespace track::detail {
namespace {

bool matches_name(const std::string& pattern, const std::string& name) {
  if (pattern.find_first_of("*?[\\") == std::string::npos) return pattern == name;
  return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

}  // namespace

IgnoreRules::IgnoreRules(std::string_view text) {
  for (auto line : split(text, '\n')) {
    if (line.ends_with('\r')) line.pop_back();
    // Spaces at the end count only behind a backslash.
    while (line.ends_with(' ') && !line.ends_with("\\ ")) line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    Rule rule;
    if (line.front() == '!') {
      rule.negated = true;
      line.erase(0, 1);
    }
    if (line.ends_with('/')) {
      rule.directory_only = true;
      line.pop_back();
    }
    if (line.empty()) continue;
    // A slash within binds the pattern to the root; without one it matches at any depth.
    const bool bound = line.find('/') != std::string::npos;
    rule.parts = split(line, '/');
    if (!bound) rule.parts.insert(rule.parts.begin(), "**");
    rules_.push_back(std::move(rule));
  }
}

IgnoreRules IgnoreRules::read(const std::filesystem::path& file) {
  return IgnoreRules(read_system_text(file).value_or(""));
}

std::optional<bool> IgnoreRules::decide(std::string_view path, bool directory) const {
  if (rules_.empty()) return std::nullopt;
  const auto parts = split(path, '/');
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    if (rule->directory_only && !directory) continue;
    if (matches(rule->parts, 0, parts, 0)) return !rule->negated;
  }
  return std::nullopt;
}

bool IgnoreRules::ignores(std::string_view path) const {
  if (rules_.empty()) return false;
  // As in git, what lies below an ignored directory cannot be taken back.
  for (auto slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    if (decide(path.substr(0, slash), true).value_or(false)) return true;
  }
  return decide(path, false).value_or(false);
}

bool IgnoreRules::matches(const std::vector<std::string>& pattern, std::size_t p,
                          const std::vector<std::string>& path, std::size_t n) {
  if (p == pattern.size()) return n == path.size();
  if (pattern[p] == "**") {
    if (p + 1 == pattern.size()) return n < path.size();
    for (auto next = n; next < path.size(); ++next) {
      if (matches(pattern, p + 1, path, next)) return true;
    }
    return false;
  }
  if (n == path.size()) return false;
  if (!matches_name(pattern[p], path[n])) return false;
  return matches(pattern, p + 1, path, n + 1);
}

}  // namespace track::detail
