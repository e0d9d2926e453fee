#include "data.hpp"

#include <zlib.h>

#include <charconv>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace digits {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& cause) {
  throw std::runtime_error("cannot read '" + path.string() + "': " + cause);
}

std::string read_gzip(const std::filesystem::path& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file) fail(path, "no such file, or not readable");
  std::string text;
  std::array<char, 65536> buffer{};
  int size = 0;
  while ((size = gzread(file.get(), buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  // At a cut-off end gzread returns the bytes that it has; only gzerror tells.
  int status = Z_OK;
  std::string message = gzerror(file.get(), &status);
  if (size < 0 || status != Z_OK) {
    const std::string prefix = path.string() + ": ";  // zlib's own
    if (message.starts_with(prefix)) message.erase(0, prefix.size());
    fail(path, message);
  }
  return text;
}

/// Takes the number up to the next comma off the front of `row`.
std::size_t take_number(std::string_view& row, std::size_t limit) {
  const std::string_view field = row.substr(0, row.find(','));
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
  if (error != std::errc{} || end != field.data() + field.size() || number > limit) {
    throw std::invalid_argument("expected a number 0.." + std::to_string(limit) + ", found '" +
                                std::string(field) + "'");
  }
  row.remove_prefix(field.size() == row.size() ? field.size() : field.size() + 1);
  return number;
}

Image parse_row(std::string_view row) {
  constexpr std::size_t k_brightest = 16;
  Image image;
  for (float& pixel : image.pixels) {
    pixel = static_cast<float>(take_number(row, k_brightest)) / static_cast<float>(k_brightest);
  }
  image.label = take_number(row, k_classes - 1);
  if (!row.empty()) throw std::invalid_argument("more than 65 numbers");
  return image;
}

}  // namespace

Data load_data(const std::filesystem::path& path) {
  constexpr std::size_t k_test_every = 5;
  const std::string text = read_gzip(path);
  Data data;
  std::size_t line = 0;
  for (std::string_view rest = text; !rest.empty(); ++line) {
    const auto end = rest.find('\n');
    try {
      const Image image = parse_row(rest.substr(0, end));
      (line % k_test_every == 0 ? data.test : data.train).push_back(image);
    } catch (const std::invalid_argument& e) {
      fail(path, "line " + std::to_string(line + 1) + ": " + e.what());
    }
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  if (data.train.empty()) fail(path, "fewer than two images");
  return data;
}

}  // namespace digits
