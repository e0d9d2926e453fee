#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "capture/code/listing.hpp"
#include "track/store.hpp"

namespace track::detail {

/// What of a snapshot keeps it from being the code that a run ran.
struct CodeFaults {
  std::vector<ListedPath> left_out;  ///< skipped, and by nobody's choice
  std::vector<ListedPath> torn;      ///< changed after the start
  /// Changed after the start too, but the run itself logged these very bytes by this path: what it
  /// made, not what it ran. One that it recorded as an input is none.
  std::set<std::string> outputs;
};

/// `working_directory` is the run's, from the code root.
[[nodiscard]] CodeFaults find_code_faults(const std::vector<ListedPath>& listing,
                                          const RunDetails& original,
                                          const std::filesystem::path& root,
                                          const std::filesystem::path& working_directory);

/// "'a' (why), 'b' (why) and 3 more", and what to do about it.
[[nodiscard]] std::string describe_left_out(const std::vector<ListedPath>& left_out);
[[nodiscard]] std::string describe_torn(const std::vector<ListedPath>& torn);

}  // namespace track::detail
