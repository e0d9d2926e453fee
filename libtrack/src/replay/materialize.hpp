#pragma once

#include <filesystem>
#include <string_view>

#include "replay/plan.hpp"
#include "track/storage/objects/object_store.hpp"

namespace track::detail {

/// Where the code lies in a replay's directory; inputs from beside the code lie beside it.
inline constexpr std::string_view k_code_directory = "code";

/// A fresh directory for a replay, removed with all in it unless kept.
class ReplayDirectory final {
 public:
  /// `wanted` must be absent or empty; where it is not given, one in the temporary directory.
  ReplayDirectory(const std::filesystem::path& wanted, bool keep);
  ReplayDirectory(const ReplayDirectory&) = delete;
  ReplayDirectory& operator=(const ReplayDirectory&) = delete;
  ~ReplayDirectory();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// Where the code lies in it.
  [[nodiscard]] std::filesystem::path code() const { return path_ / k_code_directory; }

 private:
  std::filesystem::path path_;
  bool keep_;
};

/// Writes code, stored program and inputs. Returns the program to execute.
std::filesystem::path materialize(const ReplayPlan& plan, const storage::ObjectStore& objects,
                                  const ReplayDirectory& directory);

/// The directory that stands for the recorded working directory.
[[nodiscard]] std::filesystem::path replay_working_directory(const ReplayPlan& plan,
                                                             const ReplayDirectory& directory);

}  // namespace track::detail
