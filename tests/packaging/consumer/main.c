#include <stdio.h>
#include <track/track.h>

/* usage: consumer_c <store>. Adds a run to a store that is there. */
int main(int argc, char** argv) {
  track_run_options options = {0};
  track_run* run = NULL;
  track_finish_report report = {0};
  if (argc != 2) {
    return 2;
  }
  options.size = sizeof options;
  options.experiment = "consumer";
  options.store = argv[1];
  options.strict = 1;
  if (track_run_start(&options, &run) != TRACK_OK ||
      track_run_log(run, "loss", 0, 0.5) != TRACK_OK) {
    fprintf(stderr, "%s\n", track_last_error());
    return 1;
  }
  report.size = sizeof report;
  if (track_run_finish(run, NULL, &report) != TRACK_OK || report.points != 1 ||
      report.dropped != 0) {
    fprintf(stderr, "%s\n", track_last_error());
    return 1;
  }
  track_run_free(run);
  return 0;
}
