#include "track/schemas/codec.hpp"

#include "entry_payloads.hpp"
#include "track/schemas/error.hpp"

namespace track::schemas {
namespace {

/// The layout of every kind, as entry_payloads.hpp has it.
constexpr std::uint8_t k_version = 1;

template <typename Entry>
constexpr EntryKind k_kind_of = EntryKind::point;
template <>
constexpr EntryKind k_kind_of<SeriesEntry> = EntryKind::series;
template <>
constexpr EntryKind k_kind_of<RunStartEntry> = EntryKind::run_start;
template <>
constexpr EntryKind k_kind_of<MemberStartEntry> = EntryKind::member_start;
template <>
constexpr EntryKind k_kind_of<ParamEntry> = EntryKind::param;
template <>
constexpr EntryKind k_kind_of<TagEntry> = EntryKind::tag;
template <>
constexpr EntryKind k_kind_of<NoteEntry> = EntryKind::note;
template <>
constexpr EntryKind k_kind_of<MetricDefinitionEntry> = EntryKind::metric_definition;
template <>
constexpr EntryKind k_kind_of<ArtifactEntry> = EntryKind::artifact;
template <>
constexpr EntryKind k_kind_of<DatasetEntry> = EntryKind::dataset;
template <>
constexpr EntryKind k_kind_of<SeedEntry> = EntryKind::seed;
template <>
constexpr EntryKind k_kind_of<FieldsEntry> = EntryKind::fields;
template <>
constexpr EntryKind k_kind_of<GapEntry> = EntryKind::gap;
template <>
constexpr EntryKind k_kind_of<LossEntry> = EntryKind::loss;
template <>
constexpr EntryKind k_kind_of<MemberEndEntry> = EntryKind::member_end;
template <>
constexpr EntryKind k_kind_of<RunEndEntry> = EntryKind::run_end;
template <>
constexpr EntryKind k_kind_of<AnchorEntry> = EntryKind::anchor;
template <>
constexpr EntryKind k_kind_of<RewindEntry> = EntryKind::rewind;

EncodedEntry encode_one(const UnknownEntry& entry) {
  return {entry.kind, entry.version, entry.payload};
}

template <typename Entry>
EncodedEntry encode_one(const Entry& entry) {
  static_assert(k_kind_of<Entry> != EntryKind::point, "this kind has no payload of its own");
  PayloadWriter writer;
  writer(entry);
  return {static_cast<std::uint8_t>(k_kind_of<Entry>), k_version, std::move(writer).take()};
}

/// Tries the alternatives of JournalEntry from the first on; nothing where none has this kind.
template <std::size_t Index = 0>
std::optional<JournalEntry> decode_one(std::uint8_t kind, std::span<const std::byte> payload) {
  using Entry = std::variant_alternative_t<Index, JournalEntry>;
  if constexpr (std::is_same_v<Entry, UnknownEntry>) {
    return std::nullopt;
  } else {
    if (kind != static_cast<std::uint8_t>(k_kind_of<Entry>))
      return decode_one<Index + 1>(kind, payload);
    Entry entry;
    PayloadReader reader(payload);
    reader(entry);
    return entry;
  }
}

}  // namespace

EncodedEntry encode(const JournalEntry& entry) {
  return std::visit([](const auto& alternative) { return encode_one(alternative); }, entry);
}

JournalEntry decode(std::uint8_t kind, std::uint8_t version, std::span<const std::byte> payload) {
  try {
    if (version == k_version) {
      if (auto entry = decode_one(kind, payload)) return *std::move(entry);
    }
  } catch (const MalformedPayload& malformed) {
    throw Error(ErrorCode::corrupt, "cannot read journal record '" +
                                        std::string(to_string(static_cast<EntryKind>(kind))) +
                                        "': " + malformed.cause);
  }
  return UnknownEntry{kind, version, {payload.begin(), payload.end()}};
}

std::uint8_t kind_of(const JournalEntry& entry) noexcept {
  if (const auto* unknown = std::get_if<UnknownEntry>(&entry)) return unknown->kind;
  return std::visit(
      []<typename Entry>(const Entry&) { return static_cast<std::uint8_t>(k_kind_of<Entry>); },
      entry);
}

}  // namespace track::schemas
