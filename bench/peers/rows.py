"""Rows of a benchmark: the same fields as those that the programs in C++ write."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median


@dataclass
class Row:
    """One number; less is better. `samples` are what it is the median of."""

    measure: str
    peer: str
    unit: str
    samples: list[float] = field(default_factory=list)
    note: str = ""
    baseline: str = ""  # the peer whose row of the same measure it is compared with
    goal: float | None = None
    error: str = ""  # why there is no number

    @property
    def name(self) -> str:
        return f"{self.measure}: {self.peer}" + (f" ({self.note})" if self.note else "")

    @property
    def value(self) -> float | None:
        return median(self.samples) if self.samples else None

    @property
    def met(self) -> bool:
        return self.goal is None or (self.value is not None and self.value <= self.goal)


class Report:
    """Rows in the order they were added, and what makes the whole run a failure."""

    def __init__(self, name: str, context: dict | None = None) -> None:
        self.name = name
        self.context = context or {}
        self.rows: list[Row] = []
        self.failures: list[str] = []

    def add(self, row: Row) -> None:
        self.rows.append(row)

    def require(self, holds: bool, what: str) -> None:
        if not holds:
            self.failures.append(what)

    def baseline_of(self, row: Row) -> Row | None:
        """The row that it is compared with, where that was measured in this run."""
        key = (row.measure, row.baseline)
        return next((other for other in self.rows if (other.measure, other.peer) == key), None)

    def as_dict(self, row: Row) -> dict:
        base = self.baseline_of(row)
        base_value = base.value if base else None
        comparable = row.value is not None and bool(base_value)
        return {
            "name": row.name,
            "value": row.value,
            "unit": row.unit,
            "baseline": base_value,
            "baseline_name": base.name if base else None,
            "ratio": row.value / base_value if comparable else None,
            "goal": row.goal,
            "goal_of": None if row.goal is None else "value",
            "met": row.met,
            "least": min(row.samples, default=None),
            "most": max(row.samples, default=None),
            "samples": len(row.samples),
            "error": row.error or None,
        }

    def write(self, path: Path) -> None:
        document = {
            "benchmark": self.name,
            "context": self.context,
            "rows": [self.as_dict(row) for row in self.rows],
            "failures": self.failures,
        }
        path.write_text(json.dumps(document, indent=1) + "\n")

    def table(self, groups: list[list[str]] | None = None) -> str:
        """Tables in Markdown, one a group of measures, then every error and goal that was missed.

        A line a peer, a column a measure.
        """
        measures = list(dict.fromkeys(row.measure for row in self.rows))
        blocks = [self.block(group) for group in groups or [measures]]
        remarks = [f"- {row.name}: {row.error}" for row in self.rows if row.error]
        remarks += [f"- missed: {row.name}" for row in self.rows if not row.met]
        remarks += [f"- FAILED: {failure}" for failure in self.failures]
        return "\n\n".join([*blocks, "\n".join(remarks)])

    def block(self, measures: list[str]) -> str:
        peers = list(dict.fromkeys(row.peer for row in self.rows))
        cells = {(row.measure, row.peer): row for row in self.rows}
        units = {row.measure: row.unit for row in self.rows}
        shown = [measure for measure in measures if measure in units]
        lines = [
            "| | " + " | ".join(with_unit(measure, units[measure]) for measure in shown) + " |",
            "| " + " | ".join(["---"] * (len(shown) + 1)) + " |",
        ]
        for peer in peers:
            texts = [cell(cells.get((measure, peer))) for measure in shown]
            lines.append("| " + " | ".join([peer, *texts]) + " |")
        return "\n".join(lines)


def with_unit(measure: str, unit: str) -> str:
    return measure if unit in measure else f"{measure}, {unit}"


def cell(row: Row | None) -> str:
    """A number as a table shows it, with its range where it was taken more than once."""
    if row is None:
        return ""
    if row.value is None:
        return "error"
    text = number(row.value)
    if len(row.samples) > 1:
        text += f" ({number(min(row.samples))} to {number(max(row.samples))})"
    return text + (f", {row.note}" if row.note else "")


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
