"""DVCLive in a Git and DVC repository. It keeps one run a directory, so each has its own."""

from pathlib import Path

from dvclive import Live


class Log:
    """log_metric() a value, next_step() a step."""

    def start(self, directory: str, name: str) -> None:
        self.live = Live(dir=name, dvcyaml=f"{name}/dvc.yaml")

    def log(self, step: int, values: dict[str, float]) -> None:
        for name, value in values.items():
            self.live.log_metric(name, value)
        self.live.next_step()

    def finish(self) -> None:
        self.live.end()


def count(directory: str) -> int:
    from dvclive.utils import parse_tsv

    return sum(
        len(list(parse_tsv(path))) for path in Path(directory).glob("*/plots/metrics/loss*.tsv")
    )
