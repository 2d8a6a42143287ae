"""The curves of a run for other programs: a table over steps, all of it as JSON, TensorBoard's event files."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

from core.machine.extras import has_tensorboard
from core.runs.foreign.tensorboard import NoTensorBoard
from core.runs.view import RunView

STEP, EPOCH = "step", "epoch"


def to_csv(view: RunView) -> str:
    """A row for each moment at which something was measured, a column for each curve; empty where there is nothing.

    `step` is empty where the run does not say how many steps an epoch has.
    """
    curves = {name: dict(points) for name, points in _curves(view).items()}
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([STEP, EPOCH, *curves])
    for x in sorted({x for points in curves.values() for x in points}):
        step = _step(view, x)
        table.writerow(["" if step is None else step, x, *(points.get(x, "") for points in curves.values())])
    return text.getvalue()


def to_json(view: RunView) -> str:
    """One object: the title, steps an epoch, whether curves are thinned, and each as pairs of epoch and value."""
    curves = {
        name: [(x, value if math.isfinite(value) else None) for x, value in points]
        for name, points in _curves(view).items()
    }
    told = {
        "title": view.title,
        "steps_per_epoch": view.steps_per_epoch or None,
        "thinned": view.thinned,
        "best": view.best,
        "scores": view.scores,
        "series": curves,
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def write_tensorboard(view: RunView, folder: Path) -> None:
    """A file of events in the folder, by TensorBoard's own writer. Raises NoTensorBoard, OSError.

    Where steps are not known, thousandths of an epoch stand in their place.
    """
    if not has_tensorboard():
        raise NoTensorBoard
    from tensorboard.compat.proto import event_pb2, summary_pb2
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    folder.mkdir(parents=True, exist_ok=True)
    writer = EventFileWriter(str(folder))
    for name, points in _curves(view).items():
        for x, value in points:
            step = _step(view, x)
            one = summary_pb2.Summary.Value(tag=name.replace(" ", "_"), simple_value=value)
            summary = summary_pb2.Summary(value=[one])
            when = round(1_000 * x) if step is None else step
            writer.add_event(event_pb2.Event(step=when, wall_time=view.updated or 0.0, summary=summary))
    writer.close()


def _curves(view: RunView) -> dict[str, list[tuple[float, float]]]:
    """What was measured, then the learning rate of each group."""
    rates = {f"learning rate {group}": points for group, points in view.rates.items()}
    return {name: list(points) for name, points in {**view.series, **rates}.items() if points}


def _step(view: RunView, x: float) -> int | None:
    return round(x * view.steps_per_epoch) if view.steps_per_epoch > 0 else None
