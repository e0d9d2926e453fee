#include <track/track.hpp>

int main() {
  auto run = track::start_run();
  run.set_params({{"rate", 0.1}, {"start", 4.0}});
  double x = 4.0;
  for (int step = 0; step < 50; ++step) {
    run.log("loss", step, x * x);
    x -= 0.1 * 2 * x;
  }
}
