// A training that survives being preempted: it knows its key and its checkpoint, and no run id.
// `resume 137` is killed at step 137; `resume` goes on from the last checkpoint and ends the run.
#include <track/track.hpp>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

constexpr long k_steps = 200;

struct Checkpoint {
  long step = 0;
  double x = 4.0;
};

Checkpoint load() {
  Checkpoint checkpoint;
  std::ifstream("parabola.ckpt") >> checkpoint.step >> checkpoint.x;
  return checkpoint;
}

void save(const Checkpoint& checkpoint) {
  std::ofstream("parabola.ckpt.new") << checkpoint.step << ' ' << checkpoint.x << '\n';
  std::filesystem::rename("parabola.ckpt.new", "parabola.ckpt");  // old or new, never half
}

}  // namespace

int main(int argc, char** argv) {
  const long killed_at = argc > 1 ? std::atol(argv[1]) : k_steps;
  auto [step, x] = load();

  track::RunOptions options;
  options.experiment = "parabola";
  options.key = "parabola-night";
  auto run = track::start_run(options);
  run.rewind(step);  // what was logged after the checkpoint is logged again

  for (; step < k_steps; ++step) {
    if (step % 50 == 0) save({step, x});
    if (step == killed_at) std::raise(SIGKILL);
    run.log("loss", step, x * x);
    x -= 0.01 * 2 * x;
  }
}
