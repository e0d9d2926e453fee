#include "objects/progress_report.hpp"

#include <string>

#include "track/schemas/error.hpp"

namespace track::storage {

void report(const Progress& progress, std::string_view what, std::uint64_t done,
            std::uint64_t total) {
  if (progress && !progress(what, done, total)) {
    throw Error(ErrorCode::inconclusive,
                "cannot finish '" + std::string(what) + "': it was asked to stop");
  }
}

}  // namespace track::storage
