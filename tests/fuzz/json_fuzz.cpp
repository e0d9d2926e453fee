#include <cstdlib>
#include <string>
#include <string_view>

#include "fuzz_target.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/json.hpp"

namespace track_test {

std::vector<std::vector<std::byte>> fuzz_samples() {
  std::vector<std::vector<std::byte>> samples;
  for (const std::string_view text :
       {R"({"lr": 0.1, "batch": 64, "seed": 18446744073709551615, "note": "\u00e9\ud83d\ude00"})",
        R"([[[]], {}, null, true, false, -0.0, 1e308, 1e-320, -9223372036854775808])",
        R"({"a": {"b": [1, 2.5, "NaN"]}, "": "\"\\\/\b\f\n\r\t"})"}) {
    const auto bytes = std::as_bytes(std::span(text));
    samples.emplace_back(bytes.begin(), bytes.end());
  }
  return samples;
}

/// What parses must say the same when it is written and parsed again.
bool fuzz_one(std::span<const std::byte> input) {
  const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
  track::schemas::Json document;
  try {
    document = track::schemas::Json::parse(text);
  } catch (const track::Error&) {
    return false;
  }
  const std::string written = document.canonical();
  if (track::schemas::Json::parse(written).canonical() != written) {
    std::abort();
  }
  return true;
}

}  // namespace track_test
