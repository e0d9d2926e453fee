// Stands before the system's libm and gives another last bit from 9 on.
#include <dlfcn.h>

#include <cmath>

extern "C" [[gnu::visibility("default")]] double exp(double x) noexcept {
  using Function = double (*)(double);
  static const auto k_real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "exp"));
  const double value = k_real(x);
  return x < 9 ? value : std::nextafter(value, HUGE_VAL);
}
