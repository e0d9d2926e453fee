#include <cstdint>

#include <fmt/format.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "capture/collectors.hpp"
#include "capture/field_list.hpp"
#include "capture/field_names.hpp"

namespace track::detail {

Fields collect_numerics(Phase phase) {
  FieldList fields(Section::numerics, phase);
#if defined(__x86_64__)
  // The low six bits are sticky exception flags: they say what was computed, not how.
  fields.known(fields::k_fp_control, FieldClass::numeric,
               fmt::format("{:#06x}", _mm_getcsr() & 0xFFC0U));
#elif defined(__aarch64__)
  std::uint64_t control = 0;
  asm volatile("mrs %0, fpcr" : "=r"(control));
  fields.known(fields::k_fp_control, FieldClass::numeric, fmt::format("{:#010x}", control));
#else
  fields.unavailable(fields::k_fp_control, FieldClass::numeric,
                     "floating-point control is not read on this architecture");
#endif
  return fields.take();
}

}  // namespace track::detail
