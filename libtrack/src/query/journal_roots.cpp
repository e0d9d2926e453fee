#include "query/journal_roots.hpp"

#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "track/schemas/error.hpp"
#include "track/schemas/journal_entry.hpp"
#include "track/storage/journal/reader.hpp"

namespace track::detail {
namespace {

void collect(const schemas::JournalEntry& entry, storage::DigestSet& references) {
  const auto add = [&](const std::optional<Digest>& digest) {
    if (digest) references.insert(*digest);
  };
  if (const auto* artifact = std::get_if<schemas::ArtifactEntry>(&entry))
    add(artifact->record.digest);
  if (const auto* dataset = std::get_if<schemas::DatasetEntry>(&entry)) add(dataset->record.digest);
  if (const auto* fields = std::get_if<schemas::FieldsEntry>(&entry)) {
    for (const auto& field : fields->fields) add(field.object);
  }
  if (const auto* unknown = std::get_if<schemas::UnknownEntry>(&entry)) {
    throw Error(ErrorCode::unsupported,
                fmt::format("cannot collect garbage: a journal holds a record of kind {} that a "
                            "newer version wrote",
                            static_cast<int>(unknown->kind)),
                "use the newer version of track for gc");
  }
}

/// Nothing where somebody has ingested the segment since it was listed.
std::optional<schemas::JournalBatch> read_rest(const storage::SegmentInfo& segment,
                                               std::uint64_t from) {
  try {
    return storage::read_segment(segment, from);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) return std::nullopt;
    throw;
  }
}

}  // namespace

storage::DigestSet journal_references(const storage::StoreLayout& layout,
                                      const CursorOf& cursor_of) {
  storage::DigestSet references;
  for (const auto& run : storage::list_journal_runs(layout.journals())) {
    std::vector<std::string> problems;
    const auto segments = storage::list_segments(layout.journal(run), problems);
    if (!problems.empty()) {
      throw Error(ErrorCode::corrupt, fmt::format("cannot collect garbage: {}", problems.front()),
                  "move that file out of the store, or repair it, then try again");
    }
    for (const auto& segment : segments) {
      const auto batch = read_rest(segment, cursor_of(segment.segment).value_or(0));
      if (!batch) continue;
      for (const auto& entry : batch->entries) collect(entry, references);
    }
  }
  return references;
}

}  // namespace track::detail
