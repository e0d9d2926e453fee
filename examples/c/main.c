/* Fits a line to Anscombe's first data set by gradient descent, tracked through the C interface. */

#include <stdio.h>

#include <track/track.h>

enum { k_points = 11, k_steps = 400 };

static const double k_x[k_points] = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
static const double k_y[k_points] = {8.04, 6.95, 7.58,  8.81, 8.33, 9.96,
                                     7.24, 4.26, 10.84, 4.82, 5.68};
static const double k_mean_x = 9;

/* y = slope * (x - mean of x) + level: centred, so that neither direction is much the steeper. */
struct line {
  double slope;
  double level;
};

/* One step downhill; returns the mean squared error before it. */
static double descend(struct line* line, double rate) {
  double error = 0;
  double slope = 0;
  double level = 0;
  for (int i = 0; i < k_points; ++i) {
    const double x = k_x[i] - k_mean_x;
    const double miss = line->slope * x + line->level - k_y[i];
    error += miss * miss / k_points;
    slope += 2 * miss * x / k_points;
    level += 2 * miss / k_points;
  }
  line->slope -= rate * slope;
  line->level -= rate * level;
  return error;
}

static int write_line(const char* path, const struct line* line) {
  FILE* file = fopen(path, "w");
  if (!file) return 0;
  fprintf(file, "y = %.4f x + %.4f\n", line->slope, line->level - line->slope * k_mean_x);
  return fclose(file) == 0;
}

int main(int argc, char** argv) {
  const double rate = 0.02;
  track_run_options options = {.size = sizeof options, .experiment = "anscombe"};
  options.argc = argc;
  options.argv = (const char* const*)argv;
  track_run* run = NULL;
  if (track_run_start(&options, &run) != TRACK_OK) {
    fprintf(stderr, "c_example: %s\n", track_last_error());
    return 2;
  }
  track_run_set_param_double(run, "rate", rate);
  track_run_set_param_int(run, "steps", k_steps);
  track_run_define_metric(run, "mse", TRACK_GOAL_MINIMIZE, "", "");

  track_metric* mse = NULL;
  track_run_metric(run, "mse", NULL, 0, &mse);
  struct line line = {0, 0};
  for (int step = 0; step < k_steps; ++step) {
    track_metric_log(mse, step, descend(&line, rate));
  }
  track_metric_free(mse);

  const char* failure = NULL;
  if (write_line("line.txt", &line)) {
    track_run_log_artifact(run, "line.txt", NULL);
  } else {
    perror(failure = "cannot write 'line.txt'");
  }
  track_finish_report report = {.size = sizeof report};
  track_run_finish(run, failure, &report);
  track_run_free(run);
  printf("%llu points tracked, %llu lost\n", (unsigned long long)report.points,
         (unsigned long long)report.dropped);
  return failure ? 1 : 0;
}
