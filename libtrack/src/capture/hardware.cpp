#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "capture/collectors.hpp"
#include "capture/control_group.hpp"
#include "capture/cpu_info.hpp"
#include "capture/field_list.hpp"
#include "capture/field_names.hpp"
#include "capture/system_text.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

std::string architecture() {
  utsname name{};
  if (::uname(&name) != 0) throw Error(ErrorCode::io, "cannot read the name of 'this system'");
  return name.machine;
}

/// What a program here may use: the machine's memory, or its control group's limit.
std::int64_t memory_bytes() {
  const auto pages = ::sysconf(_SC_PHYS_PAGES);
  const auto size = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || size <= 0) throw Error(ErrorCode::io, "cannot read the size of 'memory'");
  const auto machine = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(size);
  return static_cast<std::int64_t>(std::min(machine, memory_limit().value_or(machine)));
}

/// "0: 0-3; 1: 4-7"; nothing where the kernel shows no nodes.
std::optional<std::string> numa_nodes() {
  const fs::path nodes = "/sys/devices/system/node";
  std::map<long long, std::string> processors;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(nodes, none)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with("node")) continue;
    if (const auto number = parse_integer(std::string_view(name).substr(4))) {
      processors[*number] = read_system_text(entry.path() / "cpulist").value_or("");
    }
  }
  if (processors.empty()) return std::nullopt;
  std::string text;
  for (const auto& [node, list] : processors) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", node, list);
  }
  return text;
}

bool in_container() {
  constexpr std::array k_marks = {"/.dockerenv", "/run/.containerenv", "/run/systemd/container"};
  std::error_code none;
  for (const auto* mark : k_marks) {
    if (fs::exists(mark, none)) return true;
  }
  const auto groups = read_system_text("/proc/1/cgroup").value_or("");
  for (const auto* word : {"docker", "kubepods", "libpod", "containerd", "/lxc"}) {
    if (groups.find(word) != std::string::npos) return true;
  }
  return false;
}

/// Throws where it cannot be known: nobody may conclude that two machines are one from that.
std::optional<std::string> machine_id() {
  if (in_container()) {
    throw Error(ErrorCode::unsupported, "a container does not show the id of its machine");
  }
  const auto id = read_system_text("/etc/machine-id");
  if (!id || id->size() < 32) {
    throw Error(ErrorCode::not_found, "there is no id in /etc/machine-id");
  }
  return personal_hash(*id);
}

void add_cpu(const CaptureContext& context, FieldList& fields) {
  constexpr auto k_numeric = FieldClass::numeric;
  const auto info = read_cpu_info();
  const auto add = [&](std::string_view name, FieldClass field_class,
                       const std::optional<std::string>& value) {
    if (value) {
      fields.known(name, field_class, *value);
    } else {
      fields.unavailable(name, field_class, "not in /proc/cpuinfo");
    }
  };
  add(fields::k_cpu_vendor, k_numeric, info.vendor);
  add(fields::k_cpu_isa, k_numeric, info.isa);
  add(fields::k_cpu_model, k_numeric, info.model);
  add(fields::k_cpu_name, FieldClass::diagnostic, info.name);
  add(fields::k_microcode, FieldClass::diagnostic, info.microcode);
  if (info.hypervisor) {
    fields.known(fields::k_hypervisor, k_numeric, *info.hypervisor);
  } else {
    fields.unavailable(fields::k_hypervisor, k_numeric, "this processor does not say");
  }
  if (const auto caches = read_cpu_caches()) {
    fields.known(fields::k_cpu_caches, k_numeric, *caches);
  } else {
    fields.unavailable(fields::k_cpu_caches, k_numeric, "the kernel does not say");
  }
  const auto tunables = find_variable(context.environment, "GLIBC_TUNABLES").value_or("");
  if (const auto level = dispatch_level(info)) {
    // Tunables can hide instructions from libc: then it takes other branches on equal processors.
    const bool masked = tunables.find("hwcaps") != std::string::npos;
    fields.known(fields::k_cpu_dispatch, k_numeric, masked ? *level + " " + tunables : *level);
  } else {
    fields.unavailable(fields::k_cpu_dispatch, k_numeric, "the processor's flags are not known");
  }
}

}  // namespace

Fields collect_hardware(const CaptureContext& context) {
  FieldList fields(Section::hardware);
  fields.collect(fields::k_architecture, FieldClass::numeric,
                 [] { return std::optional(architecture()); });
  fields.known(fields::k_endianness, FieldClass::numeric,
               std::endian::native == std::endian::little ? "little" : "big");
  fields.collect(fields::k_memory, FieldClass::numeric,
                 [] { return std::optional(memory_bytes()); });
  add_cpu(context, fields);
  fields.collect(fields::k_numa, FieldClass::numeric, [] { return numa_nodes(); });
  fields.collect(fields::k_machine_id, FieldClass::personal, [] { return machine_id(); });
  return fields.take();
}

}  // namespace track::detail
