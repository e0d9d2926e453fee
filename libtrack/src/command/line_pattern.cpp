#include "command/line_pattern.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "command/pattern_parser.hpp"
#include "run/name_rules.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

using Kind = PatternStep::Kind;
using Node = PatternNode;

constexpr std::size_t k_max_steps = 20'000;  // bounds the time that a byte of a line costs

class Compiler {
 public:
  Compiler(std::string_view expression, std::vector<PatternStep>& steps,
           std::vector<std::bitset<256>>& sets, std::vector<std::string>& names)
      : expression_(expression), steps_(steps), sets_(sets), names_(names) {}

  void compile(const Node& node) {
    switch (node.kind) {
      case Node::Kind::empty:
        return;
      case Node::Kind::byte_set:
        sets_.push_back(node.set);
        add(Kind::byte_set, 0, static_cast<std::uint32_t>(sets_.size() - 1));
        return;
      case Node::Kind::sequence:
        for (const auto& child : node.children) compile(child);
        return;
      case Node::Kind::choice:
        return compile_choice(node);
      case Node::Kind::repeat:
        return compile_repeat(node);
      case Node::Kind::group:
        return compile_group(node);
      case Node::Kind::line_start:
        add(Kind::line_start);
        return;
      case Node::Kind::line_end:
        add(Kind::line_end);
        return;
      case Node::Kind::word_edge:
        add(Kind::word_edge);
        return;
      case Node::Kind::no_word_edge:
        add(Kind::no_word_edge);
        return;
    }
  }

  std::uint32_t add(Kind kind, std::uint32_t next = 0, std::uint32_t other = 0) {
    if (steps_.size() >= k_max_steps) {
      throw Error(ErrorCode::usage,
                  fmt::format("cannot use pattern '{}': its repeats make it too large",
                              printable(expression_)));
    }
    steps_.push_back({kind, next, other});
    return here() - 1;
  }

 private:
  [[nodiscard]] std::uint32_t here() const { return static_cast<std::uint32_t>(steps_.size()); }

  void compile_choice(const Node& node) {
    std::vector<std::uint32_t> exits;
    for (std::size_t i = 0; i + 1 < node.children.size(); ++i) {
      const auto split = add(Kind::split);
      steps_[split].next = here();
      compile(node.children[i]);
      exits.push_back(add(Kind::jump));
      steps_[split].other = here();
    }
    compile(node.children.back());
    for (const auto exit : exits) steps_[exit].next = here();
  }

  void compile_repeat(const Node& node) {
    const auto& body = node.children.front();
    for (std::uint32_t i = 0; i < node.min; ++i) compile(body);
    if (node.max == Node::k_unbounded) {
      const auto split = add(Kind::split);
      const auto start = here();
      compile(body);
      add(Kind::jump, split);
      branch(split, start, here(), node.greedy);
      return;
    }
    std::vector<std::pair<std::uint32_t, std::uint32_t>> splits;
    for (std::uint32_t i = node.min; i < node.max; ++i) {
      const auto split = add(Kind::split);
      splits.emplace_back(split, here());
      compile(body);
    }
    for (const auto& [split, start] : splits) branch(split, start, here(), node.greedy);
  }

  void branch(std::uint32_t split, std::uint32_t in, std::uint32_t out, bool greedy) {
    steps_[split].next = greedy ? in : out;
    steps_[split].other = greedy ? out : in;
  }

  void compile_group(const Node& node) {
    if (node.name.empty()) return compile(node.children.front());
    auto known = std::find(names_.begin(), names_.end(), node.name);
    if (known == names_.end()) known = names_.insert(names_.end(), node.name);
    const auto group = static_cast<std::uint32_t>(known - names_.begin());
    add(Kind::save, 0, 2 * group);
    compile(node.children.front());
    add(Kind::save, 0, 2 * group + 1);
  }

  std::string_view expression_;
  std::vector<PatternStep>& steps_;
  std::vector<std::bitset<256>>& sets_;
  std::vector<std::string>& names_;
};

