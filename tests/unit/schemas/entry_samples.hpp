#pragma once

#include <random>
#include <vector>

#include "track/schemas/journal_entry.hpp"

namespace track_test {

/// One entry of every kind that has a payload, each member different from its default.
[[nodiscard]] std::vector<track::schemas::JournalEntry> sample_entries();

/// An entry of the given alternative with random members, extremes and odd texts among them.
[[nodiscard]] track::schemas::JournalEntry random_entry(std::mt19937_64& random,
                                                        std::size_t alternative);

/// Whether all members are equal, reals by their bits.
[[nodiscard]] bool same(const track::schemas::JournalEntry& a,
                        const track::schemas::JournalEntry& b);

}  // namespace track_test
