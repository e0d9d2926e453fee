#include "registry/policy.hpp"
#include "track/registry.hpp"

namespace track {

void check_policy(const std::filesystem::path& path) {
  static_cast<void>(detail::read_policy(path));
}

std::vector<std::string> explain_policy(const std::filesystem::path& path) {
  std::vector<std::string> sentences;
  for (const auto& gate : detail::read_policy(path).gates)
    sentences.push_back(detail::explain_gate(gate));
  return sentences;
}

}  // namespace track
