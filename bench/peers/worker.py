"""Runs one workload through one peer, in the peer's own environment.

    worker.py ADAPTER:STYLE --directory DIR --result FILE --name RUN [--series N] [--steps N] …
    worker.py ADAPTER:STYLE --directory DIR --result FILE --count

Times are those of the monotonic clock, which all processes share.
"""

import time

ENTERED = time.monotonic()

import argparse  # noqa: E402  (what it costs to import a peer is measured from here on)
import importlib  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import random  # noqa: E402
import signal  # noqa: E402
import struct  # noqa: E402
import sys  # noqa: E402

CHECK_EVERY = 20  # steps between two looks at the clock


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("adapter")
    parser.add_argument("--directory", required=True)
    parser.add_argument("--result", required=True)
    parser.add_argument("--name", default="run")
    parser.add_argument("--series", type=int, default=1)
    parser.add_argument("--steps", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--linger", type=float, default=0, help="seconds to wait before the end")
    parser.add_argument("--kill", choices=["alone", "tree"])
    parser.add_argument("--count", action="store_true")
    return parser.parse_args()


def noisy_losses(count: int) -> list[float]:
    """Falling, noisy, and born as float32."""
    made = random.Random(7)
    losses = (2.0 / (1.0 + i * 1e-5) + made.gauss(0, 0.05) for i in range(count))
    return [struct.unpack("f", struct.pack("f", loss))[0] for loss in losses]


def batches(series: int, steps: int) -> list[dict[str, float]]:
    """What is logged at each step, made before anything is timed."""
    losses = noisy_losses(series * steps)
    names = ["loss"] if series == 1 else [f"loss_{i:03}" for i in range(series)]
    return [dict(zip(names, losses[i * series :])) for i in range(steps)]


def processes_of(token: str) -> list[int]:
    """The other processes that inherited our environment: what a peer started."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/environ", "rb") as environ:
                if token.encode() in environ.read():
                    found.append(int(entry))
        except OSError:
            continue  # it ended meanwhile, or is not ours
    return [pid for pid in found if pid != os.getpid()]


def log_all(peer, values: list[dict[str, float]], seconds: float) -> int:
    """Logs until all is logged or the time is up; returns the steps done."""
    deadline = time.monotonic() + seconds
    step = 1
    while step < len(values) and time.monotonic() < deadline:
        end = min(step + CHECK_EVERY, len(values))
        while step < end:
            peer.log(step, values[step])
            step += 1
    return step


def end_by_kill(others: list[int]) -> None:
    for pid in others:
        os.kill(pid, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    arguments = parse()
    module, style = arguments.adapter.split(":")
    if arguments.count:
        adapter = importlib.import_module(f"adapters.{module}")
        save(arguments.result, {"count": adapter.count(arguments.directory)})
        return
    making = time.monotonic()
    values = batches(arguments.series, arguments.steps)
    made = time.monotonic() - making  # no part of starting

    peer = getattr(importlib.import_module(f"adapters.{module}"), style)()
    peer.start(arguments.directory, arguments.name)
    peer.log(0, values[0])
    first = time.monotonic()
    others = processes_of(os.environ["TRACK_BENCH_TOKEN"]) if arguments.kill else []
    begun = time.monotonic()
    if arguments.kill:
        save(arguments.result, {"others": len(others)})
        log_all(peer, values, 3600)
        end_by_kill(others if arguments.kill == "tree" else [])
    steps = log_all(peer, values, arguments.seconds)
    logged = time.monotonic()
    time.sleep(arguments.linger)
    last = time.monotonic()
    peer.finish()
    save(
        arguments.result,
        {
            "start_s": first - ENTERED - made,
            "log_s": logged - begun,
            "steps": steps,
            "last": last,
        },
    )


def save(path: str, result: dict) -> None:
    with open(path, "w") as file:
        json.dump(result, file)


if __name__ == "__main__":
    sys.exit(main())
