#pragma once

#include <string>

namespace track::schemas {

/// The shortest decimal text that reads back as the finite `value`; always with a point or
/// an exponent, so that it reads back as a real.
[[nodiscard]] std::string real_text(double value);

}  // namespace track::schemas
