#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "run_fixture.hpp"
#include "track/registry.hpp"
#include "track/store.hpp"
#include "track_test/code_of.hpp"

namespace track_test {

/// A store with runs that made models, and a key ring of its own.
class RegistryStore {
 public:
  RegistryStore() {
    ::setenv("XDG_CONFIG_HOME", (runs_.path() / "config").c_str(), 1);
    ::unsetenv("TRACK_SIGNING_KEY_FILE");
    ::setenv("TRACK_ACTOR", "ann", 1);
  }

  [[nodiscard]] std::filesystem::path path() const { return runs_.path(); }

  /// A finished run with a model of these bytes and an accuracy at each step.
  track::RunId train(const std::string& bytes, const std::vector<double>& accuracy = {0.5}) {
    auto options = runs_.options();
    options.join = track::Join::never;
    auto run = track::start_run(options);
    track::MetricOptions goal;
    goal.goal = track::Goal::maximize;
    run.define_metric("acc", goal);
    for (std::size_t step = 0; step < accuracy.size(); ++step) run.log("acc", step, accuracy[step]);
    const auto file = write("model.bin", bytes);
    track::ArtifactOptions artifact;
    artifact.name = "model";
    artifact.kind = track::ArtifactKind::model;
    run.log_artifact(file, artifact);
    run.finish();
    return run.id();
  }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    auto file = runs_.path() / name;
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

  [[nodiscard]] track::Store open() const {
    track::StoreOptions options;
    options.path = runs_.root();
    return track::Store::open(options);
  }

  [[nodiscard]] static track::PromoteOptions to_production() {
    track::PromoteOptions options;
    options.model = "digits";
    options.alias = "production";
    options.reason = "better";
    return options;
  }

 private:
  RunStore runs_;
};

}  // namespace track_test
