#include "track/storage/objects/tree.hpp"

#include <algorithm>
#include <limits>

#include "objects/byte_order.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/hash.hpp"

namespace track::storage {
namespace {

constexpr std::string_view k_magic = "TRKTREE1";
constexpr std::string_view k_digest_context = "track.storage 2025-01-01 tree manifest v1";
constexpr std::size_t k_longest_name = 255;     // NAME_MAX
constexpr std::size_t k_longest_target = 4095;  // PATH_MAX less the NUL
constexpr std::size_t k_smallest_entry = 1 + 2 + 1 + 2 + 1;

/// What is wrong with an entry; empty when nothing is.
std::string_view problem_with_name(std::string_view name) {
  if (name.empty()) return "a name is empty";
  if (name == "." || name == "..") return "a name is '.' or '..'";
  if (name.find('/') != std::string_view::npos) return "a name holds '/'";
  if (name.find('\0') != std::string_view::npos) return "a name holds NUL";
  if (name.size() > k_longest_name) return "a name is longer than 255 bytes";
  return {};
}

std::string_view problem_with_target(std::string_view target) {
  if (target.empty()) return "a link has no target";
  if (target.find('\0') != std::string_view::npos) return "a link's target holds NUL";
  if (target.size() > k_longest_target) return "a link's target is longer than 4095 bytes";
  return {};
}

[[noreturn]] void refuse(std::string_view name, std::string_view problem) {
  throw Error(ErrorCode::usage, "cannot make a tree manifest with '" + std::string(name) +
                                    "': " + std::string(problem));
}

[[noreturn]] void corrupt(std::string_view problem) {
  throw Error(ErrorCode::corrupt, "cannot read a tree manifest: " + std::string(problem));
}

void encode_entry(ByteWriter& out, const TreeEntry& entry) {
  out.put(static_cast<std::uint8_t>(entry.type));
  out.put(static_cast<std::uint16_t>(entry.name.size()));
  out.put(std::string_view(entry.name));
  if (entry.type == EntryType::symlink) {
    out.put(static_cast<std::uint16_t>(entry.target.size()));
    out.put(std::string_view(entry.target));
  } else {
    out.put(entry.digest);
  }
}

TreeEntry decode_entry(ByteReader& in) {
  TreeEntry entry;
  const auto type = in.get<std::uint8_t>();
  if (type > static_cast<std::uint8_t>(EntryType::directory)) corrupt("unknown type of entry");
  entry.type = static_cast<EntryType>(type);
  entry.name = in.text(in.get<std::uint16_t>());
  if (entry.type == EntryType::symlink) {
    entry.target = in.text(in.get<std::uint16_t>());
  } else {
    entry.digest = in.digest();
  }
  if (in.failed()) corrupt("it ends in an entry");
  if (const auto problem = problem_with_name(entry.name); !problem.empty()) corrupt(problem);
  if (entry.type == EntryType::symlink) {
    if (const auto problem = problem_with_target(entry.target); !problem.empty()) corrupt(problem);
  }
  return entry;
}

}  // namespace

std::vector<std::byte> encode_tree(const TreeManifest& manifest) {
  if (manifest.entries.size() > std::numeric_limits<std::uint32_t>::max()) {
    refuse("…", "more than 4294967295 entries");
  }
  std::vector<const TreeEntry*> sorted;
  sorted.reserve(manifest.entries.size());
  for (const auto& entry : manifest.entries) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(),
            [](const TreeEntry* a, const TreeEntry* b) { return a->name < b->name; });

  std::vector<std::byte> bytes;
  ByteWriter out(bytes);
  out.put(k_magic);
  out.put(static_cast<std::uint32_t>(sorted.size()));
  const TreeEntry* before = nullptr;
  for (const auto* entry : sorted) {
    if (const auto problem = problem_with_name(entry->name); !problem.empty()) {
      refuse(entry->name, problem);
    }
    if (before != nullptr && before->name == entry->name) refuse(entry->name, "it stands twice");
    if (entry->type == EntryType::symlink) {
      const auto problem = problem_with_target(entry->target);
      if (!problem.empty()) refuse(entry->name, problem);
    }
    encode_entry(out, *entry);
    before = entry;
  }
  return bytes;
}

TreeManifest decode_tree(std::span<const std::byte> bytes) {
  ByteReader in(bytes);
  if (in.text(k_magic.size()) != k_magic) corrupt("it does not start as one");
  const auto count = in.get<std::uint32_t>();
  if (in.failed() || count > in.left() / k_smallest_entry) corrupt("it is too short");

  TreeManifest manifest;
  manifest.entries.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    auto entry = decode_entry(in);
    if (i > 0 && !(manifest.entries.back().name < entry.name)) corrupt("its names are not sorted");
    manifest.entries.push_back(std::move(entry));
  }
  if (in.left() != 0) corrupt("bytes follow its last entry");
  return manifest;
}

Digest tree_digest(const TreeManifest& manifest) {
  Blake3 hash(k_digest_context);
  hash.update(encode_tree(manifest));
  return hash.finish();
}

}  // namespace track::storage
