#include <catch2/catch.hpp>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <set>
#include <thread>

#include "run/surroundings.hpp"
#include "run_fixture.hpp"
#include "store/account.hpp"

using namespace track::schemas;
using track::Value;
using track_test::RunStore;

TEST_CASE("a run that was finished can be read from its journal", "[run]") {
  RunStore store;
  auto options = store.options();
  options.group = "g";
  options.note = "first try";
  options.tags = {{"team", "vision"}};
  auto run = track::start_run(options);
  const auto id = run.id();
  run.set_params({{"lr", 0.1}, {"hidden", 64}, {"name", "net"}, {"on", true}});
  run.record_seed("init", 42);
  run.define_metric("val/*", {track::Goal::maximize, "%", "epoch"});
  auto loss = run.metric("loss");
  auto digit = run.metric("recall", {{"slice", "digit=8"}});
  for (int step = 0; step < 100; ++step) REQUIRE(loss.log(step, 1.0 / (step + 1)));
  REQUIRE(digit.log(7U, 0.5F));
  REQUIRE(run.log("acc", 3, 0.25));
  REQUIRE(run.log(4, {{loss, 2.0}, {digit, 3.0}}));
  const auto report = run.finish();

  CHECK(report.complete());
  CHECK(report.points == 104);
  CHECK(store.warnings.empty());
  const auto journal = store.read(id);
  CHECK(journal.problems.empty());
  REQUIRE(journal.all<RunStartEntry>().size() == 1);
  const auto start = journal.all<RunStartEntry>()[0];
  CHECK(start.experiment == "test");
  CHECK(start.group == "g");
  CHECK(start.source == "api");
  CHECK(start.name == run.name());
  CHECK(start.name.substr(start.name.size() - 5) == "-" + id.value.substr(0, 4));
  CHECK(journal.all<ParamEntry>().size() == 4);
  CHECK(journal.all<SeedEntry>()[0].value == Value(42));
  CHECK(journal.all<MetricDefinitionEntry>()[0].unit == "%");
  CHECK(journal.all<TagEntry>()[0].value == "vision");
  CHECK(journal.all<NoteEntry>()[0].text == "first try");
  CHECK(journal.points.at("loss").values.size() == 101);
  CHECK(journal.points.at("recall{slice=digit=8}").values == std::vector<double>{0.5, 3.0});
  CHECK(journal.points.at("acc").steps == std::vector<std::int64_t>{3});
  REQUIRE(journal.all<RunEndEntry>().size() == 1);
  CHECK(journal.all<RunEndEntry>()[0].state == track::RunState::finished);
  CHECK(journal.all<MemberEndEntry>().size() == 1);
  CHECK(std::all_of(journal.segments.begin(), journal.segments.end(),
                    [](const auto& s) { return s.sealed; }));
}

TEST_CASE("a run is alive while it is open and gone after", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  const auto member = store.read(run.id()).all<MemberStartEntry>().at(0);
  CHECK(member.role == track::MemberRole::owner);
  CHECK(member.pid == ::getpid());
  CHECK(store.probe(run.id(), member) == track::storage::Liveness::alive);
  run.finish();
  CHECK(store.probe(run.id(), member) == track::storage::Liveness::dead);
}

TEST_CASE("what is not finite is kept bit for bit", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  const double payload_nan = std::nan("42");
  for (const double value : {payload_nan, std::numeric_limits<double>::infinity(), -0.0})
    run.log("x", 0, value);
  run.finish();
  const auto values = store.read(run.id()).points.at("x").values;
  REQUIRE(values.size() == 3);
  CHECK(std::memcmp(&values[0], &payload_nan, sizeof payload_nan) == 0);
  CHECK(std::isinf(values[1]));
  CHECK(std::signbit(values[2]));
}

TEST_CASE("a handle that outlives its run logs nothing and says so", "[run]") {
  RunStore store;
  track::Metric loss;
  CHECK_FALSE(loss.log(0, 1.0));
  {
    auto run = track::start_run(store.options());
    loss = run.metric("loss");
    CHECK(loss.log(0, 1.0));
  }
  CHECK_FALSE(loss.log(1, 1.0));
}

