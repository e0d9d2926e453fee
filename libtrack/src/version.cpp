#include "track/version.hpp"

namespace track {

std::string_view version() noexcept { return TRACK_VERSION; }

}  // namespace track
