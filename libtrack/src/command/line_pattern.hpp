#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace track::detail {

/// One instruction of a compiled pattern (Thompson's construction, run by a Pike machine).
struct PatternStep {
  enum class Kind : std::uint8_t {
    byte_set,
    jump,
    split,
    save,
    line_start,
    line_end,
    word_edge,
    no_word_edge,
    match
  };
  Kind kind = Kind::match;
  std::uint32_t next = 0;   ///< jump, split: the preferred way
  std::uint32_t other = 0;  ///< split: the other way; save: the slot; byte_set: which set
};

/// A regular expression over one line whose matching takes time linear in the line, whatever
/// the expression: there is no backtracking.
///
/// Literals, `.`, classes, \d \w \s \b and their opposites, groups (named as (?P<name>…), not
/// counted as (?:…)), `|`, * + ? {m,n} and their lazy forms, ^ and $. It matches bytes; a class
/// holds ASCII only. Of several matches the leftmost one that the alternatives prefer is taken.
class LinePattern final {
 public:
  /// Throws Error{usage} naming the column.
  explicit LinePattern(std::string_view expression);

  /// The named groups that took part in the first match, in the order of the expression.
  /// Empty where nothing matches.
  [[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> find(
      std::string_view line) const;
  [[nodiscard]] const std::vector<std::string>& group_names() const noexcept { return names_; }

 private:
  std::vector<PatternStep> steps_;
  std::vector<std::bitset<256>> sets_;
  std::vector<std::string> names_;  // group i saves to slots 2i and 2i + 1
};

}  // namespace track::detail