TEST_CASE("a moved-from run does nothing and throws nothing", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  const auto moved = std::move(run);
  CHECK(run.id().value.empty());  // NOLINT(bugprone-use-after-move)
  CHECK_FALSE(run.log("x", 0, 1.0));
  run.set_param("a", 1);
  run.log_artifact("nowhere");
  CHECK(run.finish().points == 0);
  CHECK(moved.id().value.size() == 16);
}

TEST_CASE("assigning over an open run finishes it", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  const auto first = run.id();
  run = track::start_run(store.options());
  CHECK(store.read(first).all<RunEndEntry>().size() == 1);
  CHECK(store.read(run.id()).all<RunEndEntry>().empty());
}

TEST_CASE("a wrong name is refused, counted and warned of once", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  run.set_param("", 1);
  run.set_param(std::string(513, 'x'), 1);
  run.set_param("a\xff", 1);
  run.set_tag("a\nb", "x");
  run.set_param("text", "\xc3\x28");
  run.set_param("json", track::JsonText{"{broken"});
  CHECK_FALSE(run.log("", 0, 1.0));
  CHECK_FALSE(run.metric("bad\x01").log(0, 1.0));
  run.record_seed("s", 1, "guess");
  const auto report = run.finish();
  CHECK(report.losses.size() == 9);
  CHECK(report.dropped == 2);
  CHECK(store.warnings.size() == 1);
  const auto journal = store.read(run.id());
  CHECK(journal.all<ParamEntry>().empty());
  CHECK(journal.all<LossEntry>().size() == 9);
}

TEST_CASE("a param keeps its first value and the conflict is known", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  run.set_param("lr", 0.1);
  run.set_param("lr", 0.1);
  run.set_param("lr", 0.2);
  CHECK(store.read(run.id()).all<ParamEntry>().size() == 2);
  const auto report = run.finish();
  REQUIRE(report.losses.size() == 1);
  CHECK(report.losses[0] == "cannot set param 'lr' to 0.2: it is 0.1 already");
}

TEST_CASE("a strict run throws what another counts", "[run]") {
  RunStore store;
  auto options = store.options();
  options.strict = true;
  auto run = track::start_run(options);
  CHECK_THROWS_AS(run.set_param("", 1), track::Error);
  run.set_param("lr", 0.1);
  CHECK_THROWS_AS(run.set_param("lr", 0.2), track::Error);
  CHECK_THROWS_AS(run.log_artifact(store.path() / "absent"), track::Error);
  CHECK_FALSE(run.log("", 0, 1.0));
  CHECK(store.warnings.empty());
}

TEST_CASE("a flood of losses takes no memory", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  for (int i = 0; i < 1000; ++i) run.set_param("bad\n" + std::to_string(i), i);
  const auto report = run.finish();
  REQUIRE(report.losses.size() == 101);
  CHECK(report.losses.back() == "900 more of the like");
}

