#include "registry/rollback.hpp"

#include <set>
#include <vector>

#include <catch2/catch.hpp>

namespace track::detail {
namespace {

/// The history of one alias, and where rolling back from its end leads, step by step.
class History {
 public:
  History& promote(std::int64_t version) { return move(Action::promote, version); }
  History& roll_back() {
    const auto target = next();
    REQUIRE(target);
    return move(Action::rollback, *target);
  }
  History& lose(std::int64_t version) {
    unusable_.insert(version);
    return *this;
  }
  [[nodiscard]] std::optional<std::int64_t> next() const {
    return rollback_target(transitions_, "production", *holder_,
                           [&](std::int64_t version) { return !unusable_.contains(version); });
  }

 private:
  History& move(Action action, std::int64_t version) {
    TransitionRecord transition;
    transition.action = action;
    transition.alias = "production";
    transition.from = holder_;
    transition.to = version;
    transitions_.push_back(transition);
    holder_ = version;
    // Moves of another alias play no part.
    transition.alias = "staging";
    transition.from = 77;
    transitions_.push_back(transition);
    return *this;
  }

  std::vector<TransitionRecord> transitions_;
  std::optional<std::int64_t> holder_;
  std::set<std::int64_t> unusable_;
};

}  // namespace

TEST_CASE("Two rollbacks from A, B, C give B, then A, then nothing", "[registry]") {
  History history;
  history.promote(1).promote(2).promote(3);
  CHECK(history.next() == 2);
  CHECK(history.roll_back().next() == 1);
  CHECK_FALSE(history.roll_back().next());
}

TEST_CASE("What cannot be used is passed over", "[registry]") {
  History history;
  history.promote(1).promote(2).promote(3).lose(2);
  CHECK(history.next() == 1);
  CHECK_FALSE(history.lose(1).next());
}

TEST_CASE("A promote after a rollback goes back to what it replaced", "[registry]") {
  History history;
  history.promote(1).promote(2).promote(3).roll_back().promote(4);
  CHECK(history.next() == 2);
  CHECK(history.roll_back().next() == 1);
}

TEST_CASE("Promoting the holder again replaces nothing", "[registry]") {
  History history;
  history.promote(1).promote(2).promote(2);
  CHECK(history.next() == 1);
  History lone;
  CHECK_FALSE(lone.promote(1).promote(1).next());
}

TEST_CASE("A history that goes round in circles ends", "[registry]") {
  History history;
  history.promote(1).promote(2).promote(1).promote(2).lose(1);
  CHECK_FALSE(history.next());
}

}  // namespace track::detail
