#include "capture/elf_file.hpp"

#include <elf.h>
#include <fcntl.h>
#include <link.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "capture/system_text.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

constexpr std::size_t k_most_headers = 512;
constexpr std::size_t k_most_notes = 64UL << 10;
constexpr std::size_t k_most_dynamic = 64UL << 10;
constexpr std::size_t k_most_strings = 4UL << 20;

/// Reads of one file; short ones are empty.
class Source {
 public:
  explicit Source(const std::filesystem::path& path)
      : path_(path), file_(storage::open_file(path, O_RDONLY)) {}

  std::vector<std::byte> bytes(std::uint64_t offset, std::uint64_t length, std::size_t most) const {
    std::vector<std::byte> data(static_cast<std::size_t>(std::min<std::uint64_t>(length, most)));
    data.resize(storage::read_at(file_.get(), data, offset, path_));
    return data;
  }

  template <typename T>
  std::vector<T> array(std::uint64_t offset, std::size_t count) const {
    const auto raw = bytes(offset, count * sizeof(T), count * sizeof(T));
    std::vector<T> values(raw.size() / sizeof(T));
    if (!values.empty()) std::memcpy(values.data(), raw.data(), values.size() * sizeof(T));
    return values;
  }

 private:
  std::filesystem::path path_;
  storage::Fd file_;
};

using Header = ElfW(Ehdr);
using Segment = ElfW(Phdr);
using Dynamic = ElfW(Dyn);

bool is_ours(const Header& header) {
  const bool magic = std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0;
  const auto words = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;
  const auto order = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  return magic && header.e_ident[EI_CLASS] == words && header.e_ident[EI_DATA] == order &&
         header.e_phentsize == sizeof(Segment);
}

/// Where an address of the image lies in the file.
std::optional<std::uint64_t> file_offset(const std::vector<Segment>& segments, std::uint64_t at) {
  for (const auto& segment : segments) {
    if (segment.p_type == PT_LOAD && at >= segment.p_vaddr &&
        at - segment.p_vaddr < segment.p_filesz) {
      return segment.p_offset + (at - segment.p_vaddr);
    }
  }
  return std::nullopt;
}

std::string text_at(const std::vector<std::byte>& strings, std::uint64_t offset) {
  if (offset >= strings.size()) return {};
  const auto* start = reinterpret_cast<const char*>(strings.data()) + offset;
  return {start, ::strnlen(start, strings.size() - static_cast<std::size_t>(offset))};
}

void read_dynamic(const Source& source, const std::vector<Segment>& segments,
                  const Segment& segment, ElfFile& elf) {
  const auto count = std::min<std::uint64_t>(segment.p_filesz, k_most_dynamic) / sizeof(Dynamic);
  const auto entries = source.array<Dynamic>(segment.p_offset, static_cast<std::size_t>(count));
  std::uint64_t table = 0;
  std::uint64_t size = 0;
  for (const auto& entry : entries) {
    if (entry.d_tag == DT_STRTAB) table = entry.d_un.d_ptr;
    if (entry.d_tag == DT_STRSZ) size = entry.d_un.d_val;
  }
  const auto offset = file_offset(segments, table);
  if (!offset) return;
  const auto strings = source.bytes(*offset, size, k_most_strings);
  std::string old_path;
  std::string new_path;
  for (const auto& entry : entries) {
    if (entry.d_tag == DT_NULL) break;
    if (entry.d_tag == DT_NEEDED) elf.needed.push_back(text_at(strings, entry.d_un.d_val));
    if (entry.d_tag == DT_SONAME) elf.soname = text_at(strings, entry.d_un.d_val);
    if (entry.d_tag == DT_RPATH) old_path = text_at(strings, entry.d_un.d_val);
    if (entry.d_tag == DT_RUNPATH) new_path = text_at(strings, entry.d_un.d_val);
  }
  elf.run_path_is_inherited = new_path.empty() && !old_path.empty();
  elf.run_path = split(new_path.empty() ? old_path : new_path, ':');
}

}  // namespace

std::optional<std::string> find_build_id(std::span<const std::byte> notes) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  const auto padded = [](std::size_t length) { return (length + 3) & ~std::size_t{3}; };
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note{};
    std::memcpy(&note, notes.data(), sizeof note);
    notes = notes.subspan(sizeof note);
    const auto name = padded(note.n_namesz);
    if (note.n_namesz > notes.size() || note.n_descsz > notes.size() || name > notes.size() ||
        note.n_descsz > notes.size() - name) {
      return std::nullopt;
    }
    const bool gnu = note.n_namesz == 4 && std::memcmp(notes.data(), "GNU", 4) == 0;
    if (gnu && note.n_type == NT_GNU_BUILD_ID && note.n_descsz > 0) {
      std::string hex;
      for (const auto byte : notes.subspan(name, note.n_descsz)) {
        hex += k_digits[std::to_integer<std::size_t>(byte) >> 4U];
        hex += k_digits[std::to_integer<std::size_t>(byte) & 15U];
      }
      return hex;
    }
    notes = notes.subspan(std::min(notes.size(), name + padded(note.n_descsz)));
  }
  return std::nullopt;
}

std::optional<ElfFile> read_elf(const std::filesystem::path& path) try {
  const Source source(path);
  const auto header = source.array<Header>(0, 1);
  if (header.empty() || !is_ours(header[0])) return std::nullopt;
  const auto count = std::min<std::size_t>(header[0].e_phnum, k_most_headers);
  const auto segments = source.array<Segment>(header[0].e_phoff, count);
  ElfFile elf;
  for (const auto& segment : segments) {
    if (segment.p_type == PT_NOTE && !elf.build_id) {
      elf.build_id = find_build_id(source.bytes(segment.p_offset, segment.p_filesz, k_most_notes));
    } else if (segment.p_type == PT_INTERP) {
      elf.interpreter = text_at(source.bytes(segment.p_offset, segment.p_filesz, 4096), 0);
    } else if (segment.p_type == PT_DYNAMIC) {
      read_dynamic(source, segments, segment, elf);
    }
  }
  return elf;
} catch (const Error&) {
  return std::nullopt;
}

}  // namespace track::detail
