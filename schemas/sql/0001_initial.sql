-- The catalog. Tables (…_rows) are internal and may change with any migration; the views at
-- the end are the public surface, and docs/formats.md fixes their columns.
--
-- Times are milliseconds since 1970-01-01T00:00:00Z. An `at_order` is the 40 bytes by which
-- segments are ordered: attempt, rank, process start, pid, sequence, compared by memcmp.
-- SQLite keeps neither a NaN (it becomes NULL) nor the sign of -0.0: a `…_bits` beside a value holds
-- the 64 bits of those, and of those only.

-- Runs ------------------------------------------------------------------------------------

-- Clear names of people and machines, by keyed hash. They never leave this machine.
CREATE TABLE name_rows (
  hash  TEXT PRIMARY KEY,
  clear TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE run_rows (
  number       INTEGER PRIMARY KEY,        -- order of arrival
  id           TEXT    NOT NULL UNIQUE,
  name         TEXT    NOT NULL DEFAULT '',
  experiment   TEXT    NOT NULL DEFAULT '',
  parent       TEXT,
  replay_of    TEXT,
  group_name   TEXT    NOT NULL DEFAULT '',
  kind         TEXT    NOT NULL DEFAULT 'train',
  attempt      INTEGER NOT NULL DEFAULT 1,
  note         TEXT    NOT NULL DEFAULT '',
  note_time    INTEGER NOT NULL DEFAULT 0,
  user_hash    TEXT    NOT NULL DEFAULT '',
  host_hash    TEXT    NOT NULL DEFAULT '',
  source       TEXT    NOT NULL DEFAULT '',
  start_time   INTEGER NOT NULL DEFAULT 0,
  start_order  BLOB,                       -- of the start entry taken; NULL: none yet
  renamed      INTEGER NOT NULL DEFAULT 0, -- by a person: a start entry leaves the name alone
  end_state    TEXT,                       -- as the owner recorded it
  end_reason   TEXT    NOT NULL DEFAULT '',
  exit_code    INTEGER,
  end_signal   INTEGER,
  end_time     INTEGER,
  end_attempt  INTEGER,
  end_order    BLOB,
  open_members INTEGER NOT NULL DEFAULT 0, -- owner and ranks that have not said that they end
  last_seen    INTEGER NOT NULL DEFAULT 0,
  dropped      INTEGER NOT NULL DEFAULT 0,
  removed      INTEGER,                    -- when `rm` hid it
  -- Whether the recorded end holds without looking at anybody's lock.
  closed       INTEGER NOT NULL GENERATED ALWAYS AS
               (end_state IS NOT NULL AND open_members = 0 AND end_attempt >= attempt) VIRTUAL
) STRICT;
CREATE INDEX run_by_start      ON run_rows (start_time, number);
CREATE INDEX run_by_experiment ON run_rows (experiment, start_time, number);
CREATE INDEX run_by_name       ON run_rows (name);
CREATE INDEX run_by_parent     ON run_rows (parent) WHERE parent IS NOT NULL;
CREATE INDEX run_removed       ON run_rows (id) WHERE removed IS NOT NULL;

-- Attempts of a run are numbered from 1 in the order of their stamps, which journals carry: 1 of a
-- run without a key, else milliseconds since 1970.
CREATE TABLE attempt_rows (
  run        TEXT    NOT NULL REFERENCES run_rows (id) ON DELETE CASCADE,
  stamp      INTEGER NOT NULL,
  number     INTEGER NOT NULL,
  start_time INTEGER,                      -- as its owner recorded it; NULL: not seen
  host_hash  TEXT    NOT NULL DEFAULT '',
  end_state  TEXT,
  end_reason TEXT    NOT NULL DEFAULT '',
  end_time   INTEGER,
  PRIMARY KEY (run, stamp)
) STRICT, WITHOUT ROWID;

-- Where a run said that it goes on from an earlier point.
CREATE TABLE rewind_rows (
  id       INTEGER PRIMARY KEY,
  run      TEXT    NOT NULL REFERENCES run_rows (id) ON DELETE CASCADE,
  rank     INTEGER NOT NULL,
  attempt  INTEGER NOT NULL,
  at_order BLOB    NOT NULL,               -- of the segment: what stands in it comes after
  axis     TEXT    NOT NULL,               -- a metric; '': the step
  step     INTEGER NOT NULL,
  value    REAL,
  time     INTEGER NOT NULL
) STRICT;
CREATE INDEX rewind_by_run ON rewind_rows (run, at_order);

-- Runs that are gone for good: what their journals still hold of attempts up to this stamp is
-- passed over.
CREATE TABLE purged_rows (
  run   TEXT    PRIMARY KEY,
  stamp INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How far each journal segment is consumed. Rows outlive the segment and its run.
CREATE TABLE segment_rows (
  id            INTEGER PRIMARY KEY,
  uuid          BLOB    NOT NULL UNIQUE,
  run           TEXT    NOT NULL,
  attempt       INTEGER NOT NULL,
  rank          INTEGER NOT NULL,
  process_start INTEGER NOT NULL,
  pid           INTEGER NOT NULL,
  sequence      INTEGER NOT NULL,
  at_order      BLOB    NOT NULL,
  position      INTEGER NOT NULL,           -- bytes consumed
  complete      INTEGER NOT NULL DEFAULT 0, -- nothing will follow
  dropped       INTEGER NOT NULL DEFAULT 0, -- points, by the segment's header
  gaps          INTEGER NOT NULL DEFAULT 0, -- points, by its gap entries
  invalid       INTEGER NOT NULL DEFAULT 0  -- records that failed their checksum
) STRICT;
CREATE INDEX segment_by_run ON segment_rows (run, at_order);
CREATE INDEX segment_open   ON segment_rows (run) WHERE complete = 0;

CREATE TABLE member_rows (
  run           TEXT    NOT NULL REFERENCES run_rows (id) ON DELETE CASCADE,
  member        BLOB    NOT NULL,
  role          TEXT    NOT NULL DEFAULT 'owner',
  rank          INTEGER NOT NULL DEFAULT 0,
  attempt       INTEGER NOT NULL DEFAULT 1,
  pid           INTEGER NOT NULL DEFAULT 0,
  process_start INTEGER NOT NULL DEFAULT 0,
  boot_id       TEXT    NOT NULL DEFAULT '',
  host_hash     TEXT    NOT NULL DEFAULT '',
  live_file     TEXT    NOT NULL DEFAULT '',
  device        INTEGER NOT NULL DEFAULT 0,
  inode         INTEGER NOT NULL DEFAULT 0,
  is_local      INTEGER NOT NULL DEFAULT 0,
  start_time    INTEGER,                    -- NULL: only its end has been seen
  end_time      INTEGER,
  PRIMARY KEY (run, member)
) STRICT, WITHOUT ROWID;

CREATE TABLE param_rows (
  run      TEXT    NOT NULL REFERENCES run_rows (id) ON DELETE CASCADE,
  name     TEXT    NOT NULL,
  type     TEXT    NOT NULL,
  value    ANY,
  bits     INTEGER,
  rank     INTEGER NOT NULL,
  at_order BLOB    NOT NULL,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX param_by_value ON param_rows (name, value, run);

CREATE TABLE tag_rows (
  run   TEXT    NOT NULL REFERENCES run_rows (id) ON DELETE CASCADE,
  name  TEXT    NOT NULL,
  value TEXT,                               -- NULL: removed at `time`
  time  INTEGER NOT NULL,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_by_value ON tag_rows (name, value, run);

CREATE TABLE seed_rows (
  run      TEXT    NOT NULL REFERENCES run_rows (id) ON DELETE CASCADE,
  stream   TEXT    NOT NULL,
  type     TEXT    NOT NULL,
  value    ANY,
  bits     INTEGER,
  source   TEXT    NOT NULL,
  rank     INTEGER NOT NULL,
  at_order BLOB    NOT NULL,
  PRIMARY KEY (run, stream)
) STRICT, WITHOUT ROWID;

-- What capture asks for: section.name at a phase.
CREATE TABLE slot_rows (
  id      INTEGER PRIMARY KEY,
  section TEXT    NOT NULL,
  name    TEXT    NOT NULL,
  phase   TEXT    NOT NULL,
  UNIQUE (section, name, phase)
) STRICT;

-- What it found there. Most runs find the same, so that every finding is kept once.
CREATE TABLE finding_rows (
  id          INTEGER PRIMARY KEY,
  digest      BLOB    NOT NULL UNIQUE,      -- of all that follows and of the slot's names
  slot        INTEGER NOT NULL REFERENCES slot_rows (id),
  field_class TEXT    NOT NULL,
  state       TEXT    NOT NULL,
  type        TEXT    NOT NULL,
  value       ANY,
  bits        INTEGER,
  detail      TEXT    NOT NULL,
  object      BLOB
) STRICT;
CREATE INDEX finding_by_object ON finding_rows (object) WHERE object IS NOT NULL;

CREATE TABLE field_rows (
  run      TEXT    NOT NULL REFERENCES run_rows (id) ON DELETE CASCADE,
  slot     INTEGER NOT NULL REFERENCES slot_rows (id),
  finding  INTEGER NOT NULL,                -- of finding_rows; a foreign key would need an index
  stored   INTEGER NOT NULL,                -- whether the finding names an object
  rank     INTEGER NOT NULL,
  at_order BLOB    NOT NULL,
  PRIMARY KEY (run, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX field_by_object ON field_rows (finding) WHERE stored;

CREATE TABLE artifact_rows (
  id            INTEGER PRIMARY KEY,
  run           TEXT    NOT NULL REFERENCES run_rows (id) ON DELETE CASCADE,
  name          TEXT    NOT NULL,
  kind          TEXT    NOT NULL,
  state         TEXT    NOT NULL,
  detail        TEXT    NOT NULL,
  digest        BLOB,
  sha256        TEXT    NOT NULL,
  size          INTEGER NOT NULL,
  is_tree       INTEGER NOT NULL,
  step          INTEGER,
  path          TEXT    NOT NULL,
  deterministic INTEGER NOT NULL,
  rank          INTEGER NOT NULL,
  attempt       INTEGER NOT NULL,
  time          INTEGER NOT NULL,
  at_order      BLOB    NOT NULL
) STRICT;
CREATE INDEX artifact_by_run    ON artifact_rows (run, name, at_order, id);
CREATE INDEX artifact_by_digest ON artifact_rows (digest) WHERE digest IS NOT NULL;

CREATE TABLE dataset_rows (
  run      TEXT    NOT NULL REFERENCES run_rows (id) ON DELETE CASCADE,
  name     TEXT    NOT NULL,
  uri      TEXT    NOT NULL,
  digest   BLOB,
  sha256   TEXT    NOT NULL,
  size     INTEGER NOT NULL,
  count    INTEGER NOT NULL,
  method   TEXT    NOT NULL,
  is_tree  INTEGER NOT NULL,
  stored   INTEGER NOT NULL,
  changed  INTEGER,
  detail   TEXT    NOT NULL,
  time     INTEGER NOT NULL,
  rank     INTEGER NOT NULL,
  at_order BLOB    NOT NULL,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX dataset_by_digest ON dataset_rows (digest) WHERE digest IS NOT NULL;

CREATE TABLE conflict_rows (
  id      INTEGER PRIMARY KEY,
  run     TEXT    NOT NULL REFERENCES run_rows (id) ON DELETE CASCADE,
  subject TEXT    NOT NULL,
  detail  TEXT    NOT NULL,
  time    INTEGER NOT NULL,
  UNIQUE (run, subject, detail)
) STRICT;

CREATE TABLE loss_rows (
  id   INTEGER PRIMARY KEY,
  run  TEXT    NOT NULL REFERENCES run_rows (id) ON DELETE CASCADE,
  what TEXT    NOT NULL,
  time INTEGER NOT NULL,
  UNIQUE (run, what)
) STRICT;

-- Journal entries of a kind or version that was not known when they were ingested.
CREATE TABLE unknown_rows (
  id       INTEGER PRIMARY KEY,
  run      TEXT    NOT NULL REFERENCES run_rows (id) ON DELETE CASCADE,
  kind     INTEGER NOT NULL,
  version  INTEGER NOT NULL,
  payload  BLOB    NOT NULL,
  at_order BLOB    NOT NULL
) STRICT;
CREATE INDEX unknown_by_run ON unknown_rows (run);

CREATE TABLE problem_rows (
  id      INTEGER PRIMARY KEY,
  subject TEXT    NOT NULL,
  detail  TEXT    NOT NULL,
  time    INTEGER NOT NULL,
  UNIQUE (subject, detail)
) STRICT;

-- Metrics ---------------------------------------------------------------------------------

CREATE TABLE definition_rows (
  run           TEXT    NOT NULL REFERENCES run_rows (id) ON DELETE CASCADE,
  pattern       TEXT    NOT NULL,
  goal          TEXT    NOT NULL,
  unit          TEXT    NOT NULL,
  axis          TEXT    NOT NULL,
  summary       TEXT    NOT NULL,
  deterministic INTEGER NOT NULL,
  at_order      BLOB    NOT NULL,
  PRIMARY KEY (run, pattern)
) STRICT, WITHOUT ROWID;

-- One row a series, summed up over the default view.
CREATE TABLE series_rows (
  id            INTEGER PRIMARY KEY,
  run           TEXT    NOT NULL REFERENCES run_rows (id) ON DELETE CASCADE,
  name          TEXT    NOT NULL,
  labels        TEXT    NOT NULL,           -- JSON, keys sorted
  attempt       INTEGER NOT NULL DEFAULT 0, -- the latest that logged to it
  count         INTEGER NOT NULL DEFAULT 0,
  first_step    INTEGER,
  first         REAL,
  first_bits    INTEGER,
  first_time    INTEGER,
  last_step     INTEGER,
  last          REAL,
  last_bits     INTEGER,
  last_time     INTEGER,
  min_step      INTEGER,
  min           REAL,
  max_step      INTEGER,
  max           REAL,
  total         REAL    NOT NULL DEFAULT 0, -- of the finite values
  n_nan         INTEGER NOT NULL DEFAULT 0,
  n_inf         INTEGER NOT NULL DEFAULT 0,
  goal          TEXT    NOT NULL DEFAULT 'none',
  unit          TEXT    NOT NULL DEFAULT '',
  axis          TEXT    NOT NULL DEFAULT '',
  summary       TEXT    NOT NULL DEFAULT 'automatic',
  deterministic INTEGER NOT NULL DEFAULT 1,
  mean          REAL GENERATED ALWAYS AS
                (CASE WHEN count > n_nan + n_inf THEN total / (count - n_nan - n_inf) END) VIRTUAL,
  -- What metric('m') stands for; NULL where that is not a finite number.
  summary_value REAL GENERATED ALWAYS AS (
    CASE CASE summary WHEN 'automatic' THEN 'last' ELSE summary END
      WHEN 'last' THEN CASE WHEN abs(last) <= 1.7976931348623157e308 THEN last END
      WHEN 'best' THEN CASE goal WHEN 'minimize' THEN min WHEN 'maximize' THEN max END
      WHEN 'min' THEN min
      WHEN 'max' THEN max
      WHEN 'mean' THEN CASE WHEN count > n_nan + n_inf THEN total / (count - n_nan - n_inf) END
    END) VIRTUAL,
  UNIQUE (run, name, labels)
) STRICT;
CREATE INDEX series_by_value ON series_rows (name, summary_value, run);

-- Up to 4,096 points of one series from one segment, in order of append.
CREATE TABLE chunk_rows (
  id         INTEGER PRIMARY KEY,
  series     INTEGER NOT NULL REFERENCES series_rows (id) ON DELETE CASCADE,
  segment    INTEGER NOT NULL REFERENCES segment_rows (id),
  number     INTEGER NOT NULL,              -- within series and segment, from 0
  count      INTEGER NOT NULL,
  first_step INTEGER NOT NULL,              -- the smallest
  last_step  INTEGER NOT NULL,              -- the greatest
  first_time INTEGER NOT NULL,
  last_time  INTEGER NOT NULL,
  n_nan      INTEGER NOT NULL,
  n_inf      INTEGER NOT NULL,
  first      REAL,                          -- in order of append, like last; NULL: a NaN
  last       REAL,
  min        REAL,
  max        REAL,
  total      REAL    NOT NULL,
  ordered    INTEGER NOT NULL,              -- steps grow from point to point
  crc        INTEGER NOT NULL,              -- CRC-32C of `data`
  data       BLOB    NOT NULL,
  UNIQUE (series, segment, number)
) STRICT;

-- Registry --------------------------------------------------------------------------------

CREATE TABLE model_rows (
  name    TEXT    PRIMARY KEY,
  created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE version_rows (
  model    TEXT    NOT NULL REFERENCES model_rows (name),
  version  INTEGER NOT NULL,
  digest   BLOB    NOT NULL,
  sha256   TEXT    NOT NULL,
  size     INTEGER NOT NULL,
  is_tree  INTEGER NOT NULL,
  run      TEXT    NOT NULL,
  artifact TEXT    NOT NULL,
  step     INTEGER,
  actor    TEXT    NOT NULL,
  created  INTEGER NOT NULL,
  PRIMARY KEY (model, version),
  UNIQUE (model, digest, run)
) STRICT, WITHOUT ROWID;
CREATE INDEX version_by_digest ON version_rows (digest);

CREATE TABLE revocation_rows (
  digest BLOB    PRIMARY KEY,
  reason TEXT    NOT NULL,
  actor  TEXT    NOT NULL,
  time   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alias_rows (
  model    TEXT    NOT NULL,
  alias    TEXT    NOT NULL,
  version  INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  since    INTEGER NOT NULL,
  actor    TEXT    NOT NULL,
  PRIMARY KEY (model, alias),
  FOREIGN KEY (model, version) REFERENCES version_rows (model, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE transition_rows (
  sequence        INTEGER PRIMARY KEY,
  alias_sequence  INTEGER NOT NULL,
  model           TEXT    NOT NULL,
  alias           TEXT    NOT NULL,
  from_version    INTEGER,
  to_version      INTEGER,
  digest          BLOB,
  action          TEXT    NOT NULL,
  actor           TEXT    NOT NULL,
  reason          TEXT    NOT NULL,
  policy          BLOB,
  evidence        BLOB,
  idempotency_key TEXT    UNIQUE,
  detail          TEXT    NOT NULL,
  time            INTEGER NOT NULL
) STRICT;
CREATE INDEX transition_by_model ON transition_rows (model, sequence);

CREATE TABLE audit_rows (
  sequence INTEGER PRIMARY KEY,
  time     INTEGER NOT NULL,
  event    TEXT    NOT NULL,
  payload  TEXT    NOT NULL,
  previous BLOB    NOT NULL,
  hash     BLOB    NOT NULL
) STRICT;

-- Views -----------------------------------------------------------------------------------

-- Internal: the columns of `runs`, with when a run was hidden.
CREATE VIEW all_runs AS
SELECT id, name, experiment, parent, replay_of, group_name AS "group", kind,
       CASE closed WHEN 1 THEN end_state ELSE track_state(id) END AS state,
       CASE closed WHEN 1 THEN end_reason ELSE track_end_reason(id) END AS end_reason,
       CASE WHEN closed OR (end_attempt >= attempt AND track_state(id) <> 'running')
            THEN exit_code END AS exit_code,
       CASE WHEN closed OR (end_attempt >= attempt AND track_state(id) <> 'running')
            THEN end_signal END AS end_signal,
       attempt, note,
       coalesce((SELECT clear FROM name_rows WHERE hash = user_hash), user_hash) AS user,
       coalesce((SELECT clear FROM name_rows WHERE hash = host_hash), host_hash) AS host,
       source, start_time AS start,
       CASE WHEN closed OR (end_attempt >= attempt AND track_state(id) <> 'running')
            THEN end_time END AS "end",
       dropped,
       (SELECT json_group_array(what)
          FROM (SELECT what FROM loss_rows WHERE run = run_rows.id ORDER BY id)) AS losses,
       removed
  FROM run_rows;

CREATE VIEW runs AS
SELECT id, name, experiment, parent, replay_of, "group", kind, state, end_reason, exit_code,
       end_signal, attempt, note, user, host, source, start, "end", dropped, losses
  FROM all_runs WHERE removed IS NULL;

-- Internal: what `rm` took, under the same columns.
CREATE VIEW removed_runs AS
SELECT id, name, experiment, parent, replay_of, "group", kind, state, end_reason, exit_code,
       end_signal, attempt, note, user, host, source, start, "end", dropped, losses
  FROM all_runs WHERE removed IS NOT NULL;

-- Internal: what expressions look at, of hidden runs too.
-- What gc may take for good, once it was removed long enough: whoever trusts a model may ask for
-- the run that made it.
CREATE VIEW purgeable_runs AS
  SELECT id, number, removed FROM run_rows
   WHERE removed IS NOT NULL AND id NOT IN (SELECT run FROM version_rows);
CREATE VIEW all_params AS SELECT run, name, value FROM param_rows;
CREATE VIEW all_tags   AS SELECT run, name, value FROM tag_rows;
CREATE VIEW all_series AS
SELECT run, name, labels, goal, last, min, max, mean, summary_value FROM series_rows;

-- Several of a run that was resumed by its key. `state` is NULL where no end was recorded.
CREATE VIEW attempts AS
SELECT run, number AS attempt, start_time AS start,
       coalesce((SELECT clear FROM name_rows WHERE hash = host_hash), host_hash) AS host,
       end_state AS state, end_reason, end_time AS "end"
  FROM attempt_rows
 WHERE run NOT IN (SELECT id FROM run_rows WHERE removed IS NOT NULL);

CREATE VIEW params AS
SELECT run, name, type, value
  FROM param_rows
 WHERE run NOT IN (SELECT id FROM run_rows WHERE removed IS NOT NULL);

CREATE VIEW tags AS
SELECT run, name, value
  FROM tag_rows
 WHERE value IS NOT NULL AND run NOT IN (SELECT id FROM run_rows WHERE removed IS NOT NULL);

CREATE VIEW metrics AS
SELECT run, name, labels, count, first, first_step, last, last_step, min, min_step, max, max_step,
       mean, n_nan, n_inf, last IS NULL AND last_bits IS NOT NULL AS last_is_nan,
       goal, unit, axis, summary, deterministic, first_time, last_time
  FROM series_rows
 WHERE run NOT IN (SELECT id FROM run_rows WHERE removed IS NOT NULL);

CREATE VIEW artifacts AS
SELECT run, name, kind, state, detail,
       CASE WHEN digest IS NOT NULL THEN 'b3:' || lower(hex(digest)) END AS digest, sha256, size, is_tree,
       step, path, deterministic, rank, attempt, time
  FROM artifact_rows
 WHERE run NOT IN (SELECT id FROM run_rows WHERE removed IS NOT NULL);

CREATE VIEW datasets AS
SELECT run, name, uri,
       CASE WHEN digest IS NOT NULL THEN 'b3:' || lower(hex(digest)) END AS digest, sha256, size, count,
       method, is_tree, stored, changed, detail, time
  FROM dataset_rows
 WHERE run NOT IN (SELECT id FROM run_rows WHERE removed IS NOT NULL);

CREATE VIEW models AS
SELECT name, created,
       (SELECT count(*) FROM version_rows WHERE model = model_rows.name) AS versions
  FROM model_rows;

CREATE VIEW model_versions AS
SELECT v.model, v.version, 'b3:' || lower(hex(v.digest)) AS digest, v.sha256, v.size, v.is_tree, v.run,
       v.artifact, v.step, v.actor, v.created, r.time AS revoked, coalesce(r.reason, '') AS revoke_reason
  FROM version_rows v LEFT JOIN revocation_rows r ON r.digest = v.digest;

CREATE VIEW aliases AS
SELECT a.model, a.alias, a.version, 'b3:' || lower(hex(v.digest)) AS digest, a.sequence, a.since, a.actor
  FROM alias_rows a JOIN version_rows v ON v.model = a.model AND v.version = a.version;

CREATE VIEW transitions AS
SELECT sequence, alias_sequence, model, alias, from_version AS "from", to_version AS "to",
       CASE WHEN digest IS NOT NULL THEN 'b3:' || lower(hex(digest)) END AS digest, action, actor, reason,
       CASE WHEN policy IS NOT NULL THEN 'b3:' || lower(hex(policy)) END AS policy,
       CASE WHEN evidence IS NOT NULL THEN 'b3:' || lower(hex(evidence)) END AS evidence,
       coalesce(idempotency_key, '') AS idempotency_key, detail, time
  FROM transition_rows;
