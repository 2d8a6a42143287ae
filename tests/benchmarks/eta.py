"""How good the remaining time was that finished runs announced: at each tenth, the total it meant over the real one.

It reads the runs of this machine and trains nothing: a run that shared its cores with others tells of them too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from core.runs import EventReader, RunDirectory, list_runs

TENTHS = tuple(n / 10 for n in range(1, 10))
LEAST_SECONDS = 20.0
"""A shorter run is over before anybody reads a remaining time."""
SILENCE = 30.0


@dataclass(frozen=True)
class Forecast:
    """One phase of a run: at each tenth of its work, the total announced over the real one; None where nothing was."""

    phase: str
    seconds: float
    ratios: tuple[float | None, ...]
    cut: bool
    """Whether it ended before all its steps, by early stopping: nobody can announce that."""


def forecasts(events: Iterable[dict[str, Any]]) -> Iterator[Forecast]:
    """The forecasts of each phase with a known total, in order; of a resumed run those of its last process."""
    phases: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        if event["kind"] == "start" and event.get("resumed"):
            phases.clear()
        if event["kind"] == "progress" and event.get("total") and event.get("eta") is not None:
            phases.setdefault(event["phase"], []).append(event)
    for phase, said in phases.items():
        if any(after["t"] - before["t"] > SILENCE for before, after in pairwise(said)):
            continue  # paused: that is nobody's forecast
        first, last = said[0], said[-1]
        work, seconds = last["step"] - first["step"], last["t"] - first["t"]
        if work <= 0 or seconds < LEAST_SECONDS:
            continue
        ratios: list[float | None] = []
        for tenth in TENTHS:
            at = next(event for event in said if event["step"] - first["step"] >= tenth * work)
            ratios.append((at["t"] - first["t"] + at["eta"]) / (seconds + last["eta"]))
        yield Forecast(phase, seconds, tuple(ratios), last["step"] < 0.99 * last["total"])


def measure(runs: Iterable[RunDirectory] | None = None) -> list[str]:
    """A line for each phase of each finished run of this machine."""
    lines = []
    for run in list_runs() if runs is None else runs:
        events = EventReader(run.events_path).read_fields()
        if not events or events[-1]["kind"] != "done":
            continue
        for found in forecasts(events):
            said = " ".join("   –" if ratio is None else f"{ratio:4.2f}" for ratio in found.ratios)
            note = " (stopped early)" if found.cut else ""
            lines.append(f"{run.id} {run.title[:44]:<44} {found.phase:<8} {found.seconds:6.0f} s  {said}{note}")
    return lines


def main() -> None:
    """Print them."""
    print(
        "announced total / real total at each tenth of the work: 1.00 is right, 0.85 to 1.15 is wanted after the first"
    )
    print("\n".join(measure()) or "no finished run took long enough: train one first")
