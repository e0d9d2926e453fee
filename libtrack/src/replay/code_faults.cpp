#include "replay/code_faults.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include <fmt/format.h>

#include "capture/system_text.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_named = 3;

bool git_has_it(const ListedPath& listed) {
  return listed.file_class != "untracked" && listed.file_class != "plain";
}

template <typename Describe>
std::string name_some(const std::vector<ListedPath>& paths, Describe describe) {
  std::string text;
  for (std::size_t i = 0; i < paths.size() && i < k_named; ++i)
    text += (i == 0 ? "" : ", ") + describe(paths[i]);
  if (paths.size() > k_named) text += fmt::format(" and {} more", paths.size() - k_named);
  return text;
}

std::string quoted(const ListedPath& listed) {
  return fmt::format("'{}'", escape_bytes(listed.path));
}

}  // namespace

CodeFaults find_code_faults(const std::vector<ListedPath>& listing, const RunDetails& original,
                            const fs::path& root, const fs::path& working_directory) {
  CodeFaults faults;
  const auto is_at = [&](const std::string& path, const ListedPath& listed) {
    return !path.empty() && (root / working_directory / path).lexically_normal() ==
                                (root / listed.path).lexically_normal();
  };
  const auto made = [&](const ListedPath& listed) {
    const auto& read = original.datasets;
    const auto& logged = original.artifacts;
    return std::none_of(read.begin(), read.end(),
                        [&](const auto& dataset) { return is_at(dataset.uri, listed); }) &&
           std::any_of(logged.begin(), logged.end(), [&](const auto& artifact) {
             return artifact.digest && artifact.digest == listed.digest &&
                    is_at(artifact.path, listed);
           });
  };
  for (const auto& listed : listing) {
    if (listed.file_class == "skipped") {
      if (!listed.by_choice) faults.left_out.push_back(listed);
    } else if (listed.torn) {
      if (!git_has_it(listed) && made(listed)) {
        faults.outputs.insert(listed.path);
      } else {
        faults.torn.push_back(listed);
      }
    }
  }
  return faults;
}

std::string describe_left_out(const std::vector<ListedPath>& left_out) {
  auto text = name_some(left_out, [](const ListedPath& listed) {
    return fmt::format("{} ({})", quoted(listed), listed.why);
  });
  const auto any = [&](std::string_view reason) {
    return std::any_of(left_out.begin(), left_out.end(), [&](const ListedPath& listed) {
      return std::string_view(listed.why).find(reason) != std::string_view::npos;
    });
  };
  if (any("secret: "))
    text +=
        "; keep a secret in a variable or outside of the code, or name its file in .trackignore";
  if (any("the limit for")) {
    text +=
        "; name in .trackignore what is no code and record data by --dataset, or raise "
        "code.file_limit or code.total_limit";
  }
  if (!any("secret: ") && !any("the limit for"))
    text += "; name in .trackignore what the run does not need";
  return text;
}

std::string describe_torn(const std::vector<ListedPath>& torn) {
  auto text = name_some(torn, quoted);
  if (!std::all_of(torn.begin(), torn.end(), git_has_it))
    text += "; let outputs go outside of the code or name them in .trackignore";
  if (std::any_of(torn.begin(), torn.end(), git_has_it))
    text += "; leave what git tracks alone while a run starts";
  return text;
}

}  // namespace track::detail
