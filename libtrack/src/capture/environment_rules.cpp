#include "capture/environment_rules.hpp"

#include <algorithm>
#include <array>

namespace track::detail {
namespace {

struct Rule {
  std::string_view pattern;  ///< `*` at the end: a prefix
  Section section;
};

constexpr std::array k_rules = {
    Rule{"LANG", Section::invocation},        Rule{"LC_*", Section::invocation},
    Rule{"TZ", Section::invocation},          Rule{"PYTHON*", Section::invocation},
    Rule{"OMP_*", Section::threads},          Rule{"MKL_*", Section::threads},
    Rule{"OPENBLAS_*", Section::threads},     Rule{"CUDA_*", Section::numerics},
    Rule{"CUBLAS_*", Section::numerics},      Rule{"NCCL_*", Section::numerics},
    Rule{"LD_*", Section::software},          Rule{"RANK", Section::distributed},
    Rule{"WORLD_SIZE", Section::distributed}, Rule{"LOCAL_RANK", Section::distributed},
    Rule{"MASTER_*", Section::distributed},   Rule{"SLURM_*", Section::distributed},
};

bool matches(std::string_view pattern, std::string_view name) noexcept {
  if (!pattern.ends_with('*')) return name == pattern;
  pattern.remove_suffix(1);
  return name.starts_with(pattern);
}

const Rule* find_rule(std::string_view name) noexcept {
  const auto* found = std::find_if(k_rules.begin(), k_rules.end(),
                                   [&](const Rule& rule) { return matches(rule.pattern, name); });
  return found == k_rules.end() ? nullptr : found;
}

}  // namespace

Section environment_section(std::string_view name) noexcept {
  const auto* rule = find_rule(name);
  return rule == nullptr ? Section::invocation : rule->section;
}

FieldClass environment_class(std::string_view name) noexcept {
  return environment_section(name) == Section::invocation ? FieldClass::reexecute
                                                          : FieldClass::numeric;
}

bool environment_allowed(std::string_view name, const StoreConfig& config) noexcept {
  if (name.empty() || name.starts_with("TRACK_")) return false;
  if (find_rule(name) != nullptr) return true;
  return std::any_of(config.env_allow.begin(), config.env_allow.end(),
                     [&](const std::string& pattern) { return matches(pattern, name); });
}

}  // namespace track::detail
