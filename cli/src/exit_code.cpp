#include "exit_code.hpp"

namespace track::cli {

int exit_code_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::inconclusive:
      return k_exit_inconclusive;
    case ErrorCode::refused:
      return k_exit_refused;
    case ErrorCode::busy:
    case ErrorCode::conflict:
      return k_exit_conflict;
    case ErrorCode::usage:
    case ErrorCode::not_found:
    case ErrorCode::ambiguous:
    case ErrorCode::io:
    case ErrorCode::no_space:
    case ErrorCode::permission:
    case ErrorCode::corrupt:
    case ErrorCode::unsupported:
      return k_exit_trouble;
  }
  return k_exit_trouble;
}

}  // namespace track::cli
