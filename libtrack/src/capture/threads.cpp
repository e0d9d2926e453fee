#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "capture/collectors.hpp"
#include "capture/control_group.hpp"
#include "capture/field_list.hpp"
#include "capture/field_names.hpp"
#include "capture/system_text.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

/// The processors that this thread may use. The kernel's mask may be longer than cpu_set_t.
std::vector<int> affinity() {
  for (std::size_t sets = 1; sets <= 64; sets *= 2) {
    std::vector<cpu_set_t> mask(sets);
    const auto bytes = sets * sizeof(cpu_set_t);
    if (::sched_getaffinity(0, bytes, mask.data()) == 0) {
      std::vector<int> processors;
      for (int i = 0; i < static_cast<int>(bytes * 8); ++i) {
        if (CPU_ISSET_S(static_cast<std::size_t>(i), bytes, mask.data())) processors.push_back(i);
      }
      return processors;
    }
    if (errno != EINVAL) break;
  }
  throw Error(ErrorCode::io, "cannot read the affinity of 'this thread': " +
                                 std::generic_category().message(errno));
}

/// "0-3,8"
std::string ranges(const std::vector<int>& sorted) {
  std::string text;
  for (std::size_t i = 0; i < sorted.size();) {
    auto last = i;
    while (last + 1 < sorted.size() && sorted[last + 1] == sorted[last] + 1) ++last;
    if (!text.empty()) text += ',';
    text +=
        last == i ? fmt::format("{}", sorted[i]) : fmt::format("{}-{}", sorted[i], sorted[last]);
    i = last + 1;
  }
  return text;
}

std::optional<std::int64_t> count_threads() {
  std::int64_t count = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    const auto name = read_system_text(task.path() / "comm");
    if (name && *name != "track-helper") ++count;
  }
  return count;
}

}  // namespace

Fields collect_threads() {
  FieldList fields(Section::threads);
  try {
    const auto processors = affinity();
    fields.known(fields::k_affinity, FieldClass::numeric, ranges(processors));
    fields.known(fields::k_cpu_count, FieldClass::numeric, processors.size());
  } catch (const Error& error) {
    fields.unavailable(fields::k_affinity, FieldClass::numeric, error.what());
    fields.unavailable(fields::k_cpu_count, FieldClass::numeric, error.what());
  }
  fields.collect(fields::k_cpu_quota, FieldClass::numeric, [] { return cpu_quota(); });
  return fields.take();
}

Fields collect_thread_count() {
  FieldList fields(Section::threads, Phase::finish);
  fields.collect(fields::k_thread_count, FieldClass::numeric, [] { return count_threads(); });
  return fields.take();
}

Fields collect_distributed(const CaptureContext& context) {
  FieldList fields(Section::distributed);
  const auto number = [&](std::initializer_list<const char*> names) -> std::optional<std::int64_t> {
    for (const auto* name : names) {
      const auto text = find_variable(context.environment, name);
      if (!text) continue;
      if (const auto value = parse_integer(*text)) return *value;
      throw Error(ErrorCode::usage, fmt::format("cannot read '{}': no number", name));
    }
    return std::nullopt;
  };
  fields.collect(fields::k_world_size, FieldClass::numeric, [&] {
    return number({"WORLD_SIZE", "OMPI_COMM_WORLD_SIZE", "SLURM_NTASKS"});
  });
  fields.collect(fields::k_rank, FieldClass::numeric, [&] {
    return number({"RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID"});
  });
  return fields.take();
}

}  // namespace track::detail
