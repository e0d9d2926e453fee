#include "entry_samples.hpp"

#include <bit>
#include <limits>
#include <tuple>

using namespace track;           // NOLINT(google-build-using-namespace): nearly every name of it
using namespace track::schemas;  // NOLINT(google-build-using-namespace)

namespace track_test {
namespace {

/// Makes random members; every choice can give an extreme.
class Maker {
 public:
  explicit Maker(std::mt19937_64& random) : random_(random) {}

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool flag() { return below(2) == 1; }

  std::int64_t integer() {
    switch (below(4)) {
      case 0:
        return std::numeric_limits<std::int64_t>::min();
      case 1:
        return std::numeric_limits<std::int64_t>::max();
      default:
        return static_cast<std::int64_t>(random_()) >> below(64);
    }
  }

  double real() {
    switch (below(5)) {
      case 0:
        return -0.0;
      case 1:
        return std::bit_cast<double>(0x7FF0000000000001 + below(1000));  // a NaN with a payload
      case 2:
        return -std::numeric_limits<double>::infinity();
      default:
        return std::bit_cast<double>(random_());
    }
  }

  std::string text() {
    std::string text(below(8) == 0 ? 200 + below(100) : below(20), '\0');
    for (auto& c : text) c = static_cast<char>(random_());  // seldom UTF-8, NUL among them
    return text;
  }

  template <typename Enum>
  Enum any(Enum last) {
    return static_cast<Enum>(below(static_cast<std::uint64_t>(last) + 1));
  }

  template <typename Make>
  auto maybe(const Make& make) -> std::optional<decltype(make())> {
    if (flag()) return std::nullopt;
    return make();
  }

  Timestamp time() { return {integer()}; }

  RunId run() {
    std::array<std::uint8_t, 10> bytes{};
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
    return RunId::from_bytes(bytes);
  }

  Uuid uuid() {
    Uuid uuid;
    for (auto& byte : uuid.bytes) byte = static_cast<std::uint8_t>(random_());
    return uuid;
  }

  Digest digest() {
    Digest digest;
    for (auto& byte : digest.bytes) byte = static_cast<std::uint8_t>(random_());
    return digest;
  }

  PersonalName person() { return {text(), text()}; }

  Value value() {
    switch (below(6)) {
      case 0:
        return Value();
      case 1:
        return Value(flag());
      case 2:
        return Value(integer());
      case 3:
        return Value(real());
      case 4:
        return Value(text());
      default:
        return Value(JsonText{text()});
    }
  }

  SeriesKey series() {
    SeriesKey key{text(), {}};
    for (auto count = below(4); count > 0; --count) key.labels[text()] = text();
    return key;
  }

  CapturedField field() {
    CapturedField made;
    made.section = any(Section::resources);
    made.name = text();
    made.phase = any(Phase::finish);
    made.field_class = any(FieldClass::personal);
    made.state = any(FieldState::not_collected);
    made.value = value();
    made.detail = text();
    made.object = maybe([this] { return digest(); });
    return made;
  }

  void fill(SeriesEntry& e) {
    e.index = static_cast<std::uint32_t>(random_());
    e.key = series();
  }

  void fill(RunStartEntry& e) {
    e = {text(),
         text(),
         text(),
         maybe([this] { return run(); }),
         maybe([this] { return run(); }),
         any(RunKind::replay),
         text(),
         person(),
         person(),
         time()};
  }

  void fill(MemberStartEntry& e) {
    e = {uuid(),    any(MemberRole::forked),
         integer(), random_(),
         text(),    person(),
         text(),    random_(),
         random_(), flag(),
         time()};
  }

  void fill(ParamEntry& e) { e = {text(), value()}; }
  void fill(TagEntry& e) {
    e = {text(), maybe([this] { return text(); }), time()};
  }
  void fill(NoteEntry& e) { e = {text(), time()}; }

  void fill(MetricDefinitionEntry& e) {
    e = {text(), any(Goal::maximize), text(), text(), any(Statistic::mean), flag()};
  }

  void fill(ArtifactEntry& e) {
    auto& r = e.record;
    r.name = text();
    r.kind = any(ArtifactKind::tree);
    r.state = any(ArtifactState::lost);
    r.detail = text();
    r.digest = maybe([this] { return digest(); });
    r.sha256 = text();
    r.size = random_();
    r.is_tree = flag();
    r.step = maybe([this] { return integer(); });
    r.path = text();
    r.deterministic = flag();
    r.time = time();
  }

