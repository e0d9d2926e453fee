#include "registry/rollback.hpp"

namespace track::detail {
namespace {

/// The last promote before `end` that moved the alias to `version`.
std::optional<std::size_t> last_promote(const std::vector<TransitionRecord>& transitions,
                                        std::string_view alias, std::int64_t version,
                                        std::size_t end) {
  for (std::size_t i = end; i-- > 0;) {
    const auto& transition = transitions[i];
    if (transition.action == Action::promote && transition.alias == alias &&
        transition.to == version && transition.from != version)
      return i;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> rollback_target(const std::vector<TransitionRecord>& transitions,
                                            std::string_view alias, std::int64_t holder,
                                            const std::function<bool(std::int64_t)>& usable) {
  auto end = transitions.size();
  auto version = holder;
  // Each promote is passed at most once, so a history that goes round in circles ends too.
  while (const auto promote = last_promote(transitions, alias, version, end)) {
    const auto replaced = transitions[*promote].from;
    if (!replaced) return std::nullopt;
    if (*replaced != holder && usable(*replaced)) return replaced;
    version = *replaced;
    end = *promote;
  }
  return std::nullopt;
}

}  // namespace track::detail
