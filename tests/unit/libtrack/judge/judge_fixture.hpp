#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "capture/field_names.hpp"
#include "track/schemas/field.hpp"

namespace track_test {

using Fields = std::vector<track::CapturedField>;

/// Every field that decides a level, as one machine would record them.
inline Fields full_capture() {
  namespace names = track::detail::fields;
  using track::FieldClass;
  using track::Section;
  Fields all;
  const auto known = [&](Section section, std::string_view name, track::Value value) {
    all.push_back(
        track::known_field(section, std::string(name), FieldClass::numeric, std::move(value)));
  };
  const auto absent = [&](Section section, std::string_view name) {
    all.push_back(track::absent_field(section, std::string(name), FieldClass::numeric));
  };
  known(Section::hardware, names::k_architecture, "x86_64");
  known(Section::hardware, names::k_endianness, "little");
  known(Section::hardware, names::k_memory, 1 << 30);
  known(Section::hardware, names::k_cpu_vendor, "GenuineIntel");
  known(Section::hardware, names::k_cpu_isa, "avx2 fma");
  known(Section::hardware, names::k_cpu_caches, "L1 32 KiB");
  known(Section::hardware, names::k_cpu_dispatch, "x86-64-v3");
  known(Section::hardware, names::k_cpu_model, "6/85/7");
  known(Section::hardware, names::k_hypervisor, false);
  known(Section::hardware, names::k_numa, "0: 0-3");
  known(Section::hardware, names::k_machine_id, "m-hash");
  known(Section::threads, names::k_cpu_count, 4);
  absent(Section::threads, names::k_cpu_quota);
  known(Section::threads, names::k_affinity, "0-3");
  known(Section::threads, "env.OMP_NUM_THREADS", "4");
  absent(Section::distributed, names::k_world_size);
  known(Section::software, names::k_libc, "glibc 2.36");
  absent(Section::software, names::k_locks);
  known(Section::software, names::k_objects,
        track::JsonText{R"({"libm.so.6":{"digest":"b3:aa","path":"/lib/libm.so.6"}})"});
  known(Section::program, names::k_program_digest, "b3:01");
  absent(Section::program, names::k_program_interpreter);
  absent(Section::program, names::k_program_script);
  known(Section::invocation, names::k_environment_names, track::JsonText{"[]"});
  all.back().field_class = FieldClass::diagnostic;
  auto peak = track::known_field(Section::resources, std::string(names::k_peak_memory),
                                 FieldClass::diagnostic, 1 << 20);
  peak.phase = track::Phase::finish;
  all.push_back(std::move(peak));
  return all;
}

inline track::CapturedField& field(Fields& all, track::Section section, std::string_view name) {
  return *std::find_if(all.begin(), all.end(), [&](const auto& each) {
    return each.section == section && each.name == name;
  });
}

inline void forget(Fields& all, track::Section section, std::string_view name) {
  std::erase_if(all,
                [&](const auto& each) { return each.section == section && each.name == name; });
}

inline void lose(Fields& all, track::Section section, std::string_view name,
                 track::FieldState state) {
  auto& lost = field(all, section, name);
  lost = track::unknown_field(section, lost.name, lost.field_class, state, "for the test");
}

}  // namespace track_test