TEST_CASE("200 threads lose nothing", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  auto shared = run.metric("shared");
  std::vector<std::thread> threads;
  for (int t = 0; t < 200; ++t) {
    threads.emplace_back([&run, &shared, t] {
      auto own = run.metric("own", {{"thread", std::to_string(t)}});
      for (int step = 0; step < 50; ++step) {
        shared.log(step, t);
        own.log(step, t);
        run.log("named", step, t);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(run.finish().points == 200 * 150);
  const auto journal = store.read(run.id());
  CHECK(journal.point_count == 200 * 150);
  CHECK(journal.points.at("shared").values.size() == 200 * 50);
  CHECK(journal.points.size() == 202);
}

TEST_CASE("a burst without pause drops nothing", "[run]") {
  RunStore store;
  auto run = track::start_run(store.options());
  auto loss = run.metric("loss");
  constexpr std::uint64_t k_points = 1'000'000;
  for (std::uint64_t step = 0; step < k_points; ++step) loss.log(step, 0.5);
  const auto report = run.finish();
  CHECK(report.points == k_points);
  CHECK(report.dropped == 0);
}

TEST_CASE("what the program and its surroundings are is captured beside training", "[run]") {
  RunStore store;
  auto options = store.options();
  options.args = {"train", "--lr", "0.1"};
  auto run = track::start_run(options);
  const auto quick = store.read(run.id()).all<FieldsEntry>();
  REQUIRE_FALSE(quick.empty());
  run.wait_for_capture();
  run.finish();
  std::set<track::Section> sections;
  std::set<track::Phase> phases;
  for (const auto& entry : store.read(run.id()).all<FieldsEntry>()) {
    for (const auto& field : entry.fields) {
      sections.insert(field.section);
      phases.insert(field.phase);
    }
  }
  for (const auto section :
       {track::Section::invocation, track::Section::software, track::Section::numerics,
        track::Section::hardware, track::Section::resources}) {
    CHECK(sections.count(section) == 1);
  }
  CHECK(phases.size() == 2);
}

TEST_CASE("capture that was not done when the run ends is waited for", "[run]") {
  RunStore store;
  auto options = store.options();
  options.capture_program = true;
  track::start_run(options).log("x", 0, 1.0);
  const auto runs = track::storage::list_journal_runs(store.journals());
  std::set<track::Section> sections;
  for (const auto& entry : store.read(runs.at(0)).all<FieldsEntry>()) {
    for (const auto& field : entry.fields) sections.insert(field.section);
  }
  CHECK(sections.count(track::Section::program) == 1);
  CHECK(sections.count(track::Section::hardware) == 1);
}

TEST_CASE("secrets are taken out before they are stored", "[run]") {
  RunStore store;
  const auto token = std::string("ghp_") + "abcdefghijklmnopqrstuvwxyz0123456789";
  auto run = track::start_run(store.options());
  run.set_param("api_key", "hunter2");
  run.set_param("note", "call with " + token);
  run.set_param("config", track::JsonText{"{\"auth\": \"" + token + "\"}"});
  run.set_param("num_key_value_heads", 8);
  run.set_param("max_tokens", 4096);
  run.set_tag("origin", token);
  run.set_tag("db_password", "hunter2");
  run.set_note("with " + token);
  run.finish();
  const auto journal = store.read(run.id());
  std::map<std::string, Value> params;
  for (const auto& param : journal.all<ParamEntry>()) params.emplace(param.name, param.value);
  CHECK(params.at("api_key") == Value("[redacted]"));
  CHECK(params.at("note") == Value("[redacted]"));
  CHECK(params.at("config") == Value("[redacted]"));
  CHECK(params.at("num_key_value_heads") == Value(8));
  CHECK(params.at("max_tokens") == Value(4096));
  CHECK(journal.all<TagEntry>()[0].value == "[redacted]");
  CHECK(journal.all<TagEntry>()[1].value == "[redacted]");
  CHECK(journal.all<NoteEntry>()[0].text == "with [redacted]");
}

TEST_CASE("who runs is told by the environment, else by the password database", "[run]") {
  const std::string before = ::getenv("USER") != nullptr ? ::getenv("USER") : "";
  ::setenv("USER", "eve", 1);
  CHECK(track::detail::user_name() == "eve");
  ::unsetenv("USER");
  ::setenv("LOGNAME", "adam", 1);
  CHECK(track::detail::user_name() == "adam");
  ::unsetenv("LOGNAME");
  const auto account = track::detail::find_account(::geteuid());
  CHECK(track::detail::user_name() == (account ? account->name : std::to_string(::geteuid())));
  if (!before.empty()) ::setenv("USER", before.c_str(), 1);
  REQUIRE(track::detail::find_account(0));
  CHECK(track::detail::account_name(0) == "root");
  CHECK(track::detail::account_name(4'294'967'290U) == "4294967290");
}

TEST_CASE("a store that a run makes is told once, one that is there never", "[run]") {
  RunStore store;
  auto options = store.options();
  options.store = store.path() / "new" / ".track";
  std::filesystem::create_directory(store.path() / "new");
  for (int i = 0; i < 2; ++i) {
    CHECK(track::start_run(options).finish().complete());
    REQUIRE(store.warnings.size() == 1);
    CHECK(store.warnings[0] == "made a store at '" + options.store.string() + "'");
  }
  options.store = store.root();
  CHECK(track::start_run(options).finish().complete());
  CHECK(store.warnings.size() == 1);
}
