"""MLflow on its SQLite backend, the default of its version 3."""

import time
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric

BATCH = 1_000  # the most that one log_batch() takes


def connect(directory: str) -> None:
    mlflow.set_tracking_uri(f"sqlite:///{Path(directory) / 'mlflow.db'}")


class Log:
    """log_metric() for one value, log_metrics() for the values of a step."""

    synchronous = True

    def start(self, directory: str, name: str) -> None:
        connect(directory)
        mlflow.set_experiment("bench")
        self.run = mlflow.start_run(run_name=name)

    def log(self, step: int, values: dict[str, float]) -> None:
        if len(values) == 1:
            ((name, value),) = values.items()
            mlflow.log_metric(name, value, step=step, synchronous=self.synchronous)
        else:
            mlflow.log_metrics(values, step=step, synchronous=self.synchronous)

    def finish(self) -> None:
        mlflow.end_run()


class Async(Log):
    """The same, sent by a thread."""

    synchronous = False

    def finish(self) -> None:
        mlflow.flush_async_logging()
        super().finish()


class Batch(Log):
    """log_batch() each 1,000 points, gathered by the training."""

    def start(self, directory: str, name: str) -> None:
        super().start(directory, name)
        self.client = MlflowClient()
        self.open = []

    def log(self, step: int, values: dict[str, float]) -> None:
        now = int(time.time() * 1000)
        self.open += [Metric(name, value, now, step) for name, value in values.items()]
        if len(self.open) >= BATCH:
            self.send()

    def send(self) -> None:
        self.client.log_batch(self.run.info.run_id, metrics=self.open)
        self.open = []

    def finish(self) -> None:
        self.send()
        super().finish()


def count(directory: str) -> int:
    connect(directory)
    client = MlflowClient()
    experiment = client.get_experiment_by_name("bench")
    runs = client.search_runs([experiment.experiment_id])
    return sum(
        len(client.get_metric_history(run.info.run_id, name))
        for run in runs
        for name in run.data.metrics
    )
