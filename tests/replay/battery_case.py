"""What the cases of the divergence battery are made of: a trainer, its runs, replays and verdicts."""

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

FILES = {name: pathlib.Path(path).resolve()
         for name, path in (word.split("=", 1) for word in sys.argv[1:] if "=" in word)}
TRACK = FILES["track"]
SANITIZED = b"libasan.so" in FILES["trainer"].read_bytes()

LONGEST_S = 240  # of one command, so that one that hangs is named

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


class BatteryCase(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="track-battery-"))
        self.addCleanup(shutil.rmtree, self.root, True)
        self.work = self.root / "work"
        self.tools = self.root / "tools"
        self.tmp = self.root / "tmp"
        for directory in (self.work / "data", self.tools, self.tmp):
            directory.mkdir(parents=True)
        self.install("trainer", "trainer")
        self.install("kernel", "libreplay_kernel.so")
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

    def install(self, name, to):
        """Puts a built file among the tools, in place of what was there."""
        path = self.tools / to
        path.unlink(missing_ok=True)
        shutil.copy(FILES[name], path)
        return path

    def preload(self, name):
        """Arguments of a replay in which the loader takes a built library first."""
        arguments = ["--env", f"LD_PRELOAD={FILES[name]}"]
        if SANITIZED:  # its runtime insists on being first
            arguments += ["--env", "ASAN_OPTIONS=verify_asan_link_order=0"]
        return arguments

    def call(self, *command, env=None, check=True, processor=None):
        pin = None if processor is None else lambda: os.sched_setaffinity(0, {processor})
        done = subprocess.run([str(word) for word in command], cwd=self.work, text=True,
                              env={**self.env, **(env or {})}, capture_output=True, check=False,
                              preexec_fn=pin, timeout=LONGEST_S)
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

    def train(self, *arguments, status=0, **options):
        """Runs the trainer as a run and gives the run's id."""
        before = set(self.runs())
        done = self.track("run", "--", "../tools/trainer", *arguments, check=False, **options)
        self.assertEqual(done.returncode, status, done.stderr)
        new = [run for run in self.runs() if run not in before]
        self.assertEqual(len(new), 1)
        return new[0]

    def killed(self, step=8, env=None):
        """The id of a run whose process was killed after a step, with nobody to record its end."""
        before = set(self.runs())
        done = self.call(self.tools / "trainer", check=False,
                         env={"REPLAY_UNTIL": str(step), **(env or {})})
        self.assertEqual(done.returncode, -9, done.stderr)
        (run,) = [run for run in self.runs() if run not in before]
        return run

    def replay(self, run, *arguments, status=None, verdict=None, **options):
        """Replays a run; the user's files stay as they are, whatever comes of it."""
        before = tree_of(self.work)
        done = self.track("replay", run, "--json", *arguments, check=False, **options)
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

    def refused(self, run, *arguments, naming, **options):
        """A refusal names the field, and nothing was run."""
        before = self.runs()
        report = self.replay(run, *arguments, verdict="refused", **options)
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

    def sections(self, report):
        """Each suspected section once, the first suspect's first."""
        return list(dict.fromkeys(self.suspects(report)))

    def fields(self, report, section):
        return {suspect["field"] for suspect in report["suspects"]
                if suspect["section"] == section}

    def diverged_at(self, report, metric, step):
        """The first divergence is this one, and all before it was equal."""
        first = report["first"]
        self.assertEqual((first["metric"], first["equal_through"], first["step"]),
                         (metric, step - 1 if step > 0 else None, step), first)
