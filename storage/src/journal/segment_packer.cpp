#include "journal/segment_packer.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <utility>

#include "journal/batch_builder.hpp"
#include "journal/interleave.hpp"
#include "track/schemas/error.hpp"

namespace track::storage::journal {
namespace {

constexpr std::uint64_t k_slots_a_step = 4096;
constexpr std::uint64_t k_group_bytes = 2UL << 20U;  // of points collected at a time
constexpr std::uint64_t k_point_bytes = 24;
// What is mostly something else than points is left as it is: it would gain little, and cost
// memory.
constexpr std::size_t k_most_breaks = 1UL << 15U;
constexpr std::uint64_t k_most_payload = 1UL << 20U;

std::uint64_t worthwhile(std::uint64_t raw) noexcept { return raw / 4 * 3; }

}  // namespace

/// What SegmentFile::scan() calls; stops after a piece.
struct SegmentPacker::Survey {
  SegmentPacker& packer;
  std::uint64_t slots_left = k_slots_a_step;

  bool point(const Slot& slot) {
    const auto column = packer.columns_.find(slot.head >> 8U);
    if (column == ColumnIndex::k_unknown) {
      packer.add_invalid(1);  // as a reader does: the record that named its series is damaged
    } else {
      packer.add_point(column);
    }
    return --slots_left > 0;
  }
  bool frame(const FoundFrame& frame) {
    packer.add_frame(frame);
    return packer.stage_ == Stage::survey && --slots_left > 0;
  }
  void invalid(std::uint64_t slots) { packer.add_invalid(slots); }
};

SegmentPacker::SegmentPacker(SegmentFile raw, mode_t mode)
    : raw_(std::move(raw)), output_(raw_.path(), mode), anchor_(raw_.anchor()) {
  raw_closed_.watch(raw_.descriptor());
  stretch_.at = k_header_size;
}

std::unique_ptr<SegmentPacker> SegmentPacker::open(const std::filesystem::path& path, mode_t mode) {
  auto start = SegmentStart::open(path);
  auto raw = start ? SegmentFile::open(std::move(*start)) : std::nullopt;
  if (!raw || !raw->sealed() || !raw->committed_is_sane() || raw->size() > k_most_packed)
    return nullptr;
  return std::unique_ptr<SegmentPacker>(new SegmentPacker(std::move(*raw), mode));
}

bool SegmentPacker::step() {
  switch (stage_) {
    case Stage::survey:
      survey();
      break;
    case Stage::collect:
      collect();
      break;
    case Stage::directory:
      write_directory();
      break;
    case Stage::sync:
      output_.sync();
      stage_ = Stage::name;
      break;
    case Stage::name:
      put_in_place();
      break;
    case Stage::done:
      return false;
  }
  if (stage_ != Stage::done && output_.size() > worthwhile(raw_.size())) stage_ = Stage::done;
  return stage_ != Stage::done;
}

void SegmentPacker::survey() {
  Survey visitor{*this};
  at_ = raw_.scan(at_, raw_.committed(), visitor);
  if (at_ < raw_.committed() || stage_ != Stage::survey) return;
  end_stretch();
  directory_.points_after = std::exchange(stretch_.points, 0);
  flush_interleave();
  interleave_ = {};
  stage_ = next_group() ? Stage::collect : Stage::directory;
}

void SegmentPacker::add_point(std::uint32_t column) {
  ++stretch_.points;
  ++directory_.columns[column].points;
  interleave_.push_back(column);
  if (interleave_.size() == k_interleave_points) flush_interleave();
}

void SegmentPacker::flush_interleave() {
  if (interleave_.empty()) return;
  directory_.interleave.push_back(output_.put(encode_interleave(interleave_, compressor_)));
  interleave_.clear();
}

void SegmentPacker::end_stretch() {
  if (stretch_.points == 0) return;
  stretch_.anchor = anchor_;
  stretches_.push_back(stretch_);
}

void SegmentPacker::add_break(PackedBreak found) {
  end_stretch();
  found.points_before = stretch_.points;
  stretch_ = {.at = stretch_.at + (stretch_.points + found.slots) * k_record_size,
              .points = 0,
              .anchor = {}};
  directory_.breaks.push_back(found);
  if (directory_.breaks.size() > k_most_breaks) stage_ = Stage::done;
}

void SegmentPacker::add_invalid(std::uint64_t slots) {
  if (stretch_.points == 0 && !directory_.breaks.empty() && directory_.breaks.back().kind == 0) {
    directory_.breaks.back().slots += slots;
    stretch_.at += slots * k_record_size;
    return;
  }
  PackedBreak found;
  found.slots = slots;
  add_break(found);
}

void SegmentPacker::add_frame(const FoundFrame& frame) {
  if (frame.payload.size() > k_most_payload) {
    stage_ = Stage::done;
    return;
  }
  PackedBreak found;
  found.kind = kind_of(frame.first);
  found.version = frame.version();
  found.time = frame.first.time;
  found.slots = frame_size(frame.payload.size()) / k_record_size;
  found.payload = output_.put(frame.payload);
  add_break(found);
  const auto entry = decode_frame(found.kind, found.version, frame.payload);
  if (!entry) return;
  if (const auto* anchor = std::get_if<schemas::AnchorEntry>(&*entry)) {
    anchor_ = {anchor->monotonic_ns, anchor->real_ns};
  } else if (const auto* series = std::get_if<schemas::SeriesEntry>(&*entry)) {
    if (columns_.find(series->index) != ColumnIndex::k_unknown) return;  // the first one names it
    columns_.set(series->index, static_cast<std::uint32_t>(directory_.columns.size()));
    auto& column = directory_.columns.emplace_back();
    column.named_by = directory_.breaks.size() - 1;
  }
}

// False where no column is left.
bool SegmentPacker::next_group() {
  group_ += buffers_.size();
  buffers_.clear();
  std::uint64_t bytes = 0;
  const auto& columns = directory_.columns;
  for (auto column = group_; column < columns.size(); ++column) {
    const auto most = std::min<std::uint64_t>(columns[column].points, k_chunk_points);
    bytes += most * k_point_bytes;
    if (bytes > k_group_bytes && !buffers_.empty()) break;
    auto& buffer = buffers_.emplace_back();
    buffer.steps.reserve(most);
    buffer.times_ms.reserve(most);
    buffer.values.reserve(most);
  }
  stretches_done_ = points_done_ = rest_done_ = 0;
  return !buffers_.empty();
}

void SegmentPacker::collect() {
  auto slots_left = k_slots_a_step;
  for (; stretches_done_ < stretches_.size(); ++stretches_done_) {
    if (!collect_slots(stretches_[stretches_done_], slots_left)) return;
    points_done_ = 0;
  }
  collect_rest();
}

// The survey has checked them.
bool SegmentPacker::collect_slots(const Stretch& stretch, std::uint64_t& slots_left) {
  while (points_done_ < stretch.points) {
    const auto bytes = raw_.slots(stretch.at + points_done_ * k_record_size,
                                  stretch.at + stretch.points * k_record_size);
    if (bytes.empty())
      throw Error(ErrorCode::io, "cannot pack '" + path().string() + "': it was cut short");
    for (std::size_t at = 0; at < bytes.size(); at += k_record_size) {
      Slot slot;
      std::memcpy(&slot, bytes.data() + at, sizeof slot);
      ++points_done_;
      const auto column = columns_.find(slot.head >> 8U);
      if (column >= group_ && column - group_ < buffers_.size()) {
        auto& buffer = buffers_[column - group_];
        buffer.steps.push_back(static_cast<std::int64_t>(slot.a));
        buffer.times_ms.push_back(stretch.anchor.to_ms(slot.time));
        buffer.values.push_back(std::bit_cast<double>(slot.b));
        if (buffer.steps.size() == k_chunk_points) {
          encode(column);
          return false;
        }
      }
      if (--slots_left == 0) return false;
    }
  }
  return true;
}

// The last chunk of a series, which is not full, a piece each.
void SegmentPacker::collect_rest() {
  while (rest_done_ < buffers_.size() && buffers_[rest_done_].steps.empty()) ++rest_done_;
  if (rest_done_ < buffers_.size()) {
    encode(group_ + rest_done_);
  } else if (!next_group()) {
    stage_ = Stage::directory;
  }
}

void SegmentPacker::encode(std::size_t column) {
  auto& buffer = buffers_[column - group_];
  directory_.columns[column].chunks.push_back(
      output_.put(encoder_.encode(buffer.steps, buffer.times_ms, buffer.values)));
  buffer.steps.clear();
  buffer.times_ms.clear();
  buffer.values.clear();
}

void SegmentPacker::write_directory() {
  const auto bytes = directory_.encode();
  const auto blob = output_.put(bytes);
  PackedHeader header;
  header.header_size = k_packed_header_size;
  header.committed = raw_.committed();
  header.dropped = raw_.dropped();
  header.directory_at = blob.at;
  header.directory_size = blob.size;
  header.directory_crc = blob.crc;
  header.raw = raw_.header();
  header.crc = packed_header_crc(header);
  output_.put_header(header);
  stage_ = Stage::sync;
}

void SegmentPacker::put_in_place() {
  stage_ = Stage::done;
  if (!raw_.is_named()) return;  // ingested meanwhile
  output_.replace_target();
  sync_directory(path().parent_path());
  saved_ = raw_.size() - output_.size();
}

}  // namespace track::storage::journal
