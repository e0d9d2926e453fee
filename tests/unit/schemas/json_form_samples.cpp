#include "json_form_samples.hpp"

#include <limits>

#include "track/schemas/json_forms.hpp"

using namespace track;           // NOLINT(google-build-using-namespace): nearly every name of it
using namespace track::schemas;  // NOLINT(google-build-using-namespace)

namespace track_test {
namespace {

using Samples = std::vector<std::pair<std::string, Json>>;

const RunId k_run{"0123456789abcdef"};
const RunId k_other{"ghjkmnpqrstvwxyz"};
const std::string k_sha256(64, 'a');
constexpr Timestamp k_time{1769847300123};

template <typename T>
void add(Samples& samples, const std::string& schema, const T& full, const T& least) {
  samples.emplace_back(schema, to_json(full));
  samples.emplace_back(schema, to_json(least));
}

MetricRecord metric() {
  MetricRecord record;
  record.run = k_run;
  record.series = {"loss", {{"split", "val"}}};
  record.count = 3;
  record.first = StepValue{0, 1.5};
  record.last = StepValue{2, std::numeric_limits<double>::quiet_NaN()};
  record.min = StepValue{1, 0.5};
  record.max = StepValue{0, 1.5};
  record.mean = 1;
  record.n_nan = 1;
  record.n_inf = 2;
  record.last_is_nan = true;
  record.goal = Goal::minimize;
  record.unit = "nats";
  record.axis = "epoch";
  record.summary = Statistic::best;
  record.deterministic = false;
  record.first_time = record.last_time = k_time;
  return record;
}

ArtifactRecord artifact() {
  ArtifactRecord record;
  record.run = k_run;
  record.name = "model";
  record.kind = ArtifactKind::model;
  record.state = ArtifactState::lost;
  record.detail = "disk full";
  record.digest = Digest{};
  record.sha256 = k_sha256;
  record.size = std::numeric_limits<std::uint64_t>::max();
  record.step = -1;
  record.path = "model.bin";
  record.time = k_time;
  return record;
}

DatasetRecord dataset() {
  DatasetRecord record;
  record.run = k_run;
  record.name = "train";
  record.uri = "data/train.csv";
  record.digest = Digest{};
  record.sha256 = k_sha256;
  record.changed = true;
  record.detail = "grew";
  record.time = k_time;
  return record;
}

void add_runs(Samples& samples) {
  RunRecord run;
  run.id = k_run;
  RunRecord full{k_run,
                 "digits-0123",
                 "digits",
                 k_other,
                 k_run,
                 "grid",
                 RunKind::replay,
                 RunState::failed,
                 "signal SIGTERM",
                 143,
                 15,
                 2,
                 "a note",
                 "ann",
                 "box",
                 "api",
                 k_time,
                 k_time,
                 7,
                 {"a file: disk full"}};
  add(samples, "run", full, run);
  add(samples, "param", ParamRecord{k_run, "lr", std::numeric_limits<double>::infinity()},
      ParamRecord{k_run, "", {}});
  samples.emplace_back("param",
                       to_json(ParamRecord{k_run, "sizes", JsonText{"[1, {\"a\": null}]"}}));
  add(samples, "tag", TagRecord{k_run, "stage", "dev"}, TagRecord{k_run, "", ""});
  MetricRecord least;
  least.run = k_run;
  add(samples, "metric", metric(), least);
  add(samples, "point", PointRecord{5, -std::numeric_limits<double>::infinity(), k_time, 3, 2},
      PointRecord{});
  ArtifactRecord bare_artifact;
  bare_artifact.run = k_run;
  add(samples, "artifact", artifact(), bare_artifact);
  DatasetRecord bare_dataset;
  bare_dataset.run = k_run;
  add(samples, "dataset", dataset(), bare_dataset);
  add(samples, "seed",
      SeedRecord{k_run, "init", std::numeric_limits<std::uint64_t>::max(), "entropy"},
      SeedRecord{k_run, "", {}, "given"});
  auto field = known_field(Section::code, "patch", FieldClass::key, Value(-0.0));
  field.object = Digest{};
  add(samples, "field", field,
      unknown_field(Section::hardware, "gpu", FieldClass::numeric, FieldState::unavailable,
                    "no driver"));
  add(samples, "member",
      MemberRecord{k_run, Uuid::random(), MemberRole::rank, 1, 2, 3, 4, "boot", "hash", "a.live", 5,
                   6, false, k_time, k_time},
      MemberRecord{k_run, {}, MemberRole::owner, 0, 1, 0, 0, "", "", "", 0, 0, true, {}, {}});
  add(samples, "conflict", ConflictRecord{k_run, "param lr", "two values", k_time},
      ConflictRecord{k_run, "", "", {}});
  add(samples, "error",
      Error(ErrorCode::not_found, "cannot show run 'x': no such run", "try track ls"),
      Error(ErrorCode::io, "cannot read"));
}

PolicyReport policy() {
  return {"policy.toml",
          Digest{},
          false,
          {{"accuracy", false, true, "val/acc = nan", ">= 0.9", "it is NaN"}, {}}};
}

void add_registry(Samples& samples) {
  const ModelVersionRecord full{"digits", 3,   {},    k_sha256, 9,      true, k_run,
                                "model",  100, "ann", k_time,   k_time, "bad"};
  const ModelVersionRecord least{"digits", 1, {}, "", 0, false, k_run, "", {}, "", {}, {}, ""};
  const TransitionRecord move{7,        2,
                              "digits", "production",
                              1,        3,
                              Digest{}, Action::waive,
                              "ann",    "why",
                              Digest{}, Digest{},
                              "key",    "{\"gate\": \"accuracy\"}",
                              k_time};
  add(samples, "model", ModelRecord{"digits", k_time, 3}, ModelRecord{});
  add(samples, "model-version", full, least);
  add(samples, "alias", AliasRecord{"digits", "production", 3, {}, 2, k_time, "ann"},
      AliasRecord{"digits", "a", 1, {}, 1, {}, ""});
  add(samples, "transition", move, TransitionRecord{});
  AuditRecord first;
  first.sequence = 1;
  add(samples, "audit-record", AuditRecord{2, k_time, "version", "{\"a\":1}", {}, {}}, first);
  add(samples, "policy-report", policy(), PolicyReport{});
  add(samples, "promotion", PromotionReport{move, full, least, policy(), true, {"a note"}},
      PromotionReport{});
  add(samples, "audit-report", AuditReport{2, Digest{}, {{1, "hash differs"}}}, AuditReport{});
  const AuditCheckpoint checkpoint{"store", 2, {}, k_time.to_string(), k_sha256, "c2lnbmF0dXJl"};
  samples.emplace_back("audit-checkpoint", to_json(checkpoint));
  samples.emplace_back("key", to_json(KeyRecord{k_sha256, "ann", "/home/ann/key.pem",
                                                "-----BEGIN PUBLIC KEY-----"}));
}

void add_store(Samples& samples) {
  add(samples, "ingest", IngestReport{1, 2, 3, 4, 5, 6, {"a kind that is not known"}, 7, {"run x"}},
      IngestReport{});
  add(samples, "verify",
      VerifyReport{1, 2, 3, 4, false, {{"packs/a", "it is cut", {Digest{}}, {"run x"}}}},
      VerifyReport{});
  add(samples, "gc", GcReport{1, 2, 3, 4, 5, true, {{Digest{}, 9, "keep", "named", {"run x"}}}},
      GcReport{});
  add(samples, "du", UsageReport{{1, 2, 3, 4, 5}, 6, 7, {{k_run.value, "name", 8, 9}}},
      UsageReport{});
  add(samples, "doctor",
      DoctorReport{{{"git", "version", CheckState::warning, "old", "update"}, {}}}, DoctorReport{});
}

void add_judge(Samples& samples) {
  const LevelReport levels{HardwareLevel::machine_class,
                           SoftwareLevel::locks,
                           {{"product", Section::hardware, "cpu/model", "a", "b"}}};
  const Divergence divergence{{"loss", {{"split", "val"}}},
                              119,
                              120,
                              0.5,
                              std::numeric_limits<double>::quiet_NaN(),
                              "0x3fe0000000000000",
                              "0x7ff8000000000000",
                              std::numeric_limits<std::uint64_t>::max()};
  const JudgeReport judge{k_run,
                          k_other,
                          Verdict::diverged,
                          Verdict::re_executed,
                          "capped",
                          levels,
                          {{"series", "loss", Verdict::diverged, "differs", true, divergence},
                           {"end", "", Verdict::bit_exact, "", false, {}}},
                          1,
                          divergence,
                          {{Section::params, "lr", "0.1", "0.2"}},
                          {"hardware gpu"},
                          500};
  JudgeReport least;
  least.original = k_run;
  least.other = k_other;
  const ReplayReport replay{k_run,
                            k_other,
                            Verdict::diverged,
                            true,
                            Verdict::bit_exact,
                            {"no gpu"},
                            {"run it"},
                            {"env A"},
                            judge,
                            1,
                            9,
                            "/tmp/x",
                            true};
  ReplayReport bare;
  bare.original = k_run;
  const DiffReport diff{
      k_run,
      k_other,
      {{"params",
        3,
        {{"lr", ChangeKind::changed, Value(1), Value(1.0), "integer", "real", "type"},
         {"x", ChangeKind::added, std::nullopt, Value("y"), "", "text", ""}}}}};
  add(samples, "levels", levels, LevelReport{});
  add(samples, "divergence", divergence, Divergence{});
  add(samples, "judge", judge, least);
  add(samples, "replay", replay, bare);
  add(samples, "diff", diff, DiffReport{k_run, k_other, {}});
}

}  // namespace

std::vector<std::pair<std::string, Json>> json_form_samples() {
  Samples samples;
  add_runs(samples);
  add_registry(samples);
  add_store(samples);
  add_judge(samples);
  return samples;
}

}  // namespace track_test
