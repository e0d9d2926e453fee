#include "capture/capture.hpp"

#include <unistd.h>

#include <set>
#include <tuple>

#include <catch2/catch.hpp>

#include "capture/field_names.hpp"
#include "capture_fixture.hpp"
#include "track/schemas/json.hpp"
#include "track/storage/file.hpp"
#include "track/storage/hash.hpp"

using namespace track_test;  // NOLINT: a test file
using namespace track;       // NOLINT
namespace fs = std::filesystem;
namespace names = track::detail::fields;

namespace {

const CapturedField* find(const std::vector<CapturedField>& fields, Section section,
                          std::string_view name, Phase phase = Phase::start) {
  for (const auto& field : fields) {
    if (field.section == section && field.name == name && field.phase == phase) return &field;
  }
  return nullptr;
}

const CapturedField& get(const std::vector<CapturedField>& fields, Section section,
                         std::string_view name, Phase phase = Phase::start) {
  const auto* field = find(fields, section, name, phase);
  INFO(name);
  REQUIRE(field != nullptr);
  return *field;
}

/// What holds of every capture.
void check_sound(const std::vector<CapturedField>& fields) {
  std::set<std::tuple<Section, std::string, Phase>> seen;
  for (const auto& field : fields) {
    INFO(to_string(field.section) << "." << field.name);
    CHECK(seen.emplace(field.section, field.name, field.phase).second);
    CHECK(field.value.is_null() == (field.state != FieldState::known));
    if (field.state == FieldState::unavailable) CHECK_FALSE(field.detail.empty());
    CHECK(field.state != FieldState::not_collected);
  }
}

detail::CaptureContext command_context(const fs::path& directory, std::vector<std::string> args) {
  auto context = context_of(directory);
  context.own_process = false;
  context.args = std::move(args);
  return context;
}

std::vector<CapturedField> slow(const detail::CaptureContext& context) {
  const auto store = storage::make_memory_object_store();
  const auto writer = store->begin();
  return detail::capture_slow(context, *writer);
}

}  // namespace

