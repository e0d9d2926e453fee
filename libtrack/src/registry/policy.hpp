#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "track/schemas/digest.hpp"
#include "track/schemas/records.hpp"
#include "track/schemas/registry_reports.hpp"

namespace track::detail {

/// A floor, a ceiling or both on one statistic of one series.
struct MetricGate {
  std::string name;    ///< as it is waived and reported; unique within the policy
  std::string metric;  ///< "name" or "name{label=value}"
  Statistic statistic = Statistic::automatic;
  std::optional<double> min;
  std::optional<double> max;
};

struct Policy {
  std::filesystem::path path;
  Digest digest;  ///< of the file's bytes
  std::vector<MetricGate> gates;
};

/// Reads a policy; an unknown key is an error, since a gate that is misspelt must not pass.
/// Throws Error{usage} naming file, line and key.
[[nodiscard]] Policy read_policy(const std::filesystem::path& path);

/// What a gate says of a run's metrics. Missing, ambiguous or NaN is a fail.
[[nodiscard]] GateResult evaluate_gate(const MetricGate& gate,
                                       const std::vector<MetricRecord>& metrics);

/// One sentence.
[[nodiscard]] std::string explain_gate(const MetricGate& gate);

}  // namespace track::detail
