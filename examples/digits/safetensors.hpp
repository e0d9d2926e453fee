#pragma once

#include <filesystem>

#include "network.hpp"

namespace digits {

/// Writes the parameters in the safetensors format
/// (https://github.com/huggingface/safetensors), which PyTorch and others read.
/// The same parameters give the same bytes. Throws std::runtime_error.
void write_safetensors(const std::filesystem::path& path, const Parameters& parameters);

}  // namespace digits
