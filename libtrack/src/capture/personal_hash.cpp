#include "capture/capture.hpp"
#include "track/storage/hash.hpp"

namespace track::detail {

std::string personal_hash(std::string_view clear) {
  storage::Blake3 hash("track 2026-01 names of people and machines");
  hash.update(clear);
  return hash.finish().hex();
}

}  // namespace track::detail
