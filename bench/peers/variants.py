"""The ways to log that are compared, and what each needs around it."""

from __future__ import annotations

from dataclasses import dataclass, field

BASELINE = "track (C ABI by ctypes)"


@dataclass(frozen=True)
class Variant:
    """One line of the table."""

    name: str
    adapter: str
    environment: str | None = None  # a file in requirements/; None: the Python that runs this
    variables: dict[str, str] = field(default_factory=dict)  # {store} is the case's directory
    prepare: tuple[tuple[str, ...], ...] = ()  # in a new store; {bin} is the environment's
    native: bool = False  # a worker in C++
    most_points: int = 10**9  # of a workload: what is still sent when the training ends is slow
    ours: bool = False


QUIET = {"DO_NOT_TRACK": "1"}
MLFLOW = {**QUIET, "MLFLOW_DISABLE_TELEMETRY": "true"}
TRACKIO = {**QUIET, "TRACKIO_DIR": "{store}/trackio", "HF_HUB_OFFLINE": "1"}
DVC = {**QUIET, "DVC_NO_ANALYTICS": "1"}
DVC_INIT = (("{bin}/dvc", "init", "-q"),)
AIM_INIT = (("{bin}/aim", "init", "--skip-if-exists"),)
TRACK_INIT = (("{track}", "init"),)

VARIANTS = [
    Variant("track (C++)", "track_ctypes:Log", native=True, ours=True, prepare=TRACK_INIT),
    Variant(BASELINE, "track_ctypes:Log", ours=True, prepare=TRACK_INIT),
    Variant("tensorboardX", "tensorboardx:Log", "tensorboardx"),
    Variant("wandb offline", "wandb:Log", "wandb", QUIET),
    Variant("trackio", "trackio:Log", "trackio", TRACKIO),
    Variant("aim", "aim:Log", "aim", QUIET, AIM_INIT),
    Variant("dvclive", "dvclive:Log", "dvclive", DVC, DVC_INIT),
    Variant("mlflow log_metric", "mlflow:Log", "mlflow", MLFLOW),
    Variant("mlflow log_metric, asynchronous", "mlflow:Async", "mlflow", MLFLOW, most_points=2_000),
    Variant("mlflow log_batch of 1,000", "mlflow:Batch", "mlflow", MLFLOW),
]
