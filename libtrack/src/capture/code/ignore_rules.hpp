#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace track::detail {

/// The rules of one file in the syntax of .gitignore.
///
/// libgit2 drops a `!` rule that takes back one of a file further up, so it is not asked.
class IgnoreRules final {
 public:
  IgnoreRules() = default;
  explicit IgnoreRules(std::string_view text);
  /// None where there is no such file.
  [[nodiscard]] static IgnoreRules read(const std::filesystem::path& file);

  /// What the last rule that matches says of one path below the rules' own directory: ignored, or
  /// taken back; nothing where none matches.
  [[nodiscard]] std::optional<bool> decide(std::string_view path, bool directory) const;
  /// Whether a file is left out: it, or a directory above it.
  [[nodiscard]] bool ignores(std::string_view path) const;
  [[nodiscard]] bool empty() const noexcept { return rules_.empty(); }

 private:
  struct Rule {
    std::vector<std::string> parts;  ///< components of the pattern; "**" matches any number
    bool negated = false;
    bool directory_only = false;
  };

  static bool matches(const std::vector<std::string>& pattern, std::size_t p,
                      const std::vector<std::string>& path, std::size_t n);

  std::vector<Rule> rules_;
};

}  // namespace track::detail
