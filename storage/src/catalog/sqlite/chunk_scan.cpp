#include "catalog/sqlite/chunk_scan.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include "track/schemas/codec.hpp"
#include "track/schemas/error.hpp"

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
  const auto row = connection_.prepare("SELECT crc, data FROM chunk_rows WHERE id = ?");
  row->bind(header.id);
  const auto refuse = [&](const std::string& cause) {
    throw Error(ErrorCode::corrupt,
                "cannot read points of chunk " + std::to_string(header.id) + ": " + cause);
  };
  if (!row->step()) refuse("it is gone");
  const auto data = row->blob(1);
  if (schemas::crc32c(data) != static_cast<std::uint32_t>(row->integer(0)))
    refuse("its checksum does not match");
  steps_.clear();
  times_ms_.clear();
  values_.clear();
  decoder_.decode(data, header.block.count, steps_, times_ms_, values_);
}

std::pair<std::size_t, std::size_t> ChunkScan::part(const StepRange& range) const {
  const auto begin = std::lower_bound(steps_.begin(), steps_.end(), range.from);
  const auto end = std::upper_bound(begin, steps_.end(), range.to);
  return {static_cast<std::size_t>(begin - steps_.begin()),
          static_cast<std::size_t>(end - steps_.begin())};
}

void ChunkScan::give(const StepRange& range, PointSink& sink) {
  std::vector<const Header*> chosen;
  for (const auto& header : headers_) {
    if (!meets(header.block, range)) continue;
    // The range may fall between two points of a chunk at its edge.
    if (!lies_within(header.block, range)) {
      read(header);
      const auto [from, to] = part(range);
      if (from == to) continue;
    }
    chosen.push_back(&header);
  }
  if (chosen.empty()) return;
  const auto edge = [&](const Header& header, bool first) {
    if (lies_within(header.block, range))
      return first ? header.block.first_step : header.block.last_step;
    read(header);
    const auto [from, to] = part(range);
    return first ? steps_[from] : steps_[to - 1];
  };
  sink.begin(edge(*chosen.front(), true), edge(*chosen.back(), false));
  for (const auto* header : chosen) {
    const auto& block = header->block;
    if (lies_within(block, range) && sink.takes_block(block.first_step, block.last_step)) {
      sink.block(block);
      continue;
    }
    read(*header);
    const auto [from, to] = part(range);
    sink.points(std::span(steps_).subspan(from, to - from),
                std::span(values_).subspan(from, to - from));
  }
}

}  // namespace track::storage
