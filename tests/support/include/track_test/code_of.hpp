#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "track/schemas/error.hpp"

namespace track_test {

/// The code of the Error that `body` throws, whose message must read as house style has it; the
/// test fails where nothing is thrown.
template <typename Body>
[[nodiscard]] track::ErrorCode code_of(Body&& body) {
  try {
    body();
  } catch (const track::Error& error) {
    INFO(error.what());
    CHECK(std::string(error.what()).rfind("cannot ", 0) == 0);
    return error.code();
  }
  FAIL("nothing was thrown");
  return track::ErrorCode::io;
}

}  // namespace track_test
