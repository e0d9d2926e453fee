#include "catalog/sqlite/chunk_scan.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "catalog/sqlite/series_reader.hpp"

namespace track::storage {
namespace {

std::optional<double> real_or_none(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.real(column));
}

bool lies_within(const PointBlock& block, const StepRange& range) {
  return block.first_step >= range.from && block.last_step <= range.to;
}

bool meets(const PointBlock& block, const StepRange& range) {
  return block.last_step >= range.from && block.first_step <= range.to;
}

}  // namespace

ChunkScan::ChunkScan(const Connection& connection, std::int64_t series) : connection_(connection) {
  const auto rows = connection_.prepare(
      "SELECT c.id, g.attempt, c.ordered, c.first_step, c.last_step, c.count, c.n_nan, c.n_inf,"
      "       c.min, c.max, c.last"
      "  FROM chunk_rows c JOIN segment_rows g ON g.id = c.segment"
      " WHERE c.series = ? ORDER BY g.at_order, g.id, c.number");
  rows->bind(series);
  while (rows->step()) {
    const auto count = [&](int column) {
      return static_cast<std::uint64_t>(std::max<std::int64_t>(rows->integer(column), 0));
    };
    headers_.push_back(
        {rows->integer(0),
         rows->integer(1),
         rows->boolean(2),
         {.first_step = rows->integer(3),
          .last_step = rows->integer(4),
          .count = count(5),
          .n_nan = count(6),
          .n_inf = count(7),
          .min = real_or_none(*rows, 8),
          .max = real_or_none(*rows, 9),
          .last = real_or_none(*rows, 10).value_or(std::numeric_limits<double>::quiet_NaN())}});
  }
}

bool ChunkScan::is_in_order() const noexcept {
  for (std::size_t i = 0; i < headers_.size(); ++i) {
    const auto& [id, attempt, ordered, block] = headers_[i];
    if (!ordered || attempt != headers_.front().attempt) return false;
    if (i > 0 && block.first_step <= headers_[i - 1].block.last_step) return false;
  }
  return true;
}

void ChunkScan::read(const Header& header) {
  steps_.clear();
  times_ms_.clear();
  values_.clear();
  const auto row = connection_.prepare("SELECT crc, data FROM chunk_rows WHERE id = ?");
  row->bind(header.id);
  if (!row->step()) return;  // the transaction is that in which the headers were read
  const auto data = row->blob(1);
  check_chunk(header.id, static_cast<std::uint32_t>(row->integer(0)), data);
  decoder_.decode(data, header.block.count, steps_, times_ms_, values_);
}

std::pair<std::size_t, std::size_t> ChunkScan::part(const StepRange& range) const {
  const auto begin = std::lower_bound(steps_.begin(), steps_.end(), range.from);
  const auto end = std::upper_bound(begin, steps_.end(), range.to);
  return {static_cast<std::size_t>(begin - steps_.begin()),
          static_cast<std::size_t>(end - steps_.begin())};
}

std::vector<ChunkScan::Piece> ChunkScan::pieces(const StepRange& range) {
  std::vector<Piece> pieces;
  for (const auto& header : headers_) {
    const auto& block = header.block;
    if (lies_within(block, range)) {
      pieces.push_back({&header, block.first_step, block.last_step});
    } else if (meets(block, range)) {
      // The range may fall between two of its points.
      read(header);
      const auto [from, to] = part(range);
      if (from < to) pieces.push_back({&header, steps_[from], steps_[to - 1]});
    }
  }
  return pieces;
}

void ChunkScan::give(const StepRange& range, PointSink& sink) {
  const auto all = pieces(range);
  if (all.empty()) return;
  sink.begin(all.front().first, all.back().last);
  for (const auto& piece : all) {
    const auto& block = piece.header->block;
    if (lies_within(block, range) && sink.takes_block(piece.first, piece.last)) {
      sink.block(block);
      continue;
    }
    read(*piece.header);
    const auto [from, to] = part(range);
    sink.points(std::span(steps_).subspan(from, to - from),
                std::span(values_).subspan(from, to - from));
  }
}

}  // namespace track::storage
