#include "command/pattern_parser.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "run/name_rules.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

using Kind = PatternNode::Kind;
using Set = std::bitset<256>;

constexpr std::uint32_t k_max_repeat = 1000;
constexpr int k_max_depth = 100;

Set range(unsigned char first, unsigned char last) {
  Set set;
  for (unsigned c = first; c <= last; ++c) set.set(c);
  return set;
}

/// \d, \w, \s and, in upper case, their opposites.
std::optional<Set> named_class(char letter) {
  Set set;
  switch (std::tolower(static_cast<unsigned char>(letter))) {
    case 'd':
      set = range('0', '9');
      break;
    case 'w':
      set = range('0', '9') | range('a', 'z') | range('A', 'Z') | range('_', '_');
      break;
    case 's':
      set = range('\t', '\r') | range(' ', ' ');
      break;
    default:
      return std::nullopt;
  }
  return std::isupper(static_cast<unsigned char>(letter)) != 0 ? ~set : set;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  PatternNode parse() {
    auto node = parse_choice(0);
    if (!at_end()) fail("')' without '('");
    return node;
  }

 private:
  [[noreturn]] void fail(std::string_view cause) const {
    throw Error(ErrorCode::usage, fmt::format("cannot use pattern '{}': column {}: {}",
                                              printable(text_), at_ + 1, cause));
  }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] char peek() const { return text_[at_]; }
  bool take(std::string_view what) {
    if (text_.substr(at_, what.size()) != what) return false;
    at_ += what.size();
    return true;
  }

  PatternNode parse_choice(int depth) {
    if (depth > k_max_depth) fail("groups are nested too deep");
    PatternNode choice{Kind::choice};
    choice.children.push_back(parse_sequence(depth));
    while (take("|")) choice.children.push_back(parse_sequence(depth));
    return choice.children.size() == 1 ? std::move(choice.children.front()) : choice;
  }

  PatternNode parse_sequence(int depth) {
    PatternNode sequence{Kind::sequence};
    while (!at_end() && peek() != '|' && peek() != ')')
      sequence.children.push_back(parse_repeat(depth));
    return sequence;
  }

  PatternNode parse_repeat(int depth) {
    auto node = parse_atom(depth);
    for (;;) {
      std::uint32_t min = 0;
      std::uint32_t max = PatternNode::k_unbounded;
      if (take("*")) {
      } else if (take("+")) {
        min = 1;
      } else if (take("?")) {
        max = 1;
      } else if (!parse_bounds(min, max)) {
        return node;
      }
      PatternNode repeat{Kind::repeat};
      repeat.min = min;
      repeat.max = max;
      repeat.greedy = !take("?");
      repeat.children.push_back(std::move(node));
      node = std::move(repeat);
      if (!at_end() && (peek() == '*' || peek() == '+')) fail("a repeat follows a repeat");
    }
  }

  /// {m}, {m,} or {m,n}; any other brace is a literal.
  bool parse_bounds(std::uint32_t& min, std::uint32_t& max) {
    const auto start = at_;
    if (!take("{")) return false;
    const auto low = parse_number();
    if (low && take("}")) {
      min = max = *low;
      return true;
    }
    if (low && take(",")) {
      const auto high = parse_number();
      if (take("}")) {
        min = *low;
        max = high.value_or(PatternNode::k_unbounded);
        if (max < min) fail("the bounds of a repeat are reversed");
        return true;
      }
    }
    at_ = start;
    return false;
  }

  std::optional<std::uint32_t> parse_number() {
    std::uint32_t value = 0;
    const auto start = at_;
    for (; !at_end() && peek() >= '0' && peek() <= '9'; ++at_) {
      value = value * 10 + static_cast<std::uint32_t>(peek() - '0');
      if (value > k_max_repeat) fail(fmt::format("a repeat may be up to {}", k_max_repeat));
    }
    return at_ == start ? std::nullopt : std::optional(value);
  }

  PatternNode parse_atom(int depth) {
    if (take("(")) return parse_group(depth);
    if (take("[")) return parse_class();
    if (take("^")) return {Kind::line_start};
    if (take("$")) return {Kind::line_end};
    if (take(".")) return byte_set(~Set());
    if (take("\\")) return parse_escape();
    if (peek() == '*' || peek() == '+' || peek() == '?') fail("there is nothing to repeat");
    return parse_literal();
  }

  PatternNode parse_group(int depth) {
    PatternNode group{Kind::group};
    if (take("?P<") || take("?<")) {
      if (!at_end() && (peek() == '=' || peek() == '!')) fail("looking behind is not supported");
      const auto end = text_.find('>', at_);
      if (end == std::string_view::npos) fail("the name of a group does not end");
      group.name = std::string(text_.substr(at_, end - at_));
      if (group.name.empty()) fail("the name of a group is empty");
      check_name("use pattern's group", group.name);
      at_ = end + 1;
    } else if (take("?:")) {
    } else if (!at_end() && peek() == '?') {
      fail("of (?…) only (?:…) and (?P<name>…) are supported");
    }
    group.children.push_back(parse_choice(depth + 1));
    if (!take(")")) fail("'(' without ')'");
    return group;
  }

  PatternNode parse_escape() {
    if (at_end()) fail("a backslash at the end");
    const char letter = text_[at_++];
    if (letter == 'b') return {Kind::word_edge};
    if (letter == 'B') return {Kind::no_word_edge};
    if (const auto set = named_class(letter)) return byte_set(*set);
    return byte_set(escaped(letter));
  }

  Set escaped(char letter) const {
    switch (letter) {
      case 't':
        return range('\t', '\t');
      case 'r':
        return range('\r', '\r');
      case 'n':
        return range('\n', '\n');
      default:
        break;
    }
    if (std::isalnum(static_cast<unsigned char>(letter)) != 0) fail("this escape is not supported");
    return range(static_cast<unsigned char>(letter), static_cast<unsigned char>(letter));
  }

  /// One character: of several bytes where it is not ASCII, so that a repeat takes it whole.
  PatternNode parse_literal() {
    PatternNode character{Kind::sequence};
    do {
      const auto byte = static_cast<unsigned char>(text_[at_++]);
      character.children.push_back(byte_set(range(byte, byte)));
    } while (!at_end() && (static_cast<unsigned char>(peek()) & 0xc0U) == 0x80U);
    return character;
  }

  PatternNode parse_class() {
    const bool negated = take("^");
    Set set;
    for (bool first = true;; first = false) {
      if (at_end()) fail("'[' without ']'");
      if (!first && take("]")) break;
      set |= parse_class_part();
    }
    return byte_set(negated ? ~set : set);
  }

  Set parse_class_part() {
    if (static_cast<unsigned char>(peek()) >= 0x80) fail("a class holds ASCII only");
    unsigned char first = static_cast<unsigned char>(text_[at_++]);
    if (first == '\\') {
      if (at_end()) fail("a backslash at the end");
      const char letter = text_[at_++];
      if (const auto set = named_class(letter)) return *set;
      const auto set = escaped(letter);
      for (first = 0; !set.test(first);) ++first;
    }
    if (at_ + 1 >= text_.size() || peek() != '-' || text_[at_ + 1] == ']')
      return range(first, first);
    ++at_;
    auto last = static_cast<unsigned char>(text_[at_++]);
    if (last == '\\') {
      if (at_end()) fail("a backslash at the end");
      last = static_cast<unsigned char>(text_[at_++]);
    }
    if (last < first || last >= 0x80) fail("the ends of a range are reversed, or not ASCII");
    return range(first, last);
  }

  static PatternNode byte_set(Set set) {
    PatternNode node{Kind::byte_set};
    node.set = set;
    return node;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

PatternNode parse_pattern(std::string_view expression) { return Parser(expression).parse(); }

}  // namespace track::detail
