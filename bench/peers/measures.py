"""What is measured of one variant, each a row of the report."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cases import Case, WorkerFailed
from rows import Report, Row
from variants import BASELINE, Variant

ONE = "1 series, a point"
MANY = "200 series, a point"
PROCESSES = "8 processes, a point"
PROCESSES_LOST = "8 processes, points lost"
SIZE = "on disk, a point"
SIZE_READ = "on disk once read, a point"
START_NEW = "start in a new store"
START = "start to the first log"
EXIT = "last log to the end of the process"
EXIT_IDLE = "the same of a run of 1 s and 1 point"
LOST = "points lost by SIGKILL"
LOST_TREE = "points lost by SIGKILL of all it started too"

# What the table is split into, for a page is only so wide.
GROUPS = [
    [ONE, MANY, PROCESSES],
    [START_NEW, START, EXIT, EXIT_IDLE],
    [SIZE, SIZE_READ, PROCESSES_LOST, LOST, LOST_TREE],
]

# Of ours; peers have no goals.
GOALS = {
    START: {"track (C++)": 10.0},
    **{end: {"track (C++)": 50.0, BASELINE: 50.0} for end in (EXIT, EXIT_IDLE)},
    SIZE: {"track (C++)": 3.5, BASELINE: 3.5},
    SIZE_READ: {"track (C++)": 3.5, BASELINE: 3.5},
    **{lost: {"track (C++)": 0.0, BASELINE: 0.0} for lost in (LOST, LOST_TREE, PROCESSES_LOST)},
}


@dataclass(frozen=True)
class Scale:
    """How much of each workload there is."""

    one: int = 100_000
    many_series: int = 200
    many: int = 500
    processes: int = 8
    each: int = 10_000
    kill: int = 9_999  # no multiple of any buffer's size
    seconds: float = 10  # a workload stops there, and its row says how far it came
    repeats: int = 3


SMOKE = Scale(one=500, many_series=5, many=20, processes=2, each=100, kill=99, repeats=2)


class Subject:
    """One variant under measurement."""

    def __init__(
        self, report: Report, variant: Variant, scale: Scale, make_case: Callable[[str], Case]
    ) -> None:
        self.report, self.variant, self.scale, self.make_case = report, variant, scale, make_case
        self.rate = 0.0  # steps of one series a second

    def measure(self) -> None:
        """A workload that fails is told, and the next one tried."""
        for measure, unit, take in [
            (START, "ms", self.starts),
            (ONE, "us", self.one_series),
            (MANY, "us", self.many_series),
            (PROCESSES, "us", self.processes),
            (LOST, "points", self.kills),
        ]:
            print(f"==> peers: {self.variant.name}: {measure}", file=sys.stderr)
            try:
                take()
            except WorkerFailed as failure:
                self.fail(measure, unit, failure)

    def add(self, measure: str, unit: str, samples: list[float], note: str = "") -> None:
        peer = self.variant.name
        goal = GOALS.get(measure, {}).get(peer)
        baseline = "" if peer == BASELINE else BASELINE
        self.report.add(Row(measure, peer, unit, samples, note, baseline, goal))

    def fail(self, measure: str, unit: str, why: object) -> None:
        baseline = "" if self.variant.name == BASELINE else BASELINE
        row = Row(measure, self.variant.name, unit, baseline=baseline, error=str(why))
        self.report.add(row)
        self.report.require(not self.variant.ours, f"{row.name}: {why}")

    def count(self, case: Case) -> int:
        return case.spawn("--count", command=case.count_command).wait()["count"]

    def starts(self) -> None:
        """A run of one point: in a new store, and then again and again."""
        warm = self.make_case("warm")
        warm.spawn("--name", "warm").wait()
        warm.settle()
        warm.remove()
        case = self.make_case("start")
        runs = [
            case.spawn("--name", f"run{i}", "--linger", "1").wait()
            for i in range(self.scale.repeats + 1)
        ]
        case.settle()
        case.remove()
        self.add(START_NEW, "ms", [runs[0]["start_s"] * 1e3])
        self.add(START, "ms", [run["start_s"] * 1e3 for run in runs[1:]])
        self.add(EXIT_IDLE, "ms", [run["exit_s"] * 1e3 for run in runs[1:]])

    def one_series(self) -> None:
        times, exits, sizes, read_sizes, steps = [], [], [], [], 0
        for i in range(self.scale.repeats):
            base, base_read = self.base_sizes() if i == 0 else (base, base_read)
            case = self.make_case("one")
            result = self.spawn_steps(case, 1, self.scale.one).wait()
            case.settle()
            steps = result["steps"]
            times.append(result["log_s"] * 1e6 / (steps - 1))
            exits.append(result["exit_s"] * 1e3)
            sizes.append((case.size() - base) / (steps - 1))
            self.check(ONE, self.count(case), steps)
            read_sizes.append((case.size() - base_read) / (steps - 1))
            case.remove()
            self.rate = (steps - 1) / result["log_s"]
            if result["log_s"] > self.scale.seconds / self.scale.repeats:
                break
        note = self.note_of(steps, self.scale.one)
        self.add(ONE, "us", times, note)
        self.add(EXIT, "ms", exits, note)
        self.add(SIZE, "B", sizes, note)
        if self.variant.ours:
            self.add(SIZE_READ, "B", read_sizes, note)

    def base_sizes(self) -> tuple[int, int]:
        """What a store with a run of one point takes, before and after reading."""
        case = self.make_case("base")
        self.spawn_steps(case, 1, 1).wait()
        case.settle()
        size = case.size()
        self.count(case)
        read_size = case.size()
        case.remove()
        return size, read_size

    def many_series(self) -> None:
        times, steps = [], 0
        for _ in range(self.scale.repeats):
            case = self.make_case("many")
            result = self.spawn_steps(case, self.scale.many_series, self.scale.many).wait()
            case.settle()
            steps = result["steps"]
            times.append(result["log_s"] * 1e6 / ((steps - 1) * self.scale.many_series))
            self.check(MANY, self.count(case), steps * self.scale.many_series)
            case.remove()
            if result["log_s"] > self.scale.seconds / self.scale.repeats:
                break
        self.add(MANY, "us", times, self.note_of(steps, self.scale.many, self.scale.many_series))

    def processes(self) -> None:
        """Into one store, which has a run already, all at once."""
        case = self.make_case("processes")
        case.spawn("--name", "before").wait()
        case.settle()
        try:
            workers = [
                self.spawn_steps(case, 1, self.scale.each, f"run{i}")
                for i in range(self.scale.processes)
            ]
            results, failures = [], []
            for worker in workers:
                try:
                    results.append(worker.wait())
                except WorkerFailed as failure:
                    failures.append(str(failure))
            case.settle()
            if failures:
                why = f"{len(failures)} of {len(workers)} processes failed: {failures[0]}"
                self.fail(PROCESSES, "us", why)
                return
            steps = [result["steps"] for result in results]
            total = sum(result["log_s"] * 1e6 / (result["steps"] - 1) for result in results)
            note = self.note_of(min(steps), self.scale.each)
            self.add(PROCESSES, "us", [total / len(results)], note)
            self.add(PROCESSES_LOST, "points", [sum(steps) + 1 - self.count(case)])
        finally:
            case.settle()
            case.remove()

    def kills(self) -> None:
        """SIGKILL as soon as the last log call has returned; then the peer's reader counts."""
        steps = max(2, int(self.rate * self.scale.seconds))
        steps = min(self.scale.kill, self.variant.most_points, steps)
        others = self.kill("alone", LOST, steps)
        if others:
            self.kill("tree", LOST_TREE, steps)

    def kill(self, how: str, measure: str, steps: int) -> int:
        case = self.make_case("kill")
        try:
            worker = case.spawn("--kill", how, "--steps", str(steps), "--name", "killed")
            others = worker.wait(killed=True)["others"]
            case.settle()
            self.add(measure, "points", [steps - self.count(case)], f"of {steps:,}")
            return others
        finally:
            case.settle()
            case.remove()

    def spawn_steps(self, case: Case, series: int, steps: int, name: str = "run"):
        steps = max(2, min(steps, self.variant.most_points // series)) if steps > 1 else 1
        shape = ["--series", str(series), "--steps", str(steps)]
        return case.spawn("--name", name, "--seconds", str(self.scale.seconds), *shape)

    def check(self, measure: str, count: int, expected: int) -> None:
        """A run that ended in the normal course has lost nothing; peers that lose are told."""
        if count == expected:
            return
        what = f"{measure}: {self.variant.name}: {expected - count:,} of {expected:,} are missing"
        self.report.require(not self.variant.ours, what)
        print(f"==> peers: {what}", file=sys.stderr)

    @staticmethod
    def note_of(steps: int, wanted: int, series: int = 1) -> str:
        return "" if steps == wanted else f"{steps * series:,} points"


def scratch(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
