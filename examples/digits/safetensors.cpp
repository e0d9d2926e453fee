#include "safetensors.hpp"

#include <array>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace digits {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

struct Tensor {
  const char* name;
  std::string shape;  // as JSON
  const std::vector<float>& values;

  [[nodiscard]] std::size_t size() const { return values.size() * sizeof(float); }
};

std::array<Tensor, 4> tensors_of(const Parameters& parameters) {
  const std::string hidden = std::to_string(parameters.hidden);
  const std::string pixels = std::to_string(k_pixels);
  const std::string classes = std::to_string(k_classes);
  return {{{"hidden.weight", "[" + hidden + "," + pixels + "]", parameters.hidden_weight},
           {"hidden.bias", "[" + hidden + "]", parameters.hidden_bias},
           {"output.weight", "[" + classes + "," + hidden + "]", parameters.output_weight},
           {"output.bias", "[" + classes + "]", parameters.output_bias}}};
}

std::string header_of(const std::array<Tensor, 4>& tensors) {
  std::string header = "{";
  std::size_t begin = 0;
  for (const Tensor& tensor : tensors) {
    const std::size_t end = begin + tensor.size();
    if (begin > 0) header += ',';
    header += "\"" + std::string(tensor.name) + R"(":{"dtype":"F32","shape":)" + tensor.shape +
              ",\"data_offsets\":[" + std::to_string(begin) + "," + std::to_string(end) + "]}";
    begin = end;
  }
  header += '}';
  constexpr std::size_t k_alignment = 8;  // of the tensors after the header, by spaces
  header.append((k_alignment - header.size() % k_alignment) % k_alignment, ' ');
  return header;
}

}  // namespace

void write_safetensors(const std::filesystem::path& path, const Parameters& parameters) {
  const auto tensors = tensors_of(parameters);
  const std::string header = header_of(tensors);
  const auto header_size = std::bit_cast<std::array<char, 8>>(std::uint64_t{header.size()});

  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(header_size.data(), header_size.size());
  file << header;
  for (const Tensor& tensor : tensors) {
    const auto bytes = static_cast<std::streamsize>(tensor.size());
    file.write(reinterpret_cast<const char*>(tensor.values.data()), bytes);
  }
  file.close();
  if (!file) {
    throw std::runtime_error("cannot write '" + path.string() + "': " + std::strerror(errno));
  }
}

}  // namespace digits
