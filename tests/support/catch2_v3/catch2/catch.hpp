#pragma once

// The name that tests include, for Catch2 3, which has no single header of its own.
#include <catch2/catch_all.hpp>

using Catch::Approx;
