"""Where a workload runs: a fresh Git repository, the peer's worker processes in it, its files."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from environments import last_words

WAIT_S = 150  # no worker may take longer
SETTLE_S = 20  # what a peer left running may take to end


class WorkerFailed(RuntimeError):
    """A worker that ended with an error; the text is its last words."""


@dataclass
class Worker:
    """A running worker process."""

    process: subprocess.Popen
    result: Path
    output: Path
    spawned: float

    def wait(self, killed: bool = False) -> dict:
        """What it measured, `exit_s` from its last log call to its end included."""
        try:
            code = self.process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise WorkerFailed(f"it had not ended after {WAIT_S} s") from None
        ended = time.monotonic()
        if code != (-signal.SIGKILL if killed else 0) or not self.result.exists():
            words = last_words(self.output.read_text(errors="replace"))
            raise WorkerFailed(f"exit code {code}: {words}")
        result = json.loads(self.result.read_text())
        if "last" in result:
            result["exit_s"] = ended - result["last"]
        return result


@dataclass
class Case:
    """One store. `command` runs a worker, `count_command` one that counts; `variables` go into
    their environment."""

    directory: Path
    command: list[str]
    count_command: list[str]
    adapter: str
    variables: dict[str, str] = field(default_factory=dict)
    prepare: list[list[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.token = uuid.uuid4().hex
        self.home = self.directory.with_name(self.directory.name + ".home")
        self.logs = self.directory.with_name(self.directory.name + ".logs")
        self.spawns = 0
        for folder in (self.directory, self.home, self.logs):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        (self.directory / "train.py").write_text("# the program that is tracked\n")
        for command in [
            ["git", "init", "-q"],
            ["git", "config", "user.name", "bench"],
            ["git", "config", "user.email", "bench@localhost"],
            ["git", "add", "."],
            ["git", "commit", "-qm", "train"],
            *self.prepare,
        ]:
            subprocess.run(
                command,
                cwd=self.directory,
                env=self.environment(),
                stdout=subprocess.DEVNULL,
                check=True,
            )

    def environment(self) -> dict[str, str]:
        """Nothing of the user's settings, and nothing that reports home."""
        inherited = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR") if key in os.environ}
        return {
            **inherited,
            "HOME": str(self.home),
            "TRACK_BENCH_TOKEN": self.token,
            "PYTHONDONTWRITEBYTECODE": "1",
            **{key: value.format(store=self.directory) for key, value in self.variables.items()},
        }

    def spawn(self, *arguments: str, command: list[str] | None = None) -> Worker:
        self.spawns += 1
        result = self.logs / f"{self.spawns}.json"
        output = self.logs / f"{self.spawns}.txt"
        words = [*(command or self.command), self.adapter, "--directory", str(self.directory)]
        with output.open("w") as sink:
            process = subprocess.Popen(
                [*words, "--result", str(result), *arguments],
                cwd=self.directory,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
            )
        return Worker(process, result, output, time.monotonic())

    def others(self) -> list[int]:
        """Processes of this case that are not ours to wait for: what a peer started itself."""
        found = []
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                if self.token.encode() in Path(f"/proc/{entry}/environ").read_bytes():
                    found.append(int(entry))
            except OSError:
                continue  # it ended meanwhile, or is not ours
        return found

    def settle(self) -> None:
        """Waits until what the peer started has ended, and ends what has not."""
        deadline = time.monotonic() + SETTLE_S
        while self.others() and time.monotonic() < deadline:
            time.sleep(0.1)
        for pid in self.others():
            os.kill(pid, signal.SIGKILL)

    def size(self) -> int:
        """Bytes that its files take on the disk."""
        paths = [self.directory, *self.directory.rglob("*")]
        return sum(path.lstat().st_blocks for path in paths) * 512

    def remove(self) -> None:
        for folder in (self.directory, self.home, self.logs):
            shutil.rmtree(folder, ignore_errors=True)
