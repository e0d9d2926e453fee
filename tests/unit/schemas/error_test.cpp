#include "track/schemas/error.hpp"

#include <catch2/catch.hpp>
#include <type_traits>

using track::Error;
using track::ErrorCode;

TEST_CASE("an error carries its code, message and hint", "[schemas]") {
  const Error error(ErrorCode::not_found, "cannot show run 'x': no such run",
                    "track ls names them");
  CHECK(error.code() == ErrorCode::not_found);
  CHECK(std::string(error.what()) == "cannot show run 'x': no such run");
  CHECK(error.hint() == "track ls names them");

  Error copy(ErrorCode::io, "cannot read");
  CHECK(copy.hint().empty());
  copy = error;
  CHECK(copy.code() == ErrorCode::not_found);
  CHECK(copy.hint() == error.hint());
  CHECK(std::string(copy.what()) == error.what());
}

TEST_CASE("every error code has the name of its enumerator", "[schemas]") {
  CHECK(to_string(ErrorCode::usage) == "usage");
  CHECK(to_string(ErrorCode::not_found) == "not_found");
  CHECK(to_string(ErrorCode::ambiguous) == "ambiguous");
  CHECK(to_string(ErrorCode::io) == "io");
  CHECK(to_string(ErrorCode::no_space) == "no_space");
  CHECK(to_string(ErrorCode::permission) == "permission");
  CHECK(to_string(ErrorCode::corrupt) == "corrupt");
  CHECK(to_string(ErrorCode::unsupported) == "unsupported");
  CHECK(to_string(ErrorCode::busy) == "busy");
  CHECK(to_string(ErrorCode::conflict) == "conflict");
  CHECK(to_string(ErrorCode::refused) == "refused");
  CHECK(to_string(ErrorCode::inconclusive) == "inconclusive");
  CHECK(to_string(static_cast<ErrorCode>(0)) == "invalid");
  CHECK(to_string(static_cast<ErrorCode>(13)) == "invalid");
}
