#include "capture/elf_file.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <random>

#include <catch2/catch.hpp>

#include "capture_fixture.hpp"
#include "track/storage/file.hpp"

using namespace track_test;  // NOLINT: a test file
using track::detail::find_build_id;
using track::detail::read_elf;

namespace {

std::vector<std::byte> note(std::uint32_t type, std::string_view name, std::string_view content) {
  const std::uint32_t header[3] = {static_cast<std::uint32_t>(name.size()),
                                   static_cast<std::uint32_t>(content.size()), type};
  std::vector<std::byte> bytes(sizeof header);
  std::memcpy(bytes.data(), header, sizeof header);
  for (const auto text : {name, content}) {
    for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
    while (bytes.size() % 4 != 0) bytes.push_back(std::byte{0});
  }
  return bytes;
}

}  // namespace

TEST_CASE("the build id is found behind other notes", "[capture]") {
  using namespace std::string_view_literals;
  auto notes = note(NT_GNU_ABI_TAG, "GNU\0"sv, "0123456789abcdef");
  const auto id = note(NT_GNU_BUILD_ID, "GNU\0"sv, "\x01\xab\xff"sv);
  notes.insert(notes.end(), id.begin(), id.end());
  CHECK(find_build_id(notes) == "01abff");
  CHECK_FALSE(find_build_id({}));
  CHECK_FALSE(find_build_id(note(NT_GNU_BUILD_ID, "XYZ\0"sv, "abc")));
  // Cut anywhere, it is no note, and nothing beyond its end is read.
  for (std::size_t length = 0; length < id.size() - 1; ++length) {
    CHECK_FALSE(find_build_id(std::span(id).first(length)));
  }
}

TEST_CASE("a program's needs and loader are read from its file", "[capture]") {
  const auto elf = read_elf("/proc/self/exe");
  REQUIRE(elf);
  CHECK_FALSE(elf->interpreter.empty());
  CHECK(std::find(elf->needed.begin(), elf->needed.end(), "libc.so.6") != elf->needed.end());
}

TEST_CASE("what is no ELF file, or a damaged one, is nothing", "[capture]") {
  TempDir directory;
  write(directory / "text", "#!/bin/sh\n");
  write(directory / "empty", "");
  CHECK_FALSE(read_elf(directory / "text"));
  CHECK_FALSE(read_elf(directory / "empty"));
  CHECK_FALSE(read_elf(directory / "missing"));

  const auto whole = track::storage::read_file("/bin/true");
  std::mt19937 random(7);
  for (int i = 0; i < 200; ++i) {
    std::string damaged(reinterpret_cast<const char*>(whole.data()),
                        std::min<std::size_t>(whole.size(), 8192));
    // The headers, where a byte decides how much else is read.
    for (int hits = 0; hits < 8; ++hits) damaged[16 + random() % 800] = static_cast<char>(random());
    write(directory / "damaged", damaged);
    static_cast<void>(read_elf(directory / "damaged"));
  }
}