  void fill(DatasetEntry& e) {
    auto& r = e.record;
    r.name = text();
    r.uri = text();
    r.digest = maybe([this] { return digest(); });
    r.sha256 = text();
    r.size = random_();
    r.count = random_();
    r.method = any(DigestMethod::declared);
    r.is_tree = flag();
    r.stored = flag();
    r.changed = maybe([this] { return flag(); });
    r.detail = text();
    r.time = time();
  }

  void fill(SeedEntry& e) { e = {text(), value(), text()}; }

  void fill(FieldsEntry& e) {
    for (auto count = below(4); count > 0; --count) e.fields.push_back(field());
  }

  void fill(GapEntry& e) { e = {random_(), text(), time()}; }
  void fill(LossEntry& e) { e = {text(), time()}; }
  void fill(MemberEndEntry& e) { e = {uuid(), time()}; }

  void fill(RunEndEntry& e) {
    const auto number = [this] { return static_cast<int>(random_()); };
    e = {any(RunState::unknown), text(), maybe(number), maybe(number), time()};
  }

  void fill(AnchorEntry& e) { e = {integer(), integer()}; }
  void fill(RewindEntry& e) { e = {text(), integer(), static_cast<double>(integer()) / 8, time()}; }

  void fill(UnknownEntry& e) {
    e.kind = static_cast<std::uint8_t>(200 + below(50));
    e.version = static_cast<std::uint8_t>(random_());
    for (auto count = below(20); count > 0; --count)
      e.payload.push_back(static_cast<std::byte>(random_()));
  }