bool is_word(std::string_view line, std::size_t at) {
  if (at >= line.size()) return false;
  const auto c = static_cast<unsigned char>(line[at]);
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

using Slots = std::vector<std::size_t>;
constexpr std::size_t k_unset = std::string_view::npos;

/// The threads of the machine that stand before one byte, in order of preference.
struct ThreadList {
  explicit ThreadList(std::size_t steps) : seen(steps, 0) {}
  std::vector<std::pair<std::uint32_t, Slots>> threads;
  std::vector<std::size_t> seen;  // the position + 1 for which a step is in the list
};

class Machine {
 public:
  Machine(const std::vector<PatternStep>& steps, const std::vector<std::bitset<256>>& sets,
          std::string_view line)
      : steps_(steps), sets_(sets), line_(line) {}

  Slots run(std::size_t slots) {
    ThreadList current(steps_.size());
    ThreadList next(steps_.size());
    Slots best;
    for (std::size_t at = 0; at <= line_.size(); ++at) {
      // Until something matched, a match may begin anywhere, at lower preference than those under
      // way.
      if (best.empty()) follow(current, 0, at, Slots(slots, k_unset));
      if (current.threads.empty() && !best.empty()) break;
      next.threads.clear();
      for (auto& [step, saved] : current.threads) {
        if (steps_[step].kind == Kind::match) {
          best = std::move(saved);
          break;  // those after it are less preferred
        }
        if (at < line_.size() &&
            sets_[steps_[step].other].test(static_cast<unsigned char>(line_[at]))) {
          follow(next, step + 1, at + 1, std::move(saved));
        }
      }
      std::swap(current, next);
    }
    return best;
  }

 private:
  /// Adds what is reached from `step` without taking a byte.
  void follow(ThreadList& list, std::uint32_t step, std::size_t at, Slots saved) {
    stack_.clear();
    stack_.emplace_back(step, std::move(saved));
    while (!stack_.empty()) {
      auto [here, slots] = std::move(stack_.back());
      stack_.pop_back();
      if (std::exchange(list.seen[here], at + 1) == at + 1) continue;
      const auto& what = steps_[here];
      switch (what.kind) {
        case Kind::byte_set:
        case Kind::match:
          list.threads.emplace_back(here, std::move(slots));
          break;
        case Kind::jump:
          stack_.emplace_back(what.next, std::move(slots));
          break;
        case Kind::split:
          stack_.emplace_back(what.other, slots);
          stack_.emplace_back(what.next, std::move(slots));
          break;
        case Kind::save:
          slots[what.other] = at;
          stack_.emplace_back(here + 1, std::move(slots));
          break;
        default:
          if (holds(what.kind, at)) stack_.emplace_back(here + 1, std::move(slots));
      }
    }
  }

  [[nodiscard]] bool holds(Kind kind, std::size_t at) const {
    const bool edge = (at > 0 && is_word(line_, at - 1)) != is_word(line_, at);
    switch (kind) {
      case Kind::line_start:
        return at == 0;
      case Kind::line_end:
        return at == line_.size();
      case Kind::word_edge:
        return edge;
      default:
        return !edge;
    }
  }

  const std::vector<PatternStep>& steps_;
  const std::vector<std::bitset<256>>& sets_;
  std::string_view line_;
  std::vector<std::pair<std::uint32_t, Slots>> stack_;
};

}  // namespace

LinePattern::LinePattern(std::string_view expression) {
  Compiler compiler(expression, steps_, sets_, names_);
  compiler.compile(parse_pattern(expression));
  compiler.add(Kind::match);
}

std::vector<std::pair<std::string_view, std::string_view>> LinePattern::find(
    std::string_view line) const {
  std::vector<std::pair<std::string_view, std::string_view>> result;
  const auto slots = Machine(steps_, sets_, line).run(std::max<std::size_t>(2 * names_.size(), 1));
  for (std::size_t group = 0; 2 * group + 1 < slots.size(); ++group) {
    const auto from = slots[2 * group];
    const auto to = slots[2 * group + 1];
    if (from != k_unset && to != k_unset && from <= to)
      result.emplace_back(names_[group], line.substr(from, to - from));
  }
  return result;
}

}  // namespace track::detail
