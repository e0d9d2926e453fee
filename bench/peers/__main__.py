"""Trackers beside ours: the same workloads through each, in its own environment.

    python3 bench/peers RESULT.json [--build DIR] [--environments DIR] [--only NAME]… [--smoke]

`./dev bench peers` runs it. Needs a release build, and a package index the first time.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from pathlib import Path

from cases import Case, WorkerFailed
from environments import python_of
from measures import GROUPS, SMOKE, START, Scale, Subject, scratch
from rows import Report, Row
from variants import VARIANTS, Variant

HERE = Path(__file__).resolve().parent


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/peers", description="Compares trackers")
    parser.add_argument("result", type=Path, help="where the rows go, as JSON")
    parser.add_argument("--build", type=Path, default=Path("build/release"))
    parser.add_argument("--environments", type=Path, default=Path("build/bench/peers"))
    parser.add_argument("--only", action="append", metavar="NAME", help="variants that start so")
    parser.add_argument("--smoke", action="store_true", help="a thousandth of the work")
    return parser.parse_args()


def case_of(arguments: argparse.Namespace, variant: Variant, python: Path, name: str) -> Case:
    build = arguments.build.resolve()
    program = build / "bin" / "track"
    script = [str(python), str(HERE / "worker.py")]
    places = {"bin": str(python.parent), "track": str(program)}
    ours = {
        "TRACK_BENCH_LIBRARY": str(build / "lib" / "libtrack.so"),
        "TRACK_BENCH_PROGRAM": str(program),
    }
    return Case(
        directory=arguments.environments.resolve() / "work" / name,
        command=[str(build / "bin" / "peers_track")] if variant.native else script,
        count_command=script,
        adapter=variant.adapter,
        variables={**variant.variables, **(ours if variant.ours else {})},
        prepare=[[word.format(**places) for word in command] for command in variant.prepare],
    )


def measure(report: Report, arguments: argparse.Namespace, variant: Variant) -> None:
    scale = SMOKE if arguments.smoke else Scale()
    python = Path(sys.executable)
    try:
        if variant.environment:
            python = python_of(arguments.environments.resolve(), variant.environment)
        subject = Subject(
            report, variant, scale, lambda name: case_of(arguments, variant, python, name)
        )
        subject.measure()
    except (RuntimeError, OSError, WorkerFailed) as failure:
        report.add(Row(START, variant.name, "ms", error=str(failure)))
        report.require(not variant.ours, f"{variant.name}: {failure}")


def main() -> int:
    arguments = parse()
    chosen = [
        variant
        for variant in VARIANTS
        if not arguments.only or any(variant.name.startswith(name) for name in arguments.only)
    ]
    context = {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    report = Report("peers", context)
    scratch(arguments.environments.resolve() / "work")
    for variant in chosen:
        measure(report, arguments, variant)
    print(report.table(GROUPS))
    report.write(arguments.result)
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