 private:
  std::mt19937_64& random_;
};

template <std::size_t Index = 0>
JournalEntry make_alternative(Maker& maker, std::size_t alternative) {
  if constexpr (Index + 1 < std::variant_size_v<JournalEntry>) {
    if (alternative != Index) return make_alternative<Index + 1>(maker, alternative);
  }
  std::variant_alternative_t<Index, JournalEntry> entry;
  maker.fill(entry);
  return entry;
}

auto tied(const PersonalName& p) { return std::tie(p.hash, p.clear); }
auto tied(const CapturedField& f) {
  return std::tie(f.section, f.name, f.phase, f.field_class, f.state, f.value, f.detail, f.object);
}
auto tied(const SeriesEntry& e) { return std::tie(e.index, e.key); }
auto tied(const RunStartEntry& e) {
  return std::tuple(e.name, e.experiment, e.group, e.parent, e.replay_of, e.kind, e.source,
                    tied(e.user), tied(e.host), e.time);
}
auto tied(const MemberStartEntry& e) {
  return std::tuple(e.member, e.role, e.pid, e.process_start, e.boot_id, tied(e.host), e.live_file,
                    e.device, e.inode, e.local, e.time);
}
auto tied(const ParamEntry& e) { return std::tie(e.name, e.value); }
auto tied(const TagEntry& e) { return std::tie(e.name, e.value, e.time); }
auto tied(const NoteEntry& e) { return std::tie(e.text, e.time); }
auto tied(const MetricDefinitionEntry& e) {
  return std::tie(e.pattern, e.goal, e.unit, e.axis, e.summary, e.deterministic);
}
auto tied(const ArtifactEntry& e) {
  const auto& r = e.record;
  return std::tie(r.run, r.name, r.kind, r.state, r.detail, r.digest, r.sha256, r.size, r.is_tree,
                  r.step, r.path, r.deterministic, r.rank, r.attempt, r.time);
}
auto tied(const DatasetEntry& e) {
  const auto& r = e.record;
  return std::tie(r.run, r.name, r.uri, r.digest, r.sha256, r.size, r.count, r.method, r.is_tree,
                  r.stored, r.changed, r.detail, r.time);
}
auto tied(const SeedEntry& e) { return std::tie(e.stream, e.value, e.source); }
auto tied(const GapEntry& e) { return std::tie(e.dropped, e.reason, e.time); }
auto tied(const LossEntry& e) { return std::tie(e.what, e.time); }
auto tied(const MemberEndEntry& e) { return std::tie(e.member, e.time); }
auto tied(const RunEndEntry& e) {
  return std::tie(e.state, e.reason, e.exit_code, e.signal, e.time);
}
auto tied(const AnchorEntry& e) { return std::tie(e.monotonic_ns, e.real_ns); }
auto tied(const RewindEntry& e) { return std::tie(e.axis, e.step, e.value, e.time); }
auto tied(const UnknownEntry& e) { return std::tie(e.kind, e.version, e.payload); }

template <typename Entry>
bool same_entry(const Entry& a, const Entry& b) {
  return tied(a) == tied(b);
}

bool same_entry(const FieldsEntry& a, const FieldsEntry& b) {
  if (a.fields.size() != b.fields.size()) return false;
  for (std::size_t i = 0; i < a.fields.size(); ++i) {
    if (tied(a.fields[i]) != tied(b.fields[i])) return false;
  }
  return true;
}

Digest digest_of(std::uint8_t first) {
  Digest digest;
  for (auto& byte : digest.bytes) byte = first++;
  return digest;
}

Uuid uuid_of(std::uint8_t first) {
  Uuid uuid;
  for (auto& byte : uuid.bytes) byte = first++;
  return uuid;
}

ArtifactRecord sample_artifact() {
  ArtifactRecord record;
  record.name = "model";
  record.kind = ArtifactKind::checkpoint;
  record.state = ArtifactState::digest_only;
  record.detail = "disk full";
  record.digest = digest_of(0);
  record.sha256 = "ab";
  record.size = 300;
  record.is_tree = true;
  record.step = -2;
  record.path = "out/m";
  record.deterministic = false;
  record.time = {1769847300123};
  return record;
}

DatasetRecord sample_dataset() {
  DatasetRecord record;
  record.name = "train";
  record.uri = "data/x.csv";
  record.digest = digest_of(32);
  record.sha256 = "cd";
  record.size = 5000000000;
  record.count = 3;
  record.method = DigestMethod::manifest;
  record.is_tree = true;
  record.stored = true;
  record.changed = false;
  record.detail = "why";
  record.time = {-1};
  return record;
}

FieldsEntry sample_fields() {
  auto with_object = known_field(Section::code, "patch", FieldClass::key, Value(JsonText{"{}"}));
  with_object.phase = Phase::finish;
  with_object.object = digest_of(64);
  return {{with_object, known_field(Section::numerics, "scale", FieldClass::numeric, Value(-0.0)),
           unknown_field(Section::resources, "power", FieldClass::diagnostic,
                         FieldState::unavailable, "no sensor"),
           absent_field(Section::hardware, "gpu", FieldClass::numeric)}};
}

}  // namespace

std::vector<JournalEntry> sample_entries() {
  return {SeriesEntry{0x123456, {"loss", {{"rank", "0"}, {"split", "val"}}}},
          RunStartEntry{"digits-4f2a",
                        "digits",
                        "grid",
                        RunId{"0123456789abcdef"},
                        RunId{"ghjkmnpqrstvwxyz"},
                        RunKind::replay,
                        "api",
                        {"aa", "ann"},
                        {"bb", ""},
                        {1769847300123}},
          MemberStartEntry{uuid_of(1),
                           MemberRole::rank,
                           4711,
                           99,
                           "boot",
                           {"cc", "host"},
                           "a.live",
                           7,
                           8,
                           false,
                           {5}},
          ParamEntry{"lr", Value(0.1)},
          TagEntry{"stage", "dev", {6}},
          NoteEntry{"caf\xC3\xA9", {7}},
          MetricDefinitionEntry{"val/*", Goal::maximize, "%", "epoch", Statistic::best, false},
          ArtifactEntry{sample_artifact()},
          DatasetEntry{sample_dataset()},
          SeedEntry{"init", Value(42), "given"},
          sample_fields(),
          GapEntry{1000, "disk full", {8}},
          LossEntry{"a file", {9}},
          MemberEndEntry{uuid_of(17), {10}},
          RunEndEntry{RunState::failed, "signal SIGTERM", 3, 15, {11}},
          AnchorEntry{12, -13},
          RewindEntry{"epoch", 14, 2.5, {15}}};
}

JournalEntry random_entry(std::mt19937_64& random, std::size_t alternative) {
  Maker maker(random);
  return make_alternative(maker, alternative);
}

bool same(const JournalEntry& a, const JournalEntry& b) {
  if (a.index() != b.index()) return false;
  return std::visit(
      []<typename X, typename Y>(const X& x, const Y& y) {
        if constexpr (std::is_same_v<X, Y>) {
          return same_entry(x, y);
        } else {
          return false;
        }
      },
      a, b);
}

}  // namespace track_test
