#include <cstdio>

#include "track/schemas/error.hpp"
#include "track/schemas/ids.hpp"

int main() {
  const auto id = track::RunId::random();
  try {
    throw track::Error(track::ErrorCode::not_found, "cannot find run '" + id.value + "'");
  } catch (const track::Error& error) {
    std::puts(error.what());
  }
  return track::RunId::parse(id.value) == id ? 0 : 1;
}
