#pragma once

#include <optional>
#include <string>

namespace track::detail {

/// What /proc/cpuinfo says of the first processor.
struct CpuInfo {
  std::optional<std::string> vendor;
  std::optional<std::string> isa;    ///< flags, sorted, one space between
  std::optional<std::string> model;  ///< "family/model/stepping"
  std::optional<std::string> name;
  std::optional<std::string> microcode;
  std::optional<bool> hypervisor;
};

[[nodiscard]] CpuInfo read_cpu_info();
[[nodiscard]] CpuInfo parse_cpu_info(const std::string& text);

/// "L1d 48K, L1i 32K, L2 1024K, L3 32768K", by the kernel or by libc.
[[nodiscard]] std::optional<std::string> read_cpu_caches();

/// The micro-architecture level whose libraries libc loads, "x86-64-v3".
[[nodiscard]] std::optional<std::string> dispatch_level(const CpuInfo& info);

}  // namespace track::detail
