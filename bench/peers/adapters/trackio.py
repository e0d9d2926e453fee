"""Trackio, local."""

import trackio


class Log:
    """trackio.log() of the values of a step."""

    def start(self, directory: str, name: str) -> None:
        trackio.init(project="bench", name=name)

    def log(self, step: int, values: dict[str, float]) -> None:
        trackio.log(values, step=step)

    def finish(self) -> None:
        trackio.finish()


def count(directory: str) -> int:
    from trackio.sqlite_storage import SQLiteStorage

    rows = [
        row
        for record in SQLiteStorage.get_run_records("bench")
        for row in SQLiteStorage.get_logs("bench", run_id=record["id"])
    ]
    return sum(key.startswith("loss") for row in rows for key in row)
