#include "capture/cpu_info.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "capture/system_text.hpp"

namespace track::detail {
namespace {

std::optional<std::string> sorted_words(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  auto words = split(*text, ' ');
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  std::string joined;
  for (const auto& word : words) joined += joined.empty() ? word : " " + word;
  return joined;
}

bool has_flag(std::string_view flags, std::string_view flag) {
  for (std::size_t at = 0; (at = flags.find(flag, at)) != std::string_view::npos; ++at) {
    const auto end = at + flag.size();
    if ((at == 0 || flags[at - 1] == ' ') && (end == flags.size() || flags[end] == ' '))
      return true;
  }
  return false;
}

bool has_all(std::string_view flags, std::initializer_list<std::string_view> wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](std::string_view flag) { return has_flag(flags, flag); });
}

std::optional<std::string> caches_by_libc() {
  std::string text;
  const auto add = [&](std::string_view name, int number) {
    const auto bytes = ::sysconf(number);
    if (bytes > 0) text += fmt::format("{}{} {}K", text.empty() ? "" : ", ", name, bytes / 1024);
  };
  add("L1d", _SC_LEVEL1_DCACHE_SIZE);
  add("L1i", _SC_LEVEL1_ICACHE_SIZE);
  add("L2", _SC_LEVEL2_CACHE_SIZE);
  add("L3", _SC_LEVEL3_CACHE_SIZE);
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace

CpuInfo parse_cpu_info(const std::string& text) {
  const auto first = std::string_view(text).substr(0, text.find("\n\n"));
  CpuInfo info;
  info.name = find_line(first, "model name");
  info.microcode = find_line(first, "microcode");
  info.vendor = find_line(first, "vendor_id");
  info.isa = sorted_words(find_line(first, "flags"));
  auto family = find_line(first, "cpu family");
  auto model = find_line(first, "model");
  auto stepping = find_line(first, "stepping");
  if (info.isa) info.hypervisor = has_flag(*info.isa, "hypervisor");
  if (!info.vendor) {  // the words of 64-bit Arm
    info.vendor = find_line(first, "CPU implementer");
    info.isa = sorted_words(find_line(first, "Features"));
    family = find_line(first, "CPU variant");
    model = find_line(first, "CPU part");
    stepping = find_line(first, "CPU revision");
  }
  if (family && model && stepping) info.model = fmt::format("{}/{}/{}", *family, *model, *stepping);
  return info;
}

CpuInfo read_cpu_info() { return parse_cpu_info(read_system_text("/proc/cpuinfo").value_or("")); }

std::optional<std::string> read_cpu_caches() {
  std::map<std::string, std::string> sizes;
  std::error_code none;
  for (const auto& entry :
       std::filesystem::directory_iterator("/sys/devices/system/cpu/cpu0/cache", none)) {
    const auto level = read_system_text(entry.path() / "level");
    const auto type = read_system_text(entry.path() / "type");
    const auto size = read_system_text(entry.path() / "size");
    if (!level || !type || !size) continue;
    const auto* suffix = *type == "Data" ? "d" : *type == "Instruction" ? "i" : "";
    sizes["L" + *level + suffix] = *size;
  }
  if (sizes.empty()) return caches_by_libc();
  std::string text;
  for (const auto& [name, size] : sizes) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, size);
  }
  return text;
}

std::optional<std::string> dispatch_level(const CpuInfo& info) {
  if (!info.isa) return std::nullopt;
#if defined(__x86_64__)
  const std::string_view flags = *info.isa;
  int level = 1;
  if (has_all(flags, {"cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"})) level = 2;
  if (level == 2 &&
      has_all(flags, {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"})) {
    level = 3;
  }
  if (level == 3 && has_all(flags, {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"})) {
    level = 4;
  }
  return fmt::format("x86-64-v{}", level);
#else
  return "by the processor's features";
#endif
}

}  // namespace track::detail
