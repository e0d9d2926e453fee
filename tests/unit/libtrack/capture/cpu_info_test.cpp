#include "capture/cpu_info.hpp"

#include <catch2/catch.hpp>

using namespace track::detail;  // NOLINT: a test file

TEST_CASE("the first processor's facts are read, its flags sorted", "[capture]") {
  const auto info = parse_cpu_info(
      "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\n"
      "model name\t: Some CPU @ 2.00GHz\nstepping\t: 7\nmicrocode\t: 0x1\n"
      "flags\t\t: sse2 fpu avx hypervisor\n\nprocessor\t: 1\nvendor_id\t: Other\n");
  CHECK(info.vendor == "GenuineIntel");
  CHECK(info.model == "6/85/7");
  CHECK(info.name == "Some CPU @ 2.00GHz");
  CHECK(info.isa == "avx fpu hypervisor sse2");
  CHECK(info.microcode == "0x1");
  CHECK(info.hypervisor == true);
}

TEST_CASE("64-bit Arm has other words for the same", "[capture]") {
  const auto info = parse_cpu_info(
      "processor\t: 0\nFeatures\t: fp asimd sve\nCPU implementer\t: 0x41\nCPU variant\t: 0x1\n"
      "CPU part\t: 0xd40\nCPU revision\t: 1\n");
  CHECK(info.vendor == "0x41");
  CHECK(info.isa == "asimd fp sve");
  CHECK(info.model == "0x1/0xd40/1");
  CHECK_FALSE(info.hypervisor);
}

TEST_CASE("nothing is made up where nothing is said", "[capture]") {
  const auto info = parse_cpu_info("");
  CHECK_FALSE(info.vendor);
  CHECK_FALSE(info.isa);
  CHECK_FALSE(info.model);
  CHECK_FALSE(dispatch_level(info));
}

#if defined(__x86_64__)
TEST_CASE("the level of libc's libraries follows from the flags", "[capture]") {
  CpuInfo info;
  info.isa = "fpu sse2";
  CHECK(dispatch_level(info) == "x86-64-v1");
  info.isa = "cx16 lahf_lm pni popcnt sse4_1 sse4_2 ssse3";
  CHECK(dispatch_level(info) == "x86-64-v2");
  *info.isa += " abm avx avx2 bmi1 bmi2 f16c fma movbe";
  CHECK(dispatch_level(info) == "x86-64-v3");
  *info.isa += " avx512bw avx512cd avx512dq avx512f avx512vl";
  CHECK(dispatch_level(info) == "x86-64-v4");
}
#endif
