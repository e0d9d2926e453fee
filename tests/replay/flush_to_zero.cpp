// A library that changes the floating-point state of whoever loads it, as one that was linked with
// -Ofast does.
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace {

[[gnu::constructor]] void flush_to_zero() {
#if defined(__x86_64__)
  constexpr unsigned k_flush_and_denormals_are_zero = 0x8040;
  _mm_setcsr(_mm_getcsr() | k_flush_and_denormals_are_zero);
#elif defined(__aarch64__)
  unsigned long control = 0;
  asm volatile("mrs %0, fpcr" : "=r"(control));
  asm volatile("msr fpcr, %0" : : "r"(control | (1UL << 24U)));
#endif
}

}  // namespace
