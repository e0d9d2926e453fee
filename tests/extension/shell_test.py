"""What the sqlite3 shell sees of a store once it has loaded the extension.

usage: shell_test.py NAME=PATH... [unittest arguments]
"""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

FILES = {name: pathlib.Path(path).resolve()
         for name, path in (word.split("=", 1) for word in sys.argv[1:] if "=" in word)}
TRACK = str(FILES["track"])
LONGEST_S = 60  # of one command

POINTS = "SELECT metric, labels, step, value, kind FROM metric_points ORDER BY metric, labels, step"


class Shell(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="track-extension-"))
        self.addCleanup(shutil.rmtree, self.root, True)
        self.catalog = self.root / ".track/catalog.db"
        self.env = {"PATH": os.environ["PATH"], "HOME": str(self.root),
                    "XDG_CONFIG_HOME": str(self.root / "config"),
                    "TRACK_STORE": str(self.root / ".track")}
        self.track("init")

    def call(self, *words, check=True):
        done = subprocess.run([str(word) for word in words], cwd=self.root, env=self.env, text=True,
                              capture_output=True, check=False, timeout=LONGEST_S)
        if check:
            self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def track(self, *words):
        return self.call(TRACK, *words).stdout

    def shell(self, sql, database=None, **options):
        """Rows as JSON, from the shell as Debian has it."""
        return self.call(FILES["sqlite3"], "-json", "-cmd", f".load {FILES['extension']}",
                         database or self.catalog, sql, **options)

    def rows(self, sql):
        text = self.shell(sql).stdout
        return json.loads(text) if text else []

    def train(self, *points):
        logs = "; ".join(f"'{TRACK}' log {point} --step {step}" for step, point in enumerate(points))
        self.track("run", "--name", "short", "--param", "lr=0.1", "--", "sh", "-c", logs)

    @contextlib.contextmanager
    def going_on(self, point):
        """A run that has logged a point, was ingested, and ends with the block."""
        script = f"'{TRACK}' log {point}; echo ready; read line"
        with subprocess.Popen([TRACK, "run", "--", "sh", "-c", script], cwd=self.root, env=self.env,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True) as run:
            self.assertEqual(run.stdout.readline(), "ready\n")
            self.track("ingest")
            yield
            run.communicate("\n", timeout=LONGEST_S)

    def test_points_come_from_journals_before_anybody_ingests(self):
        self.train("loss=0.5", "loss=nan", "loss=-inf")
        self.assertEqual(self.rows("SELECT name FROM runs"), [])  # they are the catalog's
        before = self.rows(POINTS)
        self.assertEqual([(row["step"], row["value"], row["kind"]) for row in before],
                         [(0, 0.5, "value"), (1, None, "nan"), (2, float("-inf"), "-inf")])
        self.track("ingest")
        self.assertEqual(self.rows(POINTS), before)
        self.assertEqual(self.rows("SELECT name, state FROM runs"),
                         [{"name": "short", "state": "finished"}])

    def test_it_answers_what_track_sql_answers(self):
        self.train("loss=0.5 accuracy=0.75", "loss=0.25", "loss=0.125")
        for sql in ("SELECT * FROM runs", "SELECT * FROM params", "SELECT * FROM metrics",
                    "SELECT * FROM metric_points ORDER BY metric, step",
                    "SELECT * FROM metric_points_all WHERE metric = 'loss' AND step >= 1",
                    "SELECT m.run, avg(p.value) FROM metrics m JOIN metric_points p"
                    " ON p.run = m.run AND p.metric = m.name GROUP BY m.run"):
            ours = [json.loads(line) for line in self.track("sql", sql, "--json").splitlines()]
            theirs = self.rows(sql)
            self.assertEqual([list(row.values()) for row in theirs],
                             [list(row.values()) for row in ours], sql)
            self.assertTrue(theirs, sql)

    def test_a_run_that_goes_on_is_running_and_its_points_are_seen(self):
        with self.going_on("loss=0.5 --step 7"):
            self.assertEqual([row["state"] for row in self.rows("SELECT state FROM runs")],
                             ["running"])
            self.assertEqual([row["step"] for row in self.rows(POINTS)], [7])
        self.track("ingest")
        self.assertEqual([row["state"] for row in self.rows("SELECT state FROM runs")],
                         ["finished"])

    def test_how_a_run_ended_is_unknown_until_its_end_was_read(self):
        with self.going_on("loss=0.5"):
            copy = self.root / "copy.db"
            self.call(FILES["sqlite3"], self.catalog, f"VACUUM INTO '{copy}'")
        self.assertEqual(self.rows("SELECT state FROM runs"), [{"state": "unknown"}])
        of_copy = json.loads(self.shell("SELECT state FROM runs", database=copy).stdout)
        self.assertEqual(of_copy, [{"state": "unknown"}])
        self.track("ingest")
        self.assertEqual(self.rows("SELECT state FROM runs"), [{"state": "finished"}])

    def test_what_it_cannot_serve_is_refused_with_a_reason(self):
        other = self.root / "other.db"
        self.call(FILES["sqlite3"], other, "CREATE TABLE t (a)")
        newer = self.root / "newer.db"
        self.track("ls")
        self.call(FILES["sqlite3"], self.catalog, f"VACUUM INTO '{newer}'")
        self.call(FILES["sqlite3"], newer, "PRAGMA user_version = 999")
        for database, reason in ((other, "a database of something else"),
                                 (newer, "schema version 999 is newer"),
                                 (":memory:", "open a store's catalog.db first"),
                                 (self.root / "empty.db", "new or of an older schema")):
            done = self.shell("SELECT 1", database=database, check=False)
            self.assertIn(reason, done.stderr)
#Nothing was made of them.
        self.assertEqual(self.call(FILES["sqlite3"], other, ".tables").stdout.split(), ["t"])

    def test_it_brings_no_sqlite_of_its_own(self):
        needed = self.call("readelf", "-d", FILES["extension"]).stdout
        self.assertIn("NEEDED", needed)
        self.assertNotIn("sqlite", needed.replace(FILES["extension"].name, ""))
        symbols = self.call("readelf", "--dyn-syms", "-W", FILES["extension"]).stdout
        ours = [line.split()[-1] for line in symbols.splitlines()
                if "GLOBAL" in line and "UND" not in line]
        self.assertEqual(ours, ["sqlite3_tracksqlite_init"])

    def test_its_version_is_the_library_s(self):
        self.assertEqual(self.rows("SELECT track_version() AS v")[0]["v"],
                         self.track("--version").split()[-1])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *(word for word in sys.argv[1:] if "=" not in word)])
