#include "exit_code.hpp"

#include <catch2/catch.hpp>

using track::ErrorCode;
using track::cli::exit_code_of;

TEST_CASE("the exit code says what kind of failure it was", "[cli]") {
  for (const auto code :
       {ErrorCode::usage, ErrorCode::not_found, ErrorCode::ambiguous, ErrorCode::io,
        ErrorCode::no_space, ErrorCode::permission, ErrorCode::corrupt, ErrorCode::unsupported}) {
    CHECK(exit_code_of(code) == 2);
  }
  CHECK(exit_code_of(ErrorCode::inconclusive) == 3);
  CHECK(exit_code_of(ErrorCode::refused) == 4);
  CHECK(exit_code_of(ErrorCode::conflict) == 5);
  CHECK(exit_code_of(ErrorCode::busy) == 5);
}
