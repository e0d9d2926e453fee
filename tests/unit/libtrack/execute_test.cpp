#include "command/execute.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <fstream>
#include <set>

#include "run_fixture.hpp"
#include "track/storage/objects/object_store.hpp"
#include "track/store.hpp"

using namespace track::schemas;
using track::CommandOptions;
using track::RunState;
using track::detail::execute_command;
using track::detail::ExecuteOptions;
using track_test::RunStore;

namespace {

/// Runs commands of one test; what they print is kept.
struct Commands {
  RunStore store;
  CommandOptions options;
  ExecuteOptions execute;
  std::string output;

  Commands() {
    options.run = store.options();
    execute.output = [this](std::string_view text) { output += text; };
  }
  track::CommandResult run(std::vector<std::string> argv) {
    options.argv = std::move(argv);
    return execute_command(options, execute);
  }
  track::CommandResult shell(const std::string& script) { return run({"/bin/sh", "-c", script}); }
  [[nodiscard]] track::Store open() const {
    track::StoreOptions reading;
    reading.path = store.root();
    return track::Store::open(reading);
  }
  [[nodiscard]] RunEndEntry end(const track::CommandResult& result) const {
    const auto ends = store.read(result.run).all<RunEndEntry>();
    REQUIRE(ends.size() == 1);
    return ends[0];
  }
};

}  // namespace

TEST_CASE("a program that ends in order is a finished run", "[command]") {
  Commands commands;
  const auto result = commands.shell("echo out; echo err >&2");
  CHECK(result.exit_code == 0);
  CHECK(result.signal == 0);
  CHECK_FALSE(result.timed_out);
  CHECK(commands.output.find("out\n") != std::string::npos);
  CHECK(commands.output.find("err\n") != std::string::npos);
  CHECK(commands.end(result).state == RunState::finished);
  CHECK(commands.end(result).exit_code == 0);
  const auto start = commands.store.read(result.run).all<RunStartEntry>().at(0);
  CHECK(start.source == "command");
  CHECK(start.name == "sh-" + result.run.value.substr(0, 4));
}

TEST_CASE("a program's exit code is passed on and recorded", "[command]") {
  Commands commands;
  const auto result = commands.shell("exit 7");
  CHECK(result.exit_code == 7);
  CHECK(commands.end(result).state == RunState::failed);
  CHECK(commands.end(result).reason == "exit code 7");
  CHECK(commands.end(result).exit_code == 7);
}

TEST_CASE("the signal that ended a program is recorded, SIGKILL included", "[command]") {
  Commands commands;
  const auto result = commands.shell("kill -KILL $$");
  CHECK(result.exit_code == 128 + SIGKILL);
  CHECK(result.signal == SIGKILL);
  CHECK(commands.end(result).state == RunState::failed);
  CHECK(commands.end(result).reason == "signal SIGKILL");
  CHECK(commands.end(result).signal == SIGKILL);
}

TEST_CASE("what cannot be run is nobody's run", "[command]") {
  Commands commands;
  CHECK(commands.run({"no-such-program-anywhere"}).exit_code == 127);
  CHECK(commands.run({commands.store.path().string()}).exit_code == 126);
  CHECK(track::storage::list_journal_runs(commands.store.journals()).empty());
  REQUIRE(commands.store.warnings.size() == 2);
  CHECK(commands.store.warnings[0] == "cannot run 'no-such-program-anywhere': no such program");
}

TEST_CASE("a program that the kernel refuses is a failed run", "[command]") {
  Commands commands;
  const auto script = commands.store.path() / "script";
  std::ofstream(script) << "#!/no/such/interpreter\n";
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  const auto result = commands.run({script.string()});
  CHECK(result.exit_code == 127);
  CHECK(commands.end(result).state == RunState::failed);
}

TEST_CASE("a script without an interpreter line runs as in a shell", "[command]") {
  Commands commands;
  const auto script = commands.store.path() / "script";
  std::ofstream(script) << "echo \"got $1\"\n";
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  CHECK(commands.run({script.string(), "it"}).exit_code == 0);
  CHECK(commands.output == "got it\n");
}

