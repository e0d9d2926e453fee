"""libtrack through its C interface. There is no Python package of it."""

import ctypes
import json
import os
import subprocess
from ctypes import POINTER, byref, c_char_p, c_double, c_int, c_int64, c_size_t, c_uint64, c_void_p
from pathlib import Path


class Options(ctypes.Structure):
    """struct track_run_options."""

    _fields_ = [
        ("size", c_size_t),
        ("experiment", c_char_p),
        ("name", c_char_p),
        ("group", c_char_p),
        ("note", c_char_p),
        ("store", c_char_p),
        ("argc", c_int),
        ("argv", POINTER(c_char_p)),
        ("strict", c_int),
        ("journal_cap", c_uint64),
        ("when_full", c_int),
        ("block_s", c_double),
        ("no_periodic_sync", c_int),
    ]


class FinishReport(ctypes.Structure):
    """struct track_finish_report."""

    _fields_ = [
        ("size", c_size_t),
        ("points", c_uint64),
        ("dropped", c_uint64),
        ("losses", c_uint64),
    ]


def load() -> ctypes.CDLL:
    library = ctypes.CDLL(os.environ["TRACK_BENCH_LIBRARY"])
    library.track_last_error.restype = c_char_p
    library.track_run_start.argtypes = [POINTER(Options), POINTER(c_void_p)]
    library.track_run_metric.argtypes = [c_void_p, c_char_p, c_void_p, c_size_t, POINTER(c_void_p)]
    library.track_metric_log.argtypes = [c_void_p, c_int64, c_double]
    library.track_metric_free.argtypes = [c_void_p]
    library.track_metric_free.restype = None
    library.track_run_finish.argtypes = [c_void_p, c_char_p, POINTER(FinishReport)]
    library.track_run_free.argtypes = [c_void_p]
    library.track_run_free.restype = None
    return library


class Log:
    """track_metric_log() on handles, one a series."""

    def start(self, directory: str, name: str) -> None:
        self._library = load()
        self._run = c_void_p()
        store = Path(directory) / ".track"
        options = Options(size=ctypes.sizeof(Options), experiment=b"bench", strict=1)
        options.name = name.encode()
        options.store = str(store).encode()
        self._check(self._library.track_run_start(byref(options), byref(self._run)))
        self._handles = {}
        self._log = self._library.track_metric_log

    def log(self, step: int, values: dict[str, float]) -> None:
        for name, value in values.items():
            handle = self._handles.get(name) or self._open(name)
            if self._log(handle, step, value):
                self._check(1)

    def finish(self) -> None:
        report = FinishReport(size=ctypes.sizeof(FinishReport))
        self._check(self._library.track_run_finish(self._run, None, byref(report)))
        if report.dropped or report.losses:
            raise RuntimeError(f"dropped {report.dropped} points, lost {report.losses} records")
        for handle in self._handles.values():
            self._library.track_metric_free(handle)
        self._library.track_run_free(self._run)

    def _open(self, name: str) -> c_void_p:
        handle = c_void_p()
        status = self._library.track_run_metric(self._run, name.encode(), None, 0, byref(handle))
        self._check(status)
        self._handles[name] = handle
        return handle

    def _check(self, status: int) -> None:
        if status:
            raise RuntimeError(self._library.track_last_error().decode())


def count(directory: str) -> int:
    """Every point, by the command line; the reading ingests."""
    sql = "SELECT count(*) AS points FROM metric_points WHERE metric LIKE 'loss%'"
    command = [os.environ["TRACK_BENCH_PROGRAM"], "--store", f"{directory}/.track"]
    done = subprocess.run([*command, "sql", "--json", sql], check=True, capture_output=True)
    return json.loads(done.stdout.splitlines()[0])["points"]
