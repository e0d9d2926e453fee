#include "objects/link_target.hpp"

namespace track::storage {

// Leading ".." go through the directories that hold the link, which are none of them links. Names
// after them may be links, but of this tree, and so judged themselves. Only a ".." behind such a
// name goes up from somewhere unknown.
LinkTarget judge_link(std::string_view target, unsigned depth) noexcept {
  if (target.empty() || target.front() == '/') return LinkTarget::leaves;
  bool went_down = false;
  bool doubtful = false;
  long level = depth;
  while (!target.empty()) {
    const auto slash = target.find('/');
    const auto name = target.substr(0, slash);
    target = slash == std::string_view::npos ? std::string_view() : target.substr(slash + 1);
    if (name.empty() || name == ".") continue;
    if (name != "..") {
      went_down = true;
      ++level;
      continue;
    }
    doubtful = doubtful || went_down;
    if (--level < 0) return LinkTarget::leaves;
  }
  return doubtful ? LinkTarget::doubtful : LinkTarget::stays;
}

}  // namespace track::storage
