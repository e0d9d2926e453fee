#include "command/param_sources.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <map>

#include "track/schemas/error.hpp"
#include "track_test/temp_dir.hpp"

using track::Value;
using track::detail::Params;
using track::detail::read_argv_params;
using track::detail::read_param_file;

namespace {

std::filesystem::path write(const track_test::TempDir& directory, const std::string& name,
                            const std::string& text) {
  std::ofstream(directory / name) << text;
  return directory / name;
}

std::map<std::string, Value> as_map(const Params& params) { return {params.begin(), params.end()}; }

}  // namespace

TEST_CASE("a JSON file's objects are flattened with dots", "[command]") {
  const track_test::TempDir directory;
  const auto file = write(
      directory, "p.json",
      R"({"lr": 0.1, "net": {"hidden": [64, 32], "act": "relu", "bias": true}, "seed": null})");
  const auto params = as_map(read_param_file(file));
  CHECK(params.size() == 5);
  CHECK(params.at("lr") == Value(0.1));
  CHECK(params.at("net.hidden").type() == Value::Type::json);
  CHECK(params.at("net.act") == Value("relu"));
  CHECK(params.at("net.bias") == Value(true));
  CHECK(params.at("seed").is_null());
}

TEST_CASE("a TOML file's tables are flattened with dots", "[command]") {
  const track_test::TempDir directory;
  const auto file = write(
      directory, "p.toml",
      "lr = 0.1\nday = 2026-01-31\n[net]\nhidden = [64, 32]\ndepth = 3\n[net.opt]\nname = 'sgd'\n");
  const auto params = as_map(read_param_file(file));
  CHECK(params.size() == 5);
  CHECK(params.at("lr") == Value(0.1));
  CHECK(params.at("day") == Value("2026-01-31"));
  CHECK(params.at("net.depth") == Value(3));
  CHECK(params.at("net.hidden").as_json() == "[64,32]");
  CHECK(params.at("net.opt.name") == Value("sgd"));
}

TEST_CASE("a file without a telling name is told by its content", "[command]") {
  const track_test::TempDir directory;
  CHECK(read_param_file(write(directory, "a.conf", " {\"a\": 1}")).size() == 1);
  CHECK(read_param_file(write(directory, "b.conf", "a = 1")).size() == 1);
}

TEST_CASE("a file of params that cannot be read says where", "[command]") {
  const track_test::TempDir directory;
  CHECK_THROWS_AS(read_param_file(directory / "absent.json"), track::Error);
  CHECK_THROWS_WITH(read_param_file(write(directory, "p.toml", "a = 1\nb = = 2\n")),
                    Catch::Contains("p.toml") && Catch::Contains("line 2"));
  CHECK_THROWS_WITH(read_param_file(write(directory, "p.json", "[1]")),
                    Catch::Contains("no object"));
}

TEST_CASE("options of a command line become params", "[command]") {
  const auto params =
      as_map(read_argv_params({"train", "--lr", "0.1", "--name=net", "--shift", "-0.5", "--verbose",
                               "--epochs", "3", "data.csv", "-x", "1", "--", "--not", "this"}));
  CHECK(params.size() == 5);
  CHECK(params.at("lr") == Value(0.1));
  CHECK(params.at("name") == Value("net"));
  CHECK(params.at("shift") == Value(-0.5));
  CHECK(params.at("verbose") == Value(true));
  CHECK(params.at("epochs") == Value(3));
}
