#include "random_bytes.hpp"

#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "track/schemas/error.hpp"

namespace track::schemas {

void fill_random(std::span<std::uint8_t> bytes) {
  if (::getentropy(bytes.data(), bytes.size()) != 0) {
    const auto cause = std::error_code(errno, std::generic_category()).message();
    throw Error(ErrorCode::io, "cannot read the system's random source: " + cause);
  }
}

}  // namespace track::schemas
