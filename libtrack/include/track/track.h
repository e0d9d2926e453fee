#ifndef TRACK_TRACK_H
#define TRACK_TRACK_H

/* The C interface: opaque handles, status codes, no exception crosses it.
 *
 * Thread safety: a track_run may be used from any thread; track_run_finish() and
 * track_run_free() need it to themselves. Text is UTF-8 and copied. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TRACK_C_API __attribute__((visibility("default")))
#else
#define TRACK_C_API
#endif

/* NOLINTBEGIN(readability-identifier-naming,modernize-use-using): names of C */

/* Numbers are those of track::ErrorCode and are never reused. */
typedef enum track_status {
  TRACK_OK = 0,
  TRACK_USAGE = 1,
  TRACK_NOT_FOUND = 2,
  TRACK_AMBIGUOUS = 3,
  TRACK_IO = 4,
  TRACK_NO_SPACE = 5,
  TRACK_PERMISSION = 6,
  TRACK_CORRUPT = 7,
  TRACK_UNSUPPORTED = 8,
  TRACK_BUSY = 9,
  TRACK_CONFLICT = 10,
  TRACK_REFUSED = 11,
  TRACK_INCONCLUSIVE = 12,
  TRACK_LOST = 13 /* not kept, and counted; training goes on */
} track_status;

typedef enum track_goal {
  TRACK_GOAL_NONE = 0,
  TRACK_GOAL_MINIMIZE = 1,
  TRACK_GOAL_MAXIMIZE = 2
} track_goal;

/* What becomes of points where there is no room: as track::WhenFull. */
typedef enum track_when_full {
  TRACK_WHEN_FULL_DROP = 0,
  TRACK_WHEN_FULL_DECIMATE = 1,
  TRACK_WHEN_FULL_BLOCK = 2
} track_when_full;

typedef struct track_run track_run;
typedef struct track_metric track_metric;

typedef struct track_label {
  const char* name;
  const char* value;
} track_label;

/* Every member may be zero. `size` must be sizeof(track_run_options): members are only ever
 * appended. */
typedef struct track_run_options {
  size_t size;
  const char* experiment;
  const char* name;
  const char* group;
  const char* note;
  const char* store;
  int argc;
  const char* const* argv;
  int strict;
  uint64_t journal_cap; /* bytes of journal that this process may write, what it has re-encoded
                           since as what that takes; 0: no cap */
  track_when_full when_full;
  double block_s;       /* seconds, for TRACK_WHEN_FULL_BLOCK; 0: 10 */
  int no_periodic_sync; /* leave it to the system when points reach the disk for good */
  const char* key;      /* resumes the run that it names, as track::RunOptions::key does */
} track_run_options;

typedef struct track_artifact_options {
  size_t size;
  const char* name;
  const char* kind; /* "file", "model", "checkpoint", … as track::ArtifactKind prints */
  int has_step;
  int64_t step;
  int digest_only;
} track_artifact_options;

typedef struct track_finish_report {
  size_t size;
  uint64_t points;
  uint64_t dropped;
  uint64_t losses;
} track_finish_report;

TRACK_C_API const char* track_version(void);
/* The last failure of the calling thread, as one sentence; "" if none. Valid until its next call.
 */
TRACK_C_API const char* track_last_error(void);

/* Sets *run, which track_run_free() takes back. `options` may be NULL. */
TRACK_C_API track_status track_run_start(const track_run_options* options, track_run** run);
TRACK_C_API const char* track_run_id(const track_run* run);

TRACK_C_API track_status track_run_set_param_double(track_run* run, const char* name, double value);
TRACK_C_API track_status track_run_set_param_int(track_run* run, const char* name, int64_t value);
TRACK_C_API track_status track_run_set_param_bool(track_run* run, const char* name, int value);
TRACK_C_API track_status track_run_set_param_text(track_run* run, const char* name,
                                                  const char* value);
TRACK_C_API track_status track_run_set_param_json(track_run* run, const char* name,
                                                  const char* json);
TRACK_C_API track_status track_run_set_tag(track_run* run, const char* name, const char* value);
TRACK_C_API track_status track_run_record_seed(track_run* run, const char* stream, int64_t seed);
TRACK_C_API track_status track_run_use_dataset(track_run* run, const char* name, const char* path);
TRACK_C_API track_status track_run_define_metric(track_run* run, const char* pattern,
                                                 track_goal goal, const char* unit,
                                                 const char* axis);

/* A handle for logging; track_metric_free() takes it back. `labels` may be NULL with count 0. */
TRACK_C_API track_status track_run_metric(track_run* run, const char* name,
                                          const track_label* labels, size_t label_count,
                                          track_metric** metric);
/* TRACK_OK: survives SIGKILL. TRACK_LOST: not kept, and counted. Never blocks but to roll over. */
TRACK_C_API track_status track_metric_log(track_metric* metric, int64_t step, double value);
TRACK_C_API void track_metric_free(track_metric* metric);
TRACK_C_API track_status track_run_log(track_run* run, const char* name, int64_t step,
                                       double value);

/* The run goes on from `step`, as after loading a checkpoint: see track::Run::rewind(). */
TRACK_C_API track_status track_run_rewind(track_run* run, int64_t step);
/* The same where a metric stands for the step: from where it had reached `value`. */
TRACK_C_API track_status track_run_rewind_axis(track_run* run, const char* axis, double value);

TRACK_C_API track_status track_run_log_artifact(track_run* run, const char* path,
                                                const track_artifact_options* options);
TRACK_C_API track_status track_run_sync(track_run* run);

/* Ends the run as finished, or as failed where `failure` is not NULL. `report` may be NULL. */
TRACK_C_API track_status track_run_finish(track_run* run, const char* failure,
                                          track_finish_report* report);
/* Finishes it if that was not done. NULL is allowed. */
TRACK_C_API void track_run_free(track_run* run);

/* NOLINTEND(readability-identifier-naming,modernize-use-using) */

#ifdef __cplusplus
}
#endif

#endif