TEST_CASE("a capture of this process has all sections, each field once", "[capture]") {
  TempDir directory;
  write(directory / "code.py", "x\n");
  auto context = context_of(directory.path());
  context.args = {"prog", "--lr", "0.1"};
  auto fields = detail::capture_quick(context);
  for (auto& field : slow(context)) fields.push_back(std::move(field));
  for (auto& field : detail::capture_finish(context)) fields.push_back(std::move(field));
  check_sound(fields);

  CHECK(get(fields, Section::invocation, names::k_argv).value.as_json() ==
        R"(["prog","--lr","0.1"])");
  CHECK(get(fields, Section::invocation, names::k_working_directory).value.as_text() == ".");
  CHECK(get(fields, Section::code, names::k_code_snapshot).object);
  const auto& program = get(fields, Section::program, names::k_program_digest);
  const auto own = storage::blake3(storage::read_file("/proc/self/exe"));
  CHECK(program.value.as_text() == own.to_string());
  CHECK(program.object == own);
  CHECK(get(fields, Section::program, names::k_program_path).value.as_text() ==
        fs::read_symlink("/proc/self/exe").string());
  CHECK(get(fields, Section::program, names::k_program_script).state == FieldState::absent);
  CHECK(get(fields, Section::hardware, names::k_architecture).state == FieldState::known);
  CHECK(get(fields, Section::hardware, names::k_memory).value.as_integer() > 1'000'000);
  // Two unknown machines must not pass for one.
  CHECK(get(fields, Section::hardware, names::k_machine_id).state != FieldState::absent);
  CHECK(get(fields, Section::resources, names::k_peak_memory, Phase::finish).value.as_integer() >
        100'000);
  CHECK(get(fields, Section::threads, names::k_thread_count, Phase::finish).value.as_integer() >=
        1);
  for (const auto phase : {Phase::start, Phase::finish}) {
    CHECK(get(fields, Section::numerics, names::k_fp_control, phase).state == FieldState::known);
    const auto objects = schemas::Json::parse(
        get(fields, Section::software, names::k_objects, phase).value.as_json());
    const auto* libc = objects.find("libc.so.6");
    REQUIRE(libc != nullptr);
    CHECK(Digest::parse(libc->at("digest").as_string()));
    CHECK(objects.find("linux-vdso.so.1") == nullptr);
  }
}

TEST_CASE("what is captured twice of one machine is equal", "[capture]") {
  TempDir directory;
  const auto context = context_of(directory.path());
  const auto first = detail::capture_present(context);
  const auto second = detail::capture_present(context);
  check_sound(first);
  REQUIRE(first.size() == second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    INFO(first[i].name);
    CHECK(first[i].name == second[i].name);
    CHECK(first[i].state == second[i].state);
    CHECK(first[i].value == second[i].value);
  }
}

TEST_CASE("secrets in arguments and variables are never in a field", "[capture]") {
  TempDir directory;
  auto context = context_of(directory.path());
  context.args = {"prog", "--api-key", "hunter2word"};
  context.environment = {"LANG=C",          "OMP_SECRET=hunter2word", "SLURM_JWT=hunter2word",
                         "HOME=/home/user", "TRACK_RUN_ID=x",         "OMP_NUM_THREADS=2"};
  context.config.env_allow = {"URL"};
  context.environment.emplace_back("URL=https://u:hunter2word@host/");
  const auto fields = detail::capture_quick(context);
  check_sound(fields);
  for (const auto& field : fields) {
    CHECK(field.value.to_string().find("hunter2word") == std::string::npos);
    CHECK(field.detail.find("hunter2word") == std::string::npos);
  }
  const auto& argv = get(fields, Section::invocation, names::k_argv);
  CHECK(argv.state == FieldState::redacted);
  CHECK(argv.detail == "argument 2: name says key");
  CHECK(get(fields, Section::invocation, names::k_argv_shown).value.as_json() ==
        R"(["prog","--api-key","[redacted]"])");
  CHECK(get(fields, Section::threads, "env.OMP_SECRET").state == FieldState::redacted);
  CHECK(get(fields, Section::distributed, "env.SLURM_JWT").state == FieldState::redacted);
  CHECK(get(fields, Section::invocation, "env.URL").detail == "password in a URL");
  CHECK(get(fields, Section::threads, "env.OMP_NUM_THREADS").value.as_text() == "2");
  CHECK(get(fields, Section::invocation, names::k_environment_names).value.as_json() ==
        R"(["HOME"])");
  CHECK(find(fields, Section::invocation, "env.HOME") == nullptr);
  CHECK(find(fields, Section::invocation, "env.TRACK_RUN_ID") == nullptr);
}

TEST_CASE("the working directory is named from the code root", "[capture]") {
  TempDir directory;
  git(directory.path(), "init -q");
  write(directory / "a/b/file", "x\n");
  const auto fields = detail::capture_quick(context_of(directory / "a/b"));
  CHECK(get(fields, Section::invocation, names::k_working_directory).value.as_text() == "a/b");
}

TEST_CASE("rank and world size come from the environment or are absent", "[capture]") {
  TempDir directory;
  auto context = context_of(directory.path());
  CHECK(get(detail::capture_quick(context), Section::distributed, names::k_rank).state ==
        FieldState::absent);
  context.environment = {"RANK=3", "WORLD_SIZE=8"};
  const auto fields = detail::capture_quick(context);
  CHECK(get(fields, Section::distributed, names::k_rank).value.as_integer() == 3);
  CHECK(get(fields, Section::distributed, names::k_world_size).value.as_integer() == 8);
  context.environment = {"RANK=many"};
  CHECK(get(detail::capture_quick(context), Section::distributed, names::k_rank).state ==
        FieldState::unavailable);
}

TEST_CASE("a native command is described without running it", "[capture]") {
  TempDir directory;
  const auto fields = slow(command_context(directory.path(), {"ls", "-l"}));
  check_sound(fields);
  const fs::path path = get(fields, Section::program, names::k_program_path).value.as_text();
  CHECK(path.filename() == "ls");
  CHECK(get(fields, Section::program, names::k_program_digest).value.as_text() ==
        storage::blake3(storage::read_file(path)).to_string());
  CHECK(get(fields, Section::program, names::k_program_interpreter).state == FieldState::absent);
  CHECK(get(fields, Section::program, names::k_program_script).state == FieldState::absent);
  const auto objects =
      schemas::Json::parse(get(fields, Section::software, names::k_objects).value.as_json());
  CHECK(objects.find("libc.so.6") != nullptr);
  CHECK(find(fields, Section::numerics, names::k_fp_control) == nullptr);
}

TEST_CASE("a script that names its interpreter is the program", "[capture]") {
  TempDir directory;
  const auto* line = GENERATE("#!/bin/sh\n", "#!/usr/bin/env sh\n", "#! /bin/sh -e\n");
  write(directory / "run.sh", line, 0755);
  const auto fields = slow(command_context(directory.path(), {"./run.sh", "x"}));
  CHECK(get(fields, Section::program, names::k_program_path).value.as_text() ==
        (directory / "run.sh").string());
  CHECK(get(fields, Section::program, names::k_program_digest).value.as_text() ==
        storage::blake3(std::string_view(line)).to_string());
  const fs::path interpreter =
      get(fields, Section::program, names::k_program_interpreter_path).value.as_text();
  CHECK(interpreter.filename() == "sh");
  CHECK(get(fields, Section::program, names::k_program_interpreter).value.as_text() ==
        storage::blake3(storage::read_file(interpreter)).to_string());
  CHECK(get(fields, Section::program, names::k_program_script).state == FieldState::absent);
}

TEST_CASE("a script given to an interpreter is captured beside it", "[capture]") {
  TempDir directory;
  write(directory / "train.sh", "echo\n");
  const auto fields = slow(command_context(directory.path(), {"sh", "-e", "train.sh"}));
  CHECK(fs::path(get(fields, Section::program, names::k_program_path).value.as_text()).filename() ==
        "sh");
  CHECK(get(fields, Section::program, names::k_program_interpreter).state == FieldState::absent);
  CHECK(get(fields, Section::program, names::k_program_script).value.as_text() ==
        storage::blake3(std::string_view("echo\n")).to_string());
  CHECK(get(slow(command_context(directory.path(), {"sh", "-c", "echo"})), Section::program,
            names::k_program_script)
            .state == FieldState::absent);
}

TEST_CASE("a command that is not there leaves unavailable fields", "[capture]") {
  TempDir directory;
  const auto fields = slow(command_context(directory.path(), {"no-such-program-anywhere"}));
  check_sound(fields);
  CHECK(get(fields, Section::program, names::k_program_digest).state == FieldState::unavailable);
  CHECK(get(fields, Section::software, names::k_objects).state == FieldState::unavailable);
}

TEST_CASE("a program beyond the limit is digested, not stored", "[capture]") {
  TempDir directory;
  auto context = command_context(directory.path(), {"ls"});
  context.config.program_limit = 10;
  const auto fields = slow(context);
  const auto& digest = get(fields, Section::program, names::k_program_digest);
  CHECK(digest.state == FieldState::known);
  CHECK_FALSE(digest.object);
}

TEST_CASE("lock files at the code root are digested", "[capture]") {
  TempDir directory;
  CHECK(get(slow(context_of(directory.path())), Section::software, names::k_locks).state ==
        FieldState::absent);
  write(directory / "requirements.txt", "numpy==1.0\n");
  const auto digest = storage::blake3(std::string_view("numpy==1.0\n")).to_string();
  CHECK(
      get(slow(context_of(directory.path())), Section::software, names::k_locks).value.as_json() ==
      R"({"requirements.txt":")" + digest + R"("})");
}

TEST_CASE("recorded objects are looked up where they lay", "[capture]") {
  TempDir directory;
  write(directory / "libone.so", "one");
  const auto text = R"({"libgone.so":{"digest":"b3:0","path":"/nonexistent/libgone.so"},)"
                    R"("libone.so":{"digest":"b3:0","path":")" +
                    (directory / "libone.so").string() + R"("}})";
  const auto recorded = known_field(Section::software, std::string(names::k_objects),
                                    FieldClass::numeric, JsonText{text});
  const auto present = detail::present_objects(recorded, context_of(directory.path()));
  const auto objects = schemas::Json::parse(present.value.as_json());
  CHECK(objects.at("libone.so").at("digest").as_string() ==
        storage::blake3(std::string_view("one")).to_string());
  CHECK(objects.find("libgone.so") == nullptr);
}

TEST_CASE("a name is hashed for this application alone", "[capture]") {
  CHECK(detail::personal_hash("host") == detail::personal_hash("host"));
  CHECK(detail::personal_hash("host") != detail::personal_hash("tsoh"));
  CHECK(detail::personal_hash("host") != storage::blake3(std::string_view("host")).hex());
}
