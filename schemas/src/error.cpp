#include "track/schemas/error.hpp"

#include <utility>

#include "names.hpp"

namespace track {
namespace {

constexpr schemas::Names<12> k_codes{"usage",    "not_found",  "ambiguous", "io",
                                     "no_space", "permission", "corrupt",   "unsupported",
                                     "busy",     "conflict",   "refused",   "inconclusive"};

}  // namespace

std::string_view to_string(ErrorCode code) noexcept {
  return schemas::name_of(k_codes, code, ErrorCode::usage);
}

Error::Error(ErrorCode code, const std::string& message, std::string hint)
    : std::runtime_error(message), code_(code), hint_(std::move(hint)) {}

Error::Error(const Error&) = default;
Error& Error::operator=(const Error&) = default;
Error::~Error() = default;

}  // namespace track