TEST_CASE("output is kept as an artifact, and the live file goes", "[command]") {
  Commands commands;
  const auto result = commands.shell(
      "echo line; until test -s \"$TRACK_STORE/journals/$TRACK_RUN_ID/output.log\"; do sleep 0.01; "
      "done; echo live");
  CHECK(commands.output == "line\nlive\n");
  const auto artifacts = commands.store.read(result.run).all<ArtifactEntry>();
  REQUIRE(artifacts.size() == 1);
  CHECK(artifacts[0].record.name == "output.log");
  CHECK(artifacts[0].record.kind == track::ArtifactKind::output);
  CHECK(artifacts[0].record.detail == "");
  CHECK(artifacts[0].record.state == track::ArtifactState::stored);
  CHECK(artifacts[0].record.size == 10);
  CHECK_FALSE(artifacts[0].record.deterministic);
  CHECK_FALSE(std::filesystem::exists(commands.store.journal(result.run) / "output.log"));
}

TEST_CASE("secrets are shown as they are printed, and kept by nobody", "[command]") {
  Commands commands;
  const auto result =
      commands.shell("printf 'token ghp_%s\\n' abcdefghijklmnopqrstuvwxyz0123456789");
  CHECK(commands.output == std::string("token ghp_") + "abcdefghijklmnopqrstuvwxyz0123456789\n");
  const auto record = commands.store.read(result.run).all<ArtifactEntry>().at(0).record;
  const auto bytes = track::storage::open_object_store({commands.store.root(), false})
                         ->read_all(record.digest.value());
  CHECK(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()) ==
        "token [redacted]\n");
}

TEST_CASE("much output at once is passed on whole", "[command]") {
  Commands commands;
  commands.shell("head -c 3000000 /dev/zero | tr '\\0' x; echo end");
  CHECK(commands.output.size() == 3'000'004);
  CHECK(commands.output.substr(3'000'000) == "end\n");
}

TEST_CASE("params, datasets and artifacts of a command are recorded", "[command]") {
  Commands commands;
  const auto data = commands.store.path() / "data.csv";
  std::ofstream(data) << "1,2\n";
  std::ofstream(commands.store.path() / "p.toml") << "lr = 0.5\ndepth = 2\n";
  commands.options.params = {{"lr", 0.1}};
  commands.options.param_files = {commands.store.path() / "p.toml"};
  commands.options.argv_params = true;
  commands.options.datasets = {{"train", data}};
  commands.execute.working_directory = commands.store.path();
  commands.options.artifacts = {"model.bin", "absent"};
  commands.options.env = {{"COLOUR", "blue"}};
  const auto result =
      commands.run({"/bin/sh", "-c", "echo $COLOUR > model.bin", "sh", "--epochs", "3"});
  CHECK(result.exit_code == 0);
  const auto journal = commands.store.read(result.run);
  std::map<std::string, track::Value> params;
  for (const auto& param : journal.all<ParamEntry>()) params.emplace(param.name, param.value);
  CHECK(params == std::map<std::string, track::Value>{{"lr", 0.1}, {"depth", 2}, {"epochs", 3}});
  REQUIRE_FALSE(journal.all<DatasetEntry>().empty());
  CHECK(journal.all<DatasetEntry>()[0].record.size == 4);
  std::map<std::string, track::ArtifactState> artifacts;
  for (const auto& artifact : journal.all<ArtifactEntry>())
    artifacts[artifact.record.name] = artifact.record.state;
  CHECK(artifacts.at("model.bin") == track::ArtifactState::stored);
  CHECK(artifacts.at("absent") == track::ArtifactState::lost);
  CHECK(commands.store.warnings.size() == 1);
}

TEST_CASE("metrics are scraped from what is printed", "[command]") {
  Commands commands;
  commands.options.scrape = {R"(step (?P<step>\d+) loss (?P<loss>\S+))"};
  const auto result = commands.shell("for i in 1 2 3; do echo \"step $i loss 0.$i\"; done");
  const auto points = commands.store.read(result.run).points.at("loss");
  CHECK(points.steps == std::vector<std::int64_t>{1, 2, 3});
  CHECK(points.values == std::vector<double>{0.1, 0.2, 0.3});
}

