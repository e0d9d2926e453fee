#include <cstdlib>
#include <string>

#include "fuzz_target.hpp"
#include "input_file.hpp"
#include "objects/compression.hpp"
#include "objects/pack_reader.hpp"
#include "objects/pack_writer.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/hash.hpp"

namespace track_test {
namespace {

using Bytes = std::vector<std::byte>;
namespace storage = track::storage;

void append_chunk(storage::PackWriter& pack, const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  storage::Compressor compressor;
  pack.append(storage::RecordKind::chunk, storage::blake3(bytes), compressor.compress(bytes),
              bytes.size());
}

/// Reads every record; those that are broken say so.
void read_records(const storage::PackReader& pack,
                  const std::vector<storage::TableEntry>& entries) {
  storage::Record record;
  for (const auto& entry : entries) {
    try {
      pack.read(entry.offset, entry.length, record);
    } catch (const track::Error&) {
      continue;
    }
    if (entry.kind == storage::RecordKind::chunk &&
        storage::blake3(record.plain) != record.header.id) {
      std::abort();  // a read that is not verified
    }
  }
}

}  // namespace

std::vector<Bytes> fuzz_samples() {
  const TempDir directory;
  storage::PackWriter pack(directory.path(), "new-", true);
  append_chunk(pack, "short");
  append_chunk(pack, std::string(5'000, 'z'));
  append_chunk(pack, "");
  pack.seal();
  pack.sync(0600);
  pack.move_to(directory.path());
  return {read_file(directory / storage::pack_file_name(pack.id()))};
}

bool fuzz_one(std::span<const std::byte> input) {
  const auto path = write_input(input, storage::pack_file_name({}));
  try {
    const auto pack = storage::PackReader::open(path);
    if (!pack) {
      return false;
    }
    read_records(*pack, pack->scan());
    const auto table = pack->table();
    if (table) {
      read_records(*pack, *table);
    }
    return pack->trailer() && table;
  } catch (const track::Error&) {
    return false;
  }
}

}  // namespace track_test
