#include "journal/batch_builder.hpp"

#include <algorithm>
#include <utility>

#include "track/schemas/codec.hpp"
#include "track/schemas/error.hpp"

namespace track::storage::journal {
namespace {

constexpr int k_most_links = 1024;  // beyond, one pass over the segment is quicker

// Looks at series and anchors, and at nothing else.
template <typename Learn>
struct DirectoryVisitor {
  Learn learn;
  bool point(const Slot&) noexcept { return true; }
  bool frame(const FoundFrame& found) {
    learn(found);
    return true;
  }
  void invalid(std::uint64_t) noexcept {}
};

bool is_directory(std::uint8_t kind) noexcept {
  return kind == static_cast<std::uint8_t>(schemas::EntryKind::series) ||
         kind == static_cast<std::uint8_t>(schemas::EntryKind::anchor);
}

std::optional<schemas::JournalEntry> decode(const FoundFrame& frame) {
  return decode_frame(kind_of(frame.first), frame.version(), frame.payload);
}

}  // namespace

std::optional<schemas::JournalEntry> decode_frame(std::uint8_t kind, std::uint8_t version,
                                                  std::span<const std::byte> payload) {
  try {
    return schemas::decode(kind, version, payload);
  } catch (const Error&) {
    return std::nullopt;
  }
}

void BatchBuilder::restore(SegmentFile& file, std::uint64_t from, bool trust_links) {
  if (from <= k_header_size || (trust_links && follow_links(file, from))) return;
  series_.clear();
  const auto take = [this](const FoundFrame& found) {
    if (!is_directory(kind_of(found.first))) return;
    if (const auto entry = decode(found)) learn(*entry);
  };
  DirectoryVisitor<decltype(take)> visitor{take};
  file.scan(k_header_size, from, visitor);
}

// From the last directory record back to the first: each names the one before.
bool BatchBuilder::follow_links(SegmentFile& file, std::uint64_t from) {
  const auto header_anchor = anchor_;
  std::optional<schemas::AnchorEntry> latest;
  auto at = file.directory();
  for (int links = 0; at != 0; ++links) {
    const auto found = links < k_most_links ? file.frame_at(at) : std::nullopt;
    if (!found || !is_directory(kind_of(found->first)) || found->link() >= at) {
      anchor_ = header_anchor;
      return false;
    }
    at = found->link();
    if (found->offset >= from) continue;
    const auto entry = decode(*found);
    if (!entry) continue;
    if (const auto* anchor = std::get_if<schemas::AnchorEntry>(&*entry)) {
      if (!latest) latest = *anchor;
    } else {
      learn(*entry);
    }
  }
  if (latest) learn(*latest);
  return true;
}

bool BatchBuilder::learn(const schemas::JournalEntry& entry) {
  if (const auto* anchor = std::get_if<schemas::AnchorEntry>(&entry)) {
    anchor_ = {anchor->monotonic_ns, anchor->real_ns};
    return true;
  }
  if (const auto* series = std::get_if<schemas::SeriesEntry>(&entry)) {
    series_.try_emplace(series->index, series->key);
    return true;
  }
  return false;
}

schemas::PointColumns* BatchBuilder::add_columns(std::uint32_t series) {
  const auto found = series_.find(series);
  if (found == series_.end()) return nullptr;
  columns_.set(series, static_cast<std::uint32_t>(batch_.points.size()));
  auto& made = batch_.points.emplace_back();
  made.series = found->second;
  // As if points were spread evenly over the series; memory that is not touched costs nothing.
  const auto share = (expected_ - std::min(taken_, expected_)) / series_.size() + 1;
  made.steps.reserve(share);
  made.times_ms.reserve(share);
  made.values.reserve(share);
  return &made;
}

bool BatchBuilder::frame(const FoundFrame& frame) {
  auto entry = decode(frame);
  if (!entry) {
    invalid(1);
  } else if (!learn(*entry)) {
    batch_.entries.push_back(std::move(*entry));
  }
  return true;
}

}  // namespace track::storage::journal
