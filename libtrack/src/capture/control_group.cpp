#include "capture/control_group.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "capture/system_text.hpp"

namespace track::detail {
namespace {

const std::filesystem::path k_mount = "/sys/fs/cgroup";

/// This process's group under a controller; of version 2 where `controller` is empty.
std::string group_path(std::string_view controller) {
  const auto text = read_system_text("/proc/self/cgroup").value_or("");
  for (const auto& line : split(text, '\n')) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const auto names = split(std::string_view(line).substr(first + 1, second - first - 1), ',');
    const bool match = controller.empty()
                           ? names.empty()
                           : std::find(names.begin(), names.end(), controller) != names.end();
    if (match) return line.substr(second + 1);
  }
  return "/";
}

/// Asks every group from this process's up to the mount. In a container the path may be one of
/// the host's, which is not there: then the mount itself is this process's group.
template <typename T>
std::optional<T> smallest(
    const std::filesystem::path& mount, std::string_view controller,
    const std::function<std::optional<T>(const std::filesystem::path&)>& read) {
  std::optional<T> least;
  auto group = (mount / group_path(controller).substr(1)).lexically_normal();
  for (;;) {
    if (const auto value = read(group)) least = least ? std::min(*least, *value) : *value;
    if (group == mount || !group.has_relative_path() ||
        group.native().size() <= mount.native().size()) {
      return least;
    }
    group = group.parent_path();
  }
}

std::optional<double> quota_v2(const std::filesystem::path& group) {
  const auto text = read_system_text(group / "cpu.max");
  if (!text) return std::nullopt;
  const auto parts = split(*text, ' ');
  if (parts.size() != 2) return std::nullopt;
  const auto quota = parse_integer(parts[0]);  // "max" is none
  const auto period = parse_integer(parts[1]);
  if (!quota || !period || *period <= 0) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

std::optional<double> quota_v1(const std::filesystem::path& group) {
  const auto quota = parse_integer(read_system_text(group / "cpu.cfs_quota_us").value_or(""));
  const auto period = parse_integer(read_system_text(group / "cpu.cfs_period_us").value_or(""));
  if (!quota || *quota <= 0 || !period || *period <= 0) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

std::optional<std::uint64_t> memory_of(const std::filesystem::path& file) {
  constexpr long long k_unlimited = 1LL << 60;  // version 1 writes a huge number for none
  const auto value = parse_integer(read_system_text(file).value_or(""));
  if (!value || *value <= 0 || *value >= k_unlimited) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

bool has_version_1(std::string_view controller) {
  std::error_code none;
  return std::filesystem::is_directory(k_mount / controller, none);
}

}  // namespace

std::optional<double> cpu_quota() {
  if (has_version_1("cpu")) return smallest<double>(k_mount / "cpu", "cpu", quota_v1);
  return smallest<double>(k_mount, "", quota_v2);
}

std::optional<std::uint64_t> memory_limit() {
  if (has_version_1("memory")) {
    return smallest<std::uint64_t>(k_mount / "memory", "memory", [](const auto& group) {
      return memory_of(group / "memory.limit_in_bytes");
    });
  }
  return smallest<std::uint64_t>(k_mount, "",
                                 [](const auto& group) { return memory_of(group / "memory.max"); });
}

}  // namespace track::detail
