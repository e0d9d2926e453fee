"""tensorboardX, read by TensorBoard."""

from pathlib import Path

from tensorboardX import SummaryWriter


class Log:
    """add_scalar() a value."""

    def start(self, directory: str, name: str) -> None:
        self.writer = SummaryWriter(str(Path(directory) / "runs" / name))

    def log(self, step: int, values: dict[str, float]) -> None:
        for name, value in values.items():
            self.writer.add_scalar(name, value, step)

    def finish(self) -> None:
        self.writer.close()


def count(directory: str) -> int:
    from tensorboard.backend.event_processing.event_accumulator import SCALARS, EventAccumulator

    points = 0
    for path in Path(directory).glob("runs/*"):
        events = EventAccumulator(str(path), size_guidance={SCALARS: 0})
        events.Reload()
        points += sum(len(events.Scalars(tag)) for tag in events.Tags()["scalars"])
    return points
