#include "track/schemas/journal_entry.hpp"

#include "names.hpp"

namespace track::schemas {
namespace {

constexpr Names<18> k_kinds{"point",    "series",  "run_start",  "member_start",
                            "param",    "tag",     "note",       "metric_definition",
                            "artifact", "dataset", "seed",       "fields",
                            "gap",      "loss",    "member_end", "run_end",
                            "anchor",   "rewind"};

}  // namespace

std::string_view to_string(EntryKind kind) noexcept {
  const bool known = kind >= EntryKind::point && kind <= EntryKind::rewind;
  return known ? name_of(k_kinds, kind, EntryKind::point) : "unknown";
}

}  // namespace track::schemas
