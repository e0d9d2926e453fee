#include "objects/verify.hpp"

#include <algorithm>
#include <chrono>
#include <unordered_map>
#include <unordered_set>

#include "objects/damage.hpp"
#include "objects/progress_report.hpp"
#include "objects/repack.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/time.hpp"

namespace track::storage {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// A pack and what of it is broken.
struct PackState {
  std::string problem;  ///< empty: nothing
  std::vector<RecordRow> good;
  std::vector<RecordRow> bad;
};

class Verify final {
 public:
  Verify(PackedStore& store, const VerifyOptions& options)
      : store_(store), options_(options), started_(SteadyClock::now()) {}

  VerifyReport run() {
    check_index();
    load_rows();
    check_unknown_packs();
    check_packs();
    check_objects();
    quarantine();
    return std::move(report_);
  }

 private:
  void check_index();
  void load_rows();
  void check_unknown_packs();
  void check_packs();
  void check_pack(const PackRow& pack);
  void note_verified(const PackRow& pack);
  void check_objects();
  void quarantine();
  [[nodiscard]] PackState inspect(const PackRow& pack, std::vector<RecordRow> rows);
  [[nodiscard]] std::string frame_problem(const PackReader& reader, const PackRow& pack);
  [[nodiscard]] bool out_of_time() const;
  void find(std::string path, std::string problem, std::vector<Digest> objects = {}) {
    report_.findings.push_back({std::move(path), std::move(problem), std::move(objects), {}});
  }

  PackedStore& store_;
  const VerifyOptions& options_;
  SteadyClock::time_point started_;
  std::unordered_map<std::int64_t, std::vector<RecordRow>> rows_;
  std::vector<RecordRow> objects_;
  std::uint64_t total_bytes_ = 0;
  std::vector<std::pair<PackRow, PackState>> damaged_;
  VerifyReport report_;
};

void Verify::check_index() {
  const auto path = (store_.layout().objects() / "index.db").string();
  // Where locks are not to be trusted there is none, by design.
  if (!is_local_file_system(store_.layout().objects())) return;
  if (!store_.without_index().empty()) {
    find(path, "the index cannot be used: " + store_.without_index());
  } else if (options_.data) {
    for (const auto& problem : store_.index().check()) find(path, problem);
  }
}

void Verify::load_rows() {
  store_.index().for_each([&](const RecordRow& row) {
    rows_[row.pack].push_back(row);
    if (row.kind != RecordKind::chunk) objects_.push_back(row);
  });
  for (const auto& pack : store_.index().packs()) total_bytes_ += pack.bytes;
}

void Verify::check_unknown_packs() {
  for (const auto& name : store_.folder().list()) {
    if (store_.index().find_pack(name)) continue;
    find(store_.folder().path_of(name).string(), "the pack cannot be read");
  }
}

bool Verify::out_of_time() const {
  return options_.max_duration_ms &&
         SteadyClock::now() - started_ >= std::chrono::milliseconds(*options_.max_duration_ms);
}

void Verify::check_packs() {
  for (const auto& pack : store_.index().packs()) {
    if (pack.gone) continue;
    if (out_of_time()) {
      report_.complete = false;
      return;
    }
    check_pack(pack);
  }
}

void Verify::check_pack(const PackRow& pack) {
  auto& rows = rows_[pack.number];
  ++report_.packs;
  report_.chunks += static_cast<std::uint64_t>(std::count_if(
      rows.begin(), rows.end(), [](const RecordRow& r) { return r.kind == RecordKind::chunk; }));
  std::sort(rows.begin(), rows.end(),
            [](const RecordRow& a, const RecordRow& b) { return a.offset < b.offset; });
  auto state = inspect(pack, rows);
  report_.bytes += pack.bytes;
  report(options_.progress, "verifying", report_.bytes, total_bytes_);
  if (!state.problem.empty()) {
    damaged_.emplace_back(pack, std::move(state));
  } else if (options_.data && store_.without_index().empty() && !store_.options().read_only) {
    note_verified(pack);
  }
}

void Verify::note_verified(const PackRow& pack) {
  try {
    Index::Transaction transaction(store_.index());
    store_.index().set_verified(pack.number, Clock::system().now().ms);
    transaction.commit();
  } catch (const Error& e) {
    if (e.code() != ErrorCode::busy) throw;  // it then comes earlier next time, no more
  }
}

PackState Verify::inspect(const PackRow& pack, std::vector<RecordRow> rows) {
  PackState state;
  const PackReader* reader = nullptr;
  try {
    store_.folder().forget(pack.name);  // what was open before may not be what lies there now
    reader = store_.folder().open(pack.name);
    state.problem = reader == nullptr ? "the pack is missing" : frame_problem(*reader, pack);
  } catch (const Error& e) {
    state.problem = e.what();
    reader = nullptr;
  }
  if (reader == nullptr) {
    state.bad = std::move(rows);
    return state;
  }
  if (!options_.data && state.problem.empty()) return state;
  Record record;
  for (auto& row : rows) {
    try {
      reader->read(row.offset, row.length, record);
      const bool same = record.header.id == row.id && record.header.kind == row.kind;
      if (!same) state.problem = "the index names other records than the pack holds";
      (same ? state.good : state.bad).push_back(row);
    } catch (const Error& e) {
      if (e.code() != ErrorCode::corrupt) throw;
      if (state.bad.empty()) state.problem = e.what();
      state.bad.push_back(row);
    }
  }
  return state;
}

std::string Verify::frame_problem(const PackReader& reader, const PackRow& pack) {
  if (reader.bytes() != pack.bytes) {
    return "the pack has " + std::to_string(reader.bytes()) + " bytes instead of " +
           std::to_string(pack.bytes);
  }
  const auto trailer = reader.trailer();
  if (!trailer) return "the pack's footer is missing or broken";
  if (!reader.table()) return "the table in the pack's footer is broken";
  if (pack.digest && *pack.digest != trailer->digest) return "the pack is another than was stored";
  if (options_.data && reader.compute_digest({}) != trailer->digest) {
    return "the pack's bytes have another digest than its footer says";
  }
  return {};
}

void Verify::check_objects() {
  std::unordered_set<Digest> bad_anywhere;
  for (const auto& [pack, state] : damaged_) {
    std::unordered_set<Digest> bad;
    for (const auto& row : state.bad) bad.insert(row.id);
    bad_anywhere.insert(bad.begin(), bad.end());
    find(store_.folder().path_of(pack.name).string(), state.problem,
         objects_needing(store_, objects_, bad));
  }
  report_.objects = objects_.size();
  for (auto& [object, missing] : incomplete_objects(store_, objects_, bad_anywhere)) {
    find((store_.layout().objects() / "index.db").string(),
         "'" + object.to_string() + "' needs '" + missing.to_string() + "', which is not stored",
         objects_needing(store_, objects_, {object}));
  }
}

void Verify::quarantine() {
  if (!options_.data || store_.options().read_only || !store_.without_index().empty()) return;
  bool any = false;
  for (const auto& [pack, state] : damaged_) {
    if (state.good.empty() && !stat_entry(store_.folder().path_of(pack.name))) continue;
    const auto lock = lock_packs(store_.layout());
    rewrite_pack(store_, pack, state.good, state.bad, Leftover::quarantine);
    any = true;
  }
  if (!any) return;
  // A file that the cache knows would count as stored, though bytes of it are gone.
  Index::Transaction transaction(store_.index());
  store_.index().clear_stats();
  transaction.commit();
}

}  // namespace

VerifyReport verify_store(PackedStore& store, const VerifyOptions& options) {
  return Verify(store, options).run();
}

}  // namespace track::storage
