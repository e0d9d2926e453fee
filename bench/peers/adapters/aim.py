"""Aim with a local repository."""

import subprocess
import sys
from pathlib import Path

from aim import Repo, Run


class Log:
    """Run.track() of one value, or of the values of a step."""

    def start(self, directory: str, name: str) -> None:
        self.run = Run(repo=directory, experiment="bench")
        self.run.name = name

    def log(self, step: int, values: dict[str, float]) -> None:
        if len(values) == 1:
            ((name, value),) = values.items()
            self.run.track(value, name=name, step=step)
        else:
            self.run.track(values, step=step)

    def finish(self) -> None:
        self.run.close()


def count(directory: str) -> int:
    """Its reader sees what its index holds, which Aim's server, or this command, brings up."""
    program = Path(sys.executable).with_name("aim")
    command = [str(program), "storage", "--repo", directory, "reindex"]
    subprocess.run(command, input=b"y\n", check=True)
    repo = Repo(directory)
    points = 0
    for run in repo.iter_runs():
        for metric in run.metrics():
            if metric.name.startswith("loss"):
                points += len(metric.values.sparse_list()[0])
    return points
