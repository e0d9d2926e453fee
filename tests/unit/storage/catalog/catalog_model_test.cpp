#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <sstream>

#include "catalog_batches.hpp"
#include "store_fixture.hpp"
#include "track/schemas/json_forms.hpp"

using namespace track;
using namespace track::schemas;
using namespace track::storage;
using namespace track_test;

namespace {

/// All that a catalog answers, as text. Times of its own making are left out.
class Snapshot {
 public:
  explicit Snapshot(const Catalog& catalog) : catalog_(catalog) {
    RunQuery removed;
    removed.removed = true;
    for (const auto& query : {RunQuery{}, removed}) {
      for (const auto& run : catalog_.list_runs(query)) add_run(run);
    }
    for (const char* sort : {"name", "-param:p0", "metric:system/m0{l=0}", "attempt", "state"}) {
      RunQuery query;
      query.sort = sort;
      text_ << "sorted by " << sort << ":";
      for (const auto& run : catalog_.list_runs(query)) text_ << ' ' << run.id.value.back();
      text_ << '\n';
    }
    for (const auto& digest : catalog_.references({0})) {
      text_ << digest.to_string();
      for (const auto& owner : catalog_.owners(digest)) text_ << ' ' << owner;
      text_ << '\n';
    }
    add_registry();
  }

  [[nodiscard]] std::string text() const { return text_.str(); }

 private:
  template <typename Record>
  void add(const Record& record) {
    text_ << to_json(record).dump() << '\n';
  }

  void add_run(const RunRecord& run) {
    add(run);
    const std::span one(&run.id, 1);
    for (const auto& attempt : catalog_.attempts(run.id)) add(attempt);
    for (const auto& param : catalog_.params(one)) add(param);
    for (const auto& tag : catalog_.tags(one)) add(tag);
    for (auto metric : catalog_.metrics(one)) {
      // The order of adding up differs, and so may the last bits.
      if (metric.mean) metric.mean = std::round(*metric.mean * 1e6);
      add(metric);
      add_points(run.id, metric.series);
    }
    for (const auto& artifact : catalog_.artifacts(one)) add(artifact);
    for (const auto& dataset : catalog_.datasets(one)) add(dataset);
    for (const auto& seed : catalog_.seeds(run.id)) add(seed);
    for (const auto& field : catalog_.fields(run.id)) add(field);
    for (const auto& member : catalog_.members(run.id)) add(member);
    for (auto conflict : catalog_.conflicts(run.id)) {
      conflict.time = {};
      add(conflict);
    }
  }

  void add_points(const RunId& run, const SeriesKey& series) {
    const auto show = [&](const SeriesPoints& points) {
      for (std::size_t i = 0; i < points.steps.size(); ++i) {
        text_ << points.steps[i] << '@' << points.times_ms[i] << '=' << points.values[i] << ' ';
      }
      text_ << '\n';
    };
    show(catalog_.points(run, series));
    show(catalog_.points(run, series, {3, 12}));
    show(catalog_.points_all(run, series));
  }

  void add_registry() {
    for (const auto& model : catalog_.models()) {
      add(model);
      for (const auto& version : catalog_.versions(model.name)) add(version);
      for (const auto& alias : catalog_.aliases(model.name)) add(alias);
    }
    for (const auto& transition : catalog_.transitions("")) add(transition);
    for (const auto& link : catalog_.audit(0)) add(link);
  }

  const Catalog& catalog_;
  std::ostringstream text_;
};

/// The first line in which two texts differ; both of them, for people.
std::string difference(const std::string& a, const std::string& b) {
  std::istringstream of_a(a);
  std::istringstream of_b(b);
  std::string line_a;
  std::string line_b;
  for (;;) {
    const bool more_a = static_cast<bool>(std::getline(of_a, line_a));
    const bool more_b = static_cast<bool>(std::getline(of_b, line_b));
    if (!more_a && !more_b) return "";
    if (!more_a) line_a = "(end)";
    if (!more_b) line_b = "(end)";
    if (line_a != line_b) return "disk:   " + line_a + "\nmemory: " + line_b;
  }
}

/// Makes random operations, the same for the same seed.
class Operations {
 public:
  explicit Operations(std::uint64_t seed) : random_(seed) {
    for (char c = '0'; c < '4'; ++c) {
      for (int i = 0; i < 6; ++i) {
        segments_.push_back(
            {Segment(run_id(c), i % 2, 1 + i / 2 * 70, static_cast<std::uint64_t>(i)), c});
      }
    }
  }

