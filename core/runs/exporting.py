"""The curves of a run for other programs: a table over steps, all of it as JSON, a picture, TensorBoard's event files.

They are read from the whole log, not from what a screen shows of it.
"""

from __future__ import annotations

import csv
import io
import json
import math
from heapq import merge
from itertools import groupby
from pathlib import Path

from core.drawing.curves import draw_curves
from core.errors import UserError
from core.machine.extras import has_tensorboard
from core.runs.directory import RunDirectory
from core.runs.event_log import EventReader, RunError
from core.runs.following import BLOCK
from core.runs.foreign.tensorboard import NoTensorBoard
from core.runs.notes import name_of
from core.runs.steered_marks import asked_rate, list_marks
from core.runs.thinning import Series
from core.runs.view import RunView
from core.runs.wording import describe_changes
from core.storage import atomic
from core.visible import one_line

TENSORBOARD = "tensorboard"
FORMATS = ("csv", "json", "svg", TENSORBOARD)
STEP, EPOCH = "step", "epoch"
MOST = 500_000
"""Points of a curve that are exported: a run that speaks four times a second says as many in a day and a half."""

Curves = dict[str, Series[float]]


def export_run(run: RunDirectory, format: str, path: Path, replace: bool = False) -> str:
    """Write a run's curves in one of `FORMATS`; what was written, and what of it was left out, in words.

    Raises UserError for a run without curves, a place that is taken (a file may be replaced if `replace`, a folder of
    TensorBoard's never) or cannot be written, and NoTensorBoard where its extra is not installed.
    """
    if format == TENSORBOARD and not has_tensorboard():
        raise NoTensorBoard
    if path.exists() and (format == TENSORBOARD or path.is_dir() or not replace):
        raise UserError(f"{path} is there already.", "Name another.")
    view = read_whole(run)
    curves = list_curves(view)
    if not curves:
        raise RunError(f"run {run.id} has no curves", "wait for its first numbers")
    rate = asked_rate(run.job)
    try:
        match format:
            case "tensorboard":
                write_tensorboard(view, curves, path)
            case "csv":
                atomic.write_text(path, to_csv(view, curves))
            case "json":
                atomic.write_text(path, to_json(view, curves, rate))
            case _:
                atomic.write_text(path, to_svg(view, curves, name_of(run), rate))
    except (OSError, ValueError) as error:
        why = str(getattr(error, "strerror", None) or error).rstrip(".")
        raise UserError(f"{path} could not be written: {why}.", "Name another.") from error
    left_out = say_thinning(curves)
    return f"Written: {path}" + (f". {left_out}" if left_out else "")


def read_whole(run: RunDirectory) -> RunView:
    """What the whole log of a run says, with up to `MOST` points of each curve. Raises OSError."""
    view, reader = RunView(most=MOST), EventReader(run.events_path)
    while said := reader.read(BLOCK):
        view.apply(said)
    return view


def list_curves(view: RunView) -> Curves:
    """What was measured, each group's learning rate, and what was watched beside; what says nothing is left out.

    Names may come from outside.
    """
    watched, moves = view.watched, view.watched.follow_letters()
    two = f" {one_line(view.labels[1])}" if len(view.labels) == 2 else ""
    curves: dict[str, Series[float]] = {
        **view.series,
        **{f"learning rate {group}": points for group, points in view.rates.items()},
        "gradient norm": watched.gradient,
        view.speed_unit or "speed": watched.speed,
        "held-out perplexity": watched.perplexity,
        **{
            f"pinned{two}: {text}": _as_series(watched.follow_answers(text), watched.answers[text].merged)
            for text in watched.pins
        },
        **{f"moved {name}": _as_series(points, watched.letters.merged) for name, points in moves.items()},
    }
    return {name: points for name, points in curves.items() if points}


def _as_series(points: list[tuple[float, float]], merged: int) -> Series[float]:
    """A curve that is as thinned as what it was made from."""
    made = Series(points)
    made.merged = merged
    return made


