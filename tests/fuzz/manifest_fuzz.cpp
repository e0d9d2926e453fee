#include <algorithm>
#include <cstdlib>

#include "fuzz_target.hpp"
#include "objects/file_manifest.hpp"
#include "objects/tree_record.hpp"
#include "track/schemas/error.hpp"

namespace track_test {
namespace {

using Bytes = std::vector<std::byte>;
namespace storage = track::storage;

enum class Form : std::uint8_t { file, tree };

/// As the input holds it: which form, then the manifest.
Bytes with_form(Form form, const Bytes& manifest) {
  Bytes bytes{static_cast<std::byte>(form)};
  bytes.insert(bytes.end(), manifest.begin(), manifest.end());
  return bytes;
}

Bytes written_again(Form form, std::span<const std::byte> bytes) {
  return form == Form::file ? storage::encode_file(storage::decode_file(bytes))
                            : storage::encode_tree_record(storage::decode_tree_record(bytes));
}

}  // namespace

std::vector<Bytes> fuzz_samples() {
  storage::FileManifest file;
  file.size = 70'000;
  file.chunker = storage::ChunkerKind::fast_cdc;
  file.chunks = {{{}, 40'000}, {{}, 30'000}};
  storage::TreeRecord tree;
  tree.size = 12;
  tree.files = 2;
  tree.manifest.entries = {{"a.txt", storage::EntryType::file, {}, ""},
                           {"bin", storage::EntryType::directory, {}, ""},
                           {"link", storage::EntryType::symlink, {}, "a.txt"},
                           {"run.sh", storage::EntryType::executable, {}, ""}};
  return {with_form(Form::file, storage::encode_file(file)),
          with_form(Form::file, storage::encode_file({})),
          with_form(Form::tree, storage::encode_tree_record(tree)),
          with_form(Form::tree, storage::encode_tree_record({}))};
}

/// A tree's digest names its bytes, so there must be one way to write what it says. A file's
/// names the content; of its manifest a later version may use what is passed over here.
bool fuzz_one(std::span<const std::byte> input) {
  if (input.empty()) {
    return false;
  }
  const Form form = input[0] == std::byte{0} ? Form::file : Form::tree;
  const auto bytes = input.subspan(1);
  try {
    const Bytes written = written_again(form, bytes);
    const bool same = std::ranges::equal(written, bytes);
    if (form == Form::tree ? !same : written_again(form, written) != written) {
      std::abort();
    }
    return true;
  } catch (const track::Error&) {
    return false;
  }
}

}  // namespace track_test
