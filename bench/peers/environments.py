"""A virtual environment a peer, made once from its pinned requirements."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).parent / "requirements"


def python_of(folder: Path, name: str) -> Path:
    """The interpreter of the peer's environment, which is made where it is missing or outdated.

    Raises RuntimeError with the installer's last words where it cannot be made.
    """
    home = folder / name
    wanted = (REQUIREMENTS / f"{name}.txt").read_text()
    stamp = home / "installed.txt"
    python = home / "bin" / "python"
    if not (stamp.exists() and stamp.read_text() == wanted):
        print(f"==> peers: installing {name}", file=sys.stderr)
        run([sys.executable, "-m", "venv", "--clear", str(home)])
        run(
            [
                str(python),
                *("-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
                *("-r", str(REQUIREMENTS / f"{name}.txt")),
            ]
        )
        stamp.write_text(wanted)
    return python


def run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(last_words(done.stdout + done.stderr))


def last_words(output: str) -> str:
    """The line that says most of a failure: the last that names an error, else the last one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower()]
    return (telling or lines or ["it said nothing"])[-1]