TEST_CASE("wrong options run nothing and record nothing", "[command]") {
  Commands commands;
  commands.options.scrape = {"("};
  CHECK_THROWS_AS(commands.shell("touch " + (commands.store.path() / "ran").string()),
                  track::Error);
  commands.options.scrape.clear();
  commands.options.param_files = {commands.store.path() / "absent.json"};
  CHECK_THROWS_AS(commands.shell("true"), track::Error);
  commands.options.param_files.clear();
  CHECK_THROWS_AS(commands.run({}), track::Error);
  CHECK_FALSE(std::filesystem::exists(commands.store.path() / "ran"));
  CHECK(track::storage::list_journal_runs(commands.store.journals()).empty());
}

TEST_CASE("a broken store still runs the program, with one warning", "[command]") {
  Commands commands;
  std::ofstream(commands.store.path() / "file") << "no store";
  commands.options.run.store = commands.store.path() / "file" / "below";
  const auto result = commands.shell("echo ran; exit 4");
  CHECK(result.exit_code == 4);
  CHECK(commands.output == "ran\n");
  CHECK(commands.store.warnings.size() == 1);
  // It is kept in the spool.
  REQUIRE_FALSE(result.run.value.empty());
  CHECK_FALSE(track::storage::list_journal_runs(commands.store.journals()).size() > 0);
}

TEST_CASE("a program that takes too long is told to end, then made to", "[command]") {
  Commands commands;
  commands.execute.timeout_s = 0.1;
  const auto result = commands.run({"/bin/sleep", "60"});
  CHECK(result.timed_out);
  CHECK(result.signal == SIGTERM);
  CHECK(commands.end(result).reason == "timed out: signal SIGTERM");
}

TEST_CASE("a signal to us is passed to the program", "[command]") {
  Commands commands;
  const auto result = commands.shell(
      "trap 'echo told; exit 5' TERM; kill -TERM $PPID; while :; do sleep 0.01; done");
  CHECK(result.exit_code == 5);
  CHECK(commands.output == "told\n");
}

TEST_CASE("an interrupt ends the run as it ends the program", "[command]") {
  Commands commands;
  SECTION("that it kills") {
    const auto result = commands.shell("kill -INT $PPID; exec sleep 60");
    CHECK(result.exit_code == 128 + SIGINT);
    CHECK(commands.end(result).state == RunState::failed);
    CHECK(commands.end(result).reason == "signal SIGINT");
    CHECK(commands.end(result).signal == SIGINT);
  }
  SECTION("that handles it and ends in order") {
    const auto result =
        commands.shell("trap 'exit 0' INT; kill -INT $PPID; while :; do sleep 0.01; done");
    CHECK(result.exit_code == 0);
    CHECK(commands.end(result).state == RunState::finished);
  }
  SECTION("that ignores it, as what a shell starts in the background does") {
    const auto before = ::signal(SIGINT, SIG_IGN);
    const auto result = commands.shell("kill -INT $$; kill -INT $PPID; exit 3");
    ::signal(SIGINT, before);
    CHECK(result.exit_code == 3);
    CHECK(commands.end(result).reason == "exit code 3");
  }
}

TEST_CASE("a program that leaves a child behind is not waited for through it", "[command]") {
  Commands commands;
  const auto result = commands.shell("sleep 60 & echo $!");
  CHECK(result.exit_code == 0);
  ::kill(static_cast<pid_t>(std::stol(commands.output)), SIGKILL);
}