def say_thinning(curves: Curves) -> str:
    """What is not there of very long curves, in one sentence; empty where everything is."""
    thinned = [f"{one_line(name)} (2 of each {points.merged:,})" for name, points in curves.items() if points.thinned]
    if not thinned:
        return ""
    return f"Of very long curves only the least and the greatest of neighbours are here: {', '.join(thinned)}."


def to_csv(view: RunView, curves: Curves) -> str:
    """A row for each moment at which something was measured, a column for each curve; empty where there is nothing.

    `step` is empty where the run does not say how many steps an epoch has. Where curves are thinned, a first line that
    begins with # says so.
    """
    text = io.StringIO()
    if left_out := say_thinning(curves):
        text.write(f"# {left_out}\n")
    table = csv.writer(text, lineterminator="\n")
    table.writerow([STEP, EPOCH, *curves])
    moments = merge(*(_number(place, points) for place, points in enumerate(curves.values())), key=lambda each: each[0])
    for x, told in groupby(moments, key=lambda each: each[0]):
        values = {place: value for _, place, value in told}
        step = step_at(view, x)
        table.writerow(["" if step is None else step, x, *(values.get(place, "") for place in range(len(curves)))])
    return text.getvalue()


def _number(place: int, points: Series[float]) -> list[tuple[float, int, float]]:
    return [(x, place, value) for x, value in points]


def to_json(view: RunView, curves: Curves, rate: float) -> str:
    """One object: the title, steps an epoch, what was steered, and each curve as pairs of epoch and value.

    `thinned`: whether some are; `thinning` says which and how. `rate`: the highest that was asked for.
    """
    told = {
        "title": view.title,
        "steps_per_epoch": view.steps_per_epoch or None,
        "thinned": any(points.thinned for points in curves.values()),
        "thinning": say_thinning(curves) or None,
        "best": view.best,
        "scores": view.scores,
        "steered": [
            {"step": change.step, "rate": change.learning_rate, "frozen": change.frozen, "finish": change.finish}
            | {"said": said}
            for change, said in zip(view.changes, describe_changes(view.changes, rate), strict=True)
        ],
        "series": {
            name: [(x, value if math.isfinite(value) else None) for x, value in points]
            for name, points in curves.items()
        },
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def to_svg(view: RunView, curves: Curves, title: str, rate: float) -> str:
    """A picture: a plot for each curve, what was steered marked in all of them. `rate`: the highest asked for."""
    marks = [(mark.epoch, mark.said) for mark in list_marks(view, rate)]
    return draw_curves(curves, title, marks, say_thinning(curves))


def write_tensorboard(view: RunView, curves: Curves, folder: Path) -> None:
    """A file of events in the folder, by TensorBoard's own writer. Raises OSError.

    Where steps are not known, thousandths of an epoch stand in their place. Where curves are thinned, a text says so.
    """
    from tensorboard.compat.proto import event_pb2, summary_pb2
    from tensorboard.plugins.text.summary_v2 import text_pb
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    folder.mkdir(parents=True, exist_ok=True)
    writer = EventFileWriter(str(folder))
    if left_out := say_thinning(curves):
        writer.add_event(event_pb2.Event(wall_time=view.updated or 0.0, summary=text_pb("thinning", left_out)))
    for name, points in curves.items():
        for x, value in points:
            step = step_at(view, x)
            one = summary_pb2.Summary.Value(tag=one_line(name).replace(" ", "_"), simple_value=value)
            summary = summary_pb2.Summary(value=[one])
            when = round(1_000 * x) if step is None else step
            writer.add_event(event_pb2.Event(step=when, wall_time=view.updated or 0.0, summary=summary))
    writer.close()


def step_at(view: RunView, x: float) -> int | None:
    """The step at an epoch; None where the run does not say how many an epoch has."""
    return round(x * view.steps_per_epoch) if view.steps_per_epoch > 0 else None
