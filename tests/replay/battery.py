"""The divergence battery: one change at a time, and what replay and the judge say of it.

usage: battery.py TRACK TRAINER KERNEL [unittest arguments]
"""

import hashlib
import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

TRACK, TRAINER, KERNEL = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])

EXIT = {"bit_exact": 0, "within_tolerance": 0, "re_executed": 0, "diverged": 1, "failed": 2,
        "incomparable": 3, "refused": 4}


def tree_of(directory):
    """Every path below with its type, mode, time and content, the store left out."""
    result = {}
    for path in sorted(directory.rglob("*")):
        relative = path.relative_to(directory)
        if relative.parts[0] == ".track" or relative.parts[0] == ".git":
            continue
        info = path.lstat()
        content = path.read_bytes() if stat.S_ISREG(info.st_mode) else b""
        result[str(relative)] = (info.st_mode, info.st_mtime_ns if content else 0,
                                 hashlib.sha256(content).hexdigest())
    return result


class Battery(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="track-battery-"))
        self.addCleanup(shutil.rmtree, self.root, True)
        self.work = self.root / "work"
        self.tools = self.root / "tools"
        self.tmp = self.root / "tmp"
        for directory in (self.work / "data", self.tools, self.tmp):
            directory.mkdir(parents=True)
        shutil.copy(TRAINER, self.tools / "trainer")
        shutil.copy(KERNEL, self.tools / "libreplay_kernel.so")
        (self.work / "config.txt").write_text("0.25\n")
        (self.work / ".gitignore").write_text("data/\nmodel.txt\n.track/\n")
        (self.work / "data/train.bin").write_bytes(b"abcdefgh")
        self.env = {"PATH": os.environ["PATH"], "HOME": str(self.root), "TMPDIR": str(self.tmp),
                    "XDG_CONFIG_HOME": str(self.root / "config"), "OMP_NUM_THREADS": "1",
                    "GIT_CONFIG_NOSYSTEM": "1"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        self.call("git", "init", "-q")
        self.call("git", "add", ".")
        self.call("git", "-c", "user.name=a", "-c", "user.email=a@example.org",
                  "commit", "-qm", "a")
        self.track("init")

    # What the cases are made of.

    def call(self, *command, env=None, check=True):
        done = subprocess.run([str(word) for word in command], cwd=self.work, text=True,
                              env={**self.env, **(env or {})}, capture_output=True, check=False)
        if check and done.returncode != 0:
            self.fail(f"{command} exited with {done.returncode}: {done.stdout}{done.stderr}")
        return done

    def track(self, *arguments, **options):
        return self.call(TRACK, *arguments, **options)

    def runs(self):
        """Ids of all runs, replays too, oldest first."""
        lines = self.track("sql", "SELECT id FROM runs ORDER BY start, id",
                           "--json").stdout.splitlines()
        return [json.loads(line)["id"] for line in lines]

    def train(self, *arguments, env=None, status=0):
        """Runs the trainer as a run and gives the run's id."""
        before = set(self.runs())
        done = self.track("run", "--", "../tools/trainer", *arguments, env=env, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        new = [run for run in self.runs() if run not in before]
        self.assertEqual(len(new), 1)
        return new[0]

    def killed(self, step=8):
        """The id of a run whose process was killed after a step, with nobody to record its end."""
        before = set(self.runs())
        done = self.call(self.tools / "trainer", env={"REPLAY_UNTIL": str(step)}, check=False)
        self.assertEqual(done.returncode, -9, done.stderr)
        (run,) = [run for run in self.runs() if run not in before]
        return run

    def replay(self, run, *arguments, env=None, status=None, verdict=None):
        """Replays a run; the user's files stay as they are, whatever comes of it."""
        before = tree_of(self.work)
        done = self.track("replay", run, "--json", *arguments, env=env, check=False)
        report = json.loads(done.stdout)
        if verdict is not None:
            self.assertEqual(report["verdict"], verdict, json.dumps(report, indent=1))
            status = EXIT[verdict] if status is None else status
        if status is not None:
            self.assertEqual(done.returncode, status, done.stdout)
        self.assertEqual(tree_of(self.work), before)
        if "--keep" not in arguments:
            self.assertEqual(list(self.tmp.glob("track-replay-*")), [])
        return report

    def refused(self, run, *arguments, naming, env=None):
        """A refusal names the field, and nothing was run."""
        before = self.runs()
        report = self.replay(run, *arguments, env=env, verdict="refused")
        self.assertTrue(any(naming in refusal for refusal in report["refusals"]),
                        report["refusals"])
        self.assertIsNone(report["replay"])
        self.assertEqual(self.runs(), before)
        return report

    def judge(self, left, right, verdict, *arguments):
        done = self.track("diff", left, right, "--judge", "--json", "--exit-code", *arguments,
                          check=False)
        report = json.loads(done.stdout)
        self.assertEqual(report["claim"], verdict, done.stdout)
        self.assertEqual(done.returncode, EXIT[verdict], done.stdout)
        return report

    def suspects(self, report):
        return [suspect["section"] for suspect in report["suspects"]]

    # No change.

    def test_nothing_changed(self):
        run = self.train("data=data/train.bin")
        for _ in range(10):
            report = self.replay(run, verdict="bit_exact")
            self.assertEqual(report["judge"]["suspects"], [])
        self.assertEqual(len(self.runs()), 11)

    def test_threads_that_race_on_one_series(self):
        run = self.train("racing=1")
        self.replay(run, verdict="bit_exact")
        self.judge(run, self.train("racing=1"), "bit_exact")

    def test_a_changed_checkout_plays_no_part(self):
        run = self.train("data=data/train.bin")
        (self.work / "config.txt").write_text("99\n")
        (self.work / "new.txt").write_text("new")
        self.replay(run, verdict="bit_exact")

    def test_what_the_original_declares_to_vary(self):
        run = self.train("varies=1")
        report = self.replay(run, verdict="bit_exact")
        self.assertGreater(report["judge"]["excluded"], 0)

    # The judge on two runs.

    def test_a_param(self):
        left = self.train("data=data/train.bin")
        right = self.train("data=data/train.bin", "lr=0.25")
        report = self.judge(left, right, "diverged")
        self.assertEqual(self.suspects(report)[0], "params")
        self.assertEqual(report["first"]["metric"], "loss")
        self.assertEqual((report["first"]["equal_through"], report["first"]["step"]), (9, 10))

    def test_an_inert_param(self):
        report = self.judge(self.train("unused=1"), self.train("unused=2"), "bit_exact")
        self.assertEqual(self.suspects(report)[0], "params")

    def test_a_line_of_code(self):
        left = self.train()
        (self.work / "config.txt").write_text("0.5\n")
        report = self.judge(left, self.train(), "diverged")
        self.assertEqual(self.suspects(report), ["code"])
        self.assertEqual(report["first"]["step"], 0)

    def test_a_byte_of_data(self):
        left = self.train("data=data/train.bin")
        (self.work / "data/train.bin").write_bytes(b"abcdefgX")
        report = self.judge(left, self.train("data=data/train.bin"), "diverged")
        self.assertEqual(self.suspects(report), ["inputs"])
        # Byte 7 is first used at step 15.
        self.assertEqual((report["first"]["equal_through"], report["first"]["step"]), (14, 15))

    def test_a_seed(self):
        report = self.judge(self.train("seed=1"), self.train("seed=2"), "diverged")
        self.assertEqual(self.suspects(report)[0], "seeds")
        self.assertIsNone(report["first"]["equal_through"])

    def test_a_negative_zero(self):
        report = self.judge(self.train(), self.train("negative=4"), "diverged")
        first = report["first"]
        self.assertEqual((first["metric"], first["step"]), ("zero", 4))
        self.assertEqual(first["original_bits"], "0x0000000000000000")
        self.assertEqual(first["other_bits"], "0x8000000000000000")
        self.assertEqual(first["ulp"], 1)

    def test_a_missing_step(self):
        report = self.judge(self.train(), self.train("skip=5"), "diverged", "--atol", "1e9")
        details = [each["detail"] for each in report["observables"] if each["name"] == "loss"]
        self.assertEqual(details, ["step 5 is missing"])

    def test_an_allow_listed_variable(self):
        report = self.judge(self.train(env={"LC_NUMERIC": "C"}),
                            self.train(env={"LC_NUMERIC": "C.UTF-8"}), "bit_exact")
        self.assertIn("invocation", self.suspects(report))

    def test_a_killed_original(self):
        killed = self.killed()
        report = self.judge(killed, self.train(), "incomparable")
        self.assertEqual(report["prefix_to"], 8)
        self.judge(killed, self.train("negative=4"), "diverged")
        self.judge(killed, self.train("negative=12"), "bit_exact", "--prefix")
        # One that was killed earlier does not reproduce the prefix.
        self.judge(killed, self.killed(6), "incomparable", "--prefix")

    # Replay.

    def test_a_byte_of_data_since(self):
        run = self.train("data=data/train.bin")
        (self.work / "data/train.bin").write_bytes(b"abcdefgX")
        self.refused(run, naming="inputs.train")
        (self.work / "data/train.bin").unlink()
        self.refused(run, naming="inputs.train")

    def test_data_outside_the_code(self):
        outside = self.root / "outside.bin"
        outside.write_bytes(b"abcdefgh")
        beside = self.train("data=../outside.bin")
        self.replay(beside, verdict="bit_exact")
        absolute = self.train(f"data={outside}")
        self.replay(absolute, verdict="bit_exact")
        # Farther away a fresh directory has no place for it.
        far = self.train(f"data=../../{self.root.name}/outside.bin")
        self.refused(far, naming="inputs.train")
        outside.write_bytes(b"abcdefgX")
        self.refused(beside, naming="inputs.train")
        self.refused(absolute, naming="inputs.train")

    def test_threads(self):
        run = self.train()
        self.refused(run, "--env", "OMP_NUM_THREADS=2", naming="threads.env.OMP_NUM_THREADS")
        report = self.replay(run, "--env", "OMP_NUM_THREADS=2", "--same", "capability",
                             verdict="diverged")
        self.assertEqual(self.suspects(report["judge"])[0], "threads")
        self.assertEqual(report["judge"]["first"]["metric"], "sum")
        self.assertTrue(any("OMP_NUM_THREADS" in change for change in report["changes"]))

    def test_a_seed_from_entropy(self):
        run = self.train("seed=entropy")
        self.refused(run, naming="seeds.init")
        self.refused(run, "--verdict", "bit_exact", naming="seeds.init")
        self.replay(run, "--verdict", "within_tolerance", verdict="diverged")

    def test_other_bytes_of_a_loaded_library(self):
        run = self.train()
        with open(self.tools / "libreplay_kernel.so", "ab") as library:
            library.write(b"\0")  # nothing that runs changes, nor does the build id
        self.refused(run, naming="libreplay_kernel.so")
        self.refused(run, "--software", "closure", naming="software.objects")
        report = self.replay(run, "--software", "locks", verdict="bit_exact")
        self.assertEqual(set(self.suspects(report["judge"])), {"software"})

    def test_a_program_that_was_rebuilt(self):
        run = self.train()
        with open(self.tools / "trainer", "ab") as program:
            program.write(b"\0")
        # The recorded program comes from the store; its library is looked for beside it.
        report = self.replay(run)
        self.assertNotEqual(report["verdict"], "bit_exact")
        judged = self.judge(run, self.train(), "bit_exact")
        self.assertEqual(judged["levels"]["software"], "locks")
        self.assertEqual(self.suspects(judged), ["program"])

    def test_an_uncaptured_variable(self):
        run = self.train(env={"REPLAY_BIAS": "0.5"})
        report = self.replay(run, verdict="diverged")
        self.assertEqual(report["judge"]["first"]["step"], 0)
        report = self.replay(run, "--env", "REPLAY_BIAS=0.5", verdict="bit_exact")
        self.assertTrue(any("REPLAY_BIAS" in change for change in report["changes"]))

    def test_an_absolute_path_into_the_code(self):
        run = self.train(f"data={self.work}/data/train.bin")
        self.refused(run, naming="invocation.argv[1]")

    def test_a_redacted_argument(self):
        run = self.train("--token", "hunter2hunter2hunter2")
        report = self.refused(run, naming="invocation.argv")
        self.assertNotIn("hunter2", json.dumps(report))

    def test_a_verdict_beyond_the_level(self):
        self.refused(self.train(), "--same", "capability", "--verdict", "bit_exact",
                     naming="bit_exact")

    def test_a_level_caps_the_claim(self):
        report = self.replay(self.train(), "--same", "any", verdict="re_executed")
        self.assertEqual(report["judge"]["observed"], "bit_exact")

    def test_a_killed_original_has_a_prefix(self):
        run = self.killed()
        self.assertEqual(self.replay(run, verdict="incomparable")["judge"]["prefix_to"], 8)
        self.replay(run, "--prefix", verdict="bit_exact")

    def test_a_program_that_ends_by_a_signal(self):
        run = self.train("until=8", status=137)
        report = self.replay(run, verdict="bit_exact")
        self.assertEqual(report["signal"], 9)
        self.replay(self.train(), "--env", "REPLAY_UNTIL=8", verdict="failed")

    def test_a_dry_run_runs_nothing(self):
        run = self.train()
        before = self.runs()
        report = self.replay(run, "--dry-run", status=0)
        self.assertTrue(report["dry_run"])
        self.assertIsNone(report["replay"])
        self.assertEqual(self.runs(), before)

    def test_files_that_are_missing_or_added_since(self):
        (self.work / "extra.txt").write_text("untracked")
        run = self.train()
        (self.work / "extra.txt").unlink()
        (self.work / "config.txt").unlink()
        (self.work / "late.txt").write_text("late")
        report = self.replay(run, "--keep", verdict="bit_exact")
        code = pathlib.Path(report["directory"]) / "code"
        self.assertEqual((code / "extra.txt").read_text(), "untracked")
        self.assertEqual((code / "config.txt").read_text(), "0.25\n")
        self.assertFalse((code / "late.txt").exists())

    def test_a_snapshot_that_left_something_out(self):
        (self.work / "secret.env").write_text("AWS_SECRET_ACCESS_KEY=AKIAIOSFODNN7EXAMPLEKEYAAAA\n"
                                              "-----BEGIN RSA PRIVATE KEY-----\nabc\n")
        self.refused(self.train(), naming="code.complete")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