TEST_CASE("an instrumented program joins the run it was started for", "[command]") {
  Commands commands;
  commands.options.run.experiment = "from the command";
  const auto result = commands.run({TRACK_TEST_TRAINER});
  CHECK(result.exit_code == 0);
  CHECK(commands.output == "run " + result.run.value + "\n");
  const auto journal = commands.store.read(result.run);
  CHECK(journal.point_count == 10);
  CHECK(journal.all<RunStartEntry>().size() == 1);
  CHECK(journal.all<RunEndEntry>().size() == 1);
  CHECK(journal.all<MemberStartEntry>().size() == 2);
  CHECK(track::storage::list_journal_runs(commands.store.journals()).size() == 1);
}

TEST_CASE("what an instrumented program says of its run holds where the command says nothing",
          "[command]") {
  Commands commands;
  commands.options.run.experiment.clear();
  const auto result = commands.run({TRACK_TEST_TRAINER, "named"});
  REQUIRE(result.exit_code == 0);
  const auto details = commands.open().details(result.run);
  CHECK(details.run.experiment == "theirs");
  CHECK(details.run.name == "their-name");
  CHECK(details.run.note == "their note");
  CHECK(details.run.source == "command");
  CHECK(details.tags.size() == 2);
  REQUIRE(details.params.size() == 1);
  CHECK(details.params[0].name == "lr");
}

TEST_CASE("what the command was given holds against what its program says", "[command]") {
  Commands commands;
  commands.options.run.experiment = "ours";
  commands.options.run.name = "our-name";
  commands.options.run.note = "our note";
  commands.options.run.tags = {{"stage", "ours"}};
  const auto result = commands.run({TRACK_TEST_TRAINER, "named"});
  REQUIRE(result.exit_code == 0);
  const auto details = commands.open().details(result.run);
  CHECK(details.run.experiment == "ours");
  CHECK(details.run.name == "our-name");
  CHECK(details.run.note == "our note");
  REQUIRE(details.tags.size() == 2);
  CHECK(details.tags[0].value == "they");
  CHECK(details.tags[1].value == "ours");
}

TEST_CASE("the owner decides how an instrumented program's run ended", "[command]") {
  Commands commands;
  CHECK(commands.end(commands.run({TRACK_TEST_TRAINER, "exit"})).reason == "exit code 3");
  CHECK(commands.end(commands.run({TRACK_TEST_TRAINER, "throw"})).reason == "signal SIGABRT");
}

TEST_CASE("a sweep of 20 processes under one command is 20 children", "[command]") {
  Commands commands;
  const auto result =
      commands.shell("for i in $(seq 20); do " TRACK_TEST_TRAINER " plain $i & done; wait");
  CHECK(result.exit_code == 0);
  const auto runs = track::storage::list_journal_runs(commands.store.journals());
  CHECK(runs.size() == 21);
  std::set<std::size_t> counts;
  for (const auto& run : runs) {
    if (run == result.run) continue;
    const auto journal = commands.store.read(run);
    CHECK(journal.all<RunStartEntry>().at(0).parent == result.run);
    CHECK(journal.all<RunStartEntry>().at(0).experiment == "test");
    CHECK(journal.all<RunEndEntry>().at(0).state == RunState::finished);
    counts.insert(journal.point_count);
  }
  CHECK(counts.size() == 20);
}

TEST_CASE("a replay gets exactly the environment it was given", "[command]") {
  Commands commands;
  const auto original = track::RunId::random();
  commands.execute.replay_of = original;
  commands.execute.executable = "/bin/sh";
  commands.execute.working_directory = commands.store.path();
  commands.execute.environment = {"ONLY=this"};
  const auto result = commands.run(
      {"renamed", "-c", "echo $0 $ONLY $HOME; pwd; env | cut -d= -f1 | sort | tr '\\n' ' '; cat"});
  CHECK(result.exit_code == 0);
  CHECK(commands.output.find("renamed this\n") == 0);
  CHECK(commands.output.find(commands.store.path().string()) != std::string::npos);
  CHECK(commands.output.find("HOME") == std::string::npos);
  CHECK(commands.output.find("TRACK_RUN_ID") != std::string::npos);
  const auto start = commands.store.read(result.run).all<RunStartEntry>().at(0);
  CHECK(start.replay_of == original);
  CHECK(start.kind == track::RunKind::replay);
}
