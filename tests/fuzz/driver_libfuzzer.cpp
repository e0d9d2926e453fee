#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "fuzz_target.hpp"

/// Writes the samples into the corpus, which is the first argument that is a directory.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  for (int i = 1; i < *argc; ++i) {
    const std::filesystem::path corpus = (*argv)[i];
    if (!std::filesystem::is_directory(corpus)) {
      continue;
    }
    int number = 0;
    for (const auto& sample : track_test::fuzz_samples()) {
      std::ofstream file(corpus / ("sample-" + std::to_string(number++)), std::ios::binary);
      file.write(reinterpret_cast<const char*>(sample.data()),
                 static_cast<std::streamsize>(sample.size()));
    }
    break;
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  track_test::fuzz_one(std::as_bytes(std::span(data, size)));
  return 0;
}
