#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace track_test {

/// Valid inputs of the target, from which mutation starts. At least one.
[[nodiscard]] std::vector<std::vector<std::byte>> fuzz_samples();

/// Feeds one input to the target; answers whether it was understood, as every sample must be. A
/// crash, a sanitizer's report or an exception that the parser does not document is the finding.
bool fuzz_one(std::span<const std::byte> input);

}  // namespace track_test