  /// Applies one operation to both; what one refuses the other must refuse alike.
  void apply(Catalog& a, Catalog& b) {
    switch (pick(12)) {
      case 0:
        return registry_change(a, b);
      case 1:
        return on_both(a, b, [run = run_id(any_run())](Catalog& c) { c.rename(run, "renamed"); });
      case 2:
        return on_both(a, b, [run = run_id(any_run()), time = Timestamp{pick(50)}](Catalog& c) {
          c.remove(std::span(&run, 1), time);
        });
      case 3:
        return on_both(a, b,
                       [run = run_id(any_run())](Catalog& c) { c.restore(std::span(&run, 1)); });
      case 4:
        if (pick(8) != 0) return;
        return on_both(a, b, [time = Timestamp{pick(50)}](Catalog& c) { c.purge(time); });
      default:
        return ingest(a, b);
    }
  }

 private:
  struct Known {
    Segment segment;
    char run;
    std::vector<JournalBatch> past;
  };

  std::int64_t pick(std::int64_t below) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(below));
  }
  char any_run() { return static_cast<char>('0' + pick(5)); }
  std::string name(const char* stem, int below) { return stem + std::to_string(pick(below)); }

  template <typename Body>
  void on_both(Catalog& a, Catalog& b, Body body) {
    const auto outcome = [&](Catalog& catalog) -> std::string {
      try {
        body(catalog);
        return "done";
      } catch (const Error& error) {
        return std::string(to_string(error.code())) + ": " + error.what();
      }
    };
    const auto of_a = outcome(a);
    REQUIRE(of_a == outcome(b));
  }

  double value() {
    constexpr std::array k_special{0.0, -0.0, 1e9, -1e-300};
    switch (pick(8)) {
      case 0:
        return std::nan("");
      case 1:
        return std::numeric_limits<double>::infinity() * (pick(2) != 0 ? 1 : -1);
      case 2:
        return k_special[static_cast<std::size_t>(pick(4))];
      default:
        return static_cast<double>(pick(2000) - 1000) / 8;
    }
  }

  Value param_value() {
    switch (pick(5)) {
      case 0:
        return pick(2) != 0;
      case 1:
        return pick(3);
      case 2:
        return name("text", 3);
      case 3:
        return JsonText{"[" + std::to_string(pick(2)) + "]"};
      default:
        return value();
    }
  }

  SeriesKey series() {
    SeriesKey key{pick(3) == 0 ? "system/m0" : name("m", 3), {}};
    if (key.name == "system/m0") key.labels = {{"l", std::to_string(pick(2))}};
    return key;
  }

  JournalEntry entry() {
    switch (pick(14)) {
      case 0: {
        RunStartEntry start;
        start.name = name("run", 5);
        start.experiment = name("e", 2);
        start.user = {"u" + std::to_string(pick(2)), pick(2) != 0 ? "ann" : ""};
        start.time = {pick(1000)};
        return start;
      }
      case 1: {
        RunEndEntry end;
        end.state = pick(2) != 0 ? RunState::finished : RunState::failed;
        end.exit_code = static_cast<int>(pick(3));
        end.time = {pick(5000)};
        return end;
      }
      case 2:
        return TagEntry{
            name("t", 3), pick(3) == 0 ? std::nullopt : std::optional(name("v", 3)), {pick(9)}};
      case 3:
        return NoteEntry{name("note", 5), {pick(9)}};
      case 4:
        return MetricDefinitionEntry{pick(2) != 0 ? "m*" : name("m", 3),
                                     static_cast<Goal>(pick(3)),
                                     name("u", 2),
                                     "",
                                     static_cast<Statistic>(pick(6)),
                                     pick(2) != 0};
      case 5:
        return ArtifactEntry{{.run = {},
                              .name = name("a", 3),
                              .digest = Digest{{static_cast<std::uint8_t>(pick(9))}},
                              .step = pick(20),
                              .time = {pick(99)}}};
      case 6:
        return DatasetEntry{{.run = {},
                             .name = name("d", 2),
                             .digest = Digest{{static_cast<std::uint8_t>(pick(3))}},
                             .size = static_cast<std::uint64_t>(pick(9)),
                             .time = {pick(99)}}};
      case 7:
        return SeedEntry{name("s", 2), pick(3), "given"};
      case 8:
        return FieldsEntry{
            {known_field(Section::hardware, name("f", 3), FieldClass::numeric, param_value())}};
      case 9:
        return LossEntry{name("loss", 4), {pick(99)}};
      case 10: {
        MemberStartEntry start;
        start.member.bytes[0] = static_cast<std::uint8_t>(pick(4));
        start.role = static_cast<MemberRole>(pick(3));
        start.local = false;
        start.time = {pick(99)};
        return start;
      }
      case 11: {
        MemberEndEntry end;
        end.member.bytes[0] = static_cast<std::uint8_t>(pick(4));
        end.time = {pick(99)};
        return end;
      }
      case 12:
        return RewindEntry{pick(2) != 0 ? "" : name("m", 3), pick(20), value(), {pick(99)}};
      default:
        return ParamEntry{name("p", 3), param_value()};
    }
  }

  JournalBatch batch(Known& known) {
    for (auto i = pick(5); i > 0; --i) known.segment.add(entry());
    for (auto i = pick(4); i > 0; --i) {
      std::vector<double> values;
      for (auto n = pick(6); n >= 0; --n) values.push_back(value());
      known.segment.points(series(), pick(20), values);
    }
    auto batch = known.segment.batch(pick(5) == 0);
    batch.dropped = static_cast<std::uint64_t>(pick(4));
    return batch;
  }

  void ingest(Catalog& a, Catalog& b) {
    std::vector<JournalBatch> batches;
    for (auto i = pick(3); i >= 0; --i) {
      auto& known =
          segments_[static_cast<std::size_t>(pick(static_cast<std::int64_t>(segments_.size())))];
      if (!known.past.empty() && pick(4) == 0) {
        batches.push_back(known.past[static_cast<std::size_t>(
            pick(static_cast<std::int64_t>(known.past.size())))]);
      } else {
        known.past.push_back(batch(known));
        batches.push_back(known.past.back());
      }
    }
    IngestReport of_a;
    IngestReport of_b;
    on_both(a, b, [&](Catalog& c) { (&c == &a ? of_a : of_b) = c.ingest(batches); });
    REQUIRE(to_json(of_a) == to_json(of_b));
  }

  void registry_change(Catalog& a, Catalog& b) {
    RegistryChange change;
    change.action = static_cast<Action>(pick(5));
    change.model = name("model", 2);
    change.alias = pick(4) == 0 ? "" : name("alias", 2);
    if (pick(3) != 0) {
      change.candidate = ModelVersionRecord{.model = {},
                                            .digest = Digest{{static_cast<std::uint8_t>(pick(6))}},
                                            .run = run_id(any_run()),
                                            .artifact = "a"};
    }
    if (pick(3) != 0) change.to_version = pick(4);
    if (pick(3) != 0) change.digest = Digest{{static_cast<std::uint8_t>(pick(6))}};
    if (pick(3) == 0) change.expected_sequence = pick(5);
    if (pick(4) == 0) change.idempotency_key = name("key", 5);
    change.actor = "ann";
    change.reason = pick(6) == 0 ? "" : "reason";
    change.time = {pick(1000)};
    on_both(a, b, [&](Catalog& c) { c.apply(change); });
  }

  std::mt19937_64 random_;
  std::vector<Known> segments_;
};

}  // namespace

TEST_CASE("random operations give the same answers on disk and in memory", "[catalog]") {
  std::random_device device;
  const char* given = std::getenv("TRACK_TEST_SEED");
  const std::uint64_t seed = given != nullptr ? std::stoull(given) : device();
  CAPTURE(seed);
  Store store;
  auto disk = store.open();
  const auto memory = make_memory_catalog();
  Operations operations(seed);
  constexpr int k_operations = 250;
  constexpr int k_between_checks = 25;
  for (int i = 1; i <= k_operations; ++i) {
    CAPTURE(i);
    operations.apply(*disk, *memory);
    if (i % k_between_checks != 0) continue;
    if (i % (2 * k_between_checks) == 0) {
      disk.reset();
      disk = store.open();
    }
    const auto expected = Snapshot(*memory).text();
    REQUIRE(expected.size() > 100);
    REQUIRE(difference(Snapshot(*disk).text(), expected) == "");
  }
  CHECK(disk->check().empty());
}
