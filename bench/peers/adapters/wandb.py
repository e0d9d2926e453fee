"""Weights & Biases offline, its other settings the default ones."""

from pathlib import Path

import wandb

from leveldb_log import records_of


class Log:
    """run.log() of the values of a step."""

    def start(self, directory: str, name: str) -> None:
        self.run = wandb.init(project="bench", name=name, dir=directory, mode="offline")

    def log(self, step: int, values: dict[str, float]) -> None:
        self.run.log(values, step=step)

    def finish(self) -> None:
        self.run.finish()


def count(directory: str) -> int:
    """By its record classes. Its reader is inside its service, so the framing is read here."""
    from wandb.proto.wandb_internal_pb2 import Record

    points = 0
    for path in Path(directory).glob("wandb/offline-run-*/*.wandb"):
        for data in records_of(path.read_bytes()):
            record = Record()
            record.ParseFromString(data)
            keys = [item.key or "/".join(item.nested_key) for item in record.history.item]
            points += sum(key.startswith("loss") for key in keys)
    return points
