#include <cstdio>
#include <filesystem>

#include "track/track.hpp"

/// usage: consumer <directory>. Records a run in a store made there, and reads it back.
int main(int argc, char** argv) {
  if (argc != 2) {
    return 2;
  }
  track::RunOptions options;
  options.experiment = "consumer";
  track::InitOptions init;
  init.at = std::filesystem::path(argv[1]) / ".track";
  options.store = track::Store::init(init);
  options.strict = true;
  auto run = track::start_run(options);
  run.set_params({{"lr", 0.1}, {"hidden", 64}, {"name", "text"}});
  auto loss = run.metric("loss");
  for (int step = 0; step < 100; ++step) {
    loss.log(step, 1.0 / (step + 1));
  }
  if (!run.finish().complete()) {
    return 1;
  }

  track::StoreOptions reading;
  reading.path = options.store;
  auto store = track::Store::open(reading);
  const auto metric = store.find_metric(run.id(), "loss");
  std::printf("%s %lld\n", run.name().c_str(), static_cast<long long>(metric.count));

  try {
    (void)store.resolve("no-such-run");
  } catch (const track::Error& error) {  // crosses the library's boundary as itself
    return metric.count == 100 && error.code() == track::ErrorCode::not_found ? 0 : 1;
  }
  return 1;
}
