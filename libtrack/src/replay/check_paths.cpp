#include <string>
#include <string_view>

#include <fmt/format.h>

#include "replay/checks.hpp"

namespace track::detail {
namespace {

/// Whether `text` holds an absolute path at or below `root`, such as "--data=/home/ada/x/data".
bool points_below(std::string_view text, std::string_view root) {
  for (auto at = text.find(root); at != std::string_view::npos; at = text.find(root, at + 1)) {
    const auto end = at + root.size();
    const bool starts =
        at == 0 || std::string_view("=:,;\"' ").find(text[at - 1]) != std::string_view::npos;
    const bool ends = end == text.size() || text[end] == '/' ||
                      std::string_view(":,;\"' ").find(text[end]) != std::string_view::npos;
    if (starts && ends) return true;
  }
  return false;
}

}  // namespace

void check_paths(ReplayPlan& plan, const ReplayOptions& options) {
  const auto root = plan.code_root.string();
  if (options.allow_paths || root.empty() || root == "/") return;
  const auto refuse = [&](const std::string& field, std::string_view value) {
    plan.refusals.push_back(
        fmt::format("{} = '{}' points below the recorded code root '{}', where the fresh copy is "
                    "not: use relative paths, or --allow paths",
                    field, value, root));
  };
  for (std::size_t i = 1; i < plan.argv.size(); ++i) {
    if (points_below(plan.argv[i], root))
      refuse(fmt::format("invocation.argv[{}]", i), plan.argv[i]);
  }
  for (const auto& param : plan.original.params) {
    if (param.value.type() == Value::Type::text && points_below(param.value.as_text(), root))
      refuse("params." + param.name, param.value.as_text());
  }
  for (const auto& [name, value] : plan.environment) {
    if (points_below(value, root)) refuse("env." + name, value);
  }
}

}  // namespace track::detail
