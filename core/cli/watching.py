"""The verb `watch`: a run of ours to its end, or what other programs write, as lines, as JSON, or on a screen."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.cli.words.verb import AddVerb
    from core.runs import RunDirectory, RunView
    from core.runs.foreign.rows import Row
    from core.runs.foreign.watched import Watched

SUMMARY = "follow a run to its end, or what other programs write of theirs"
_LOOK_EVERY = 0.5
_CAUGHT_UP = 50
"""So many rows at once are the past: they are not told line by line."""


def add(verb: AddVerb) -> None:
    """Add the verb with its arguments."""
    parser: ArgumentParser = verb("watch", "RUN|PATH", SUMMARY, "the run's events, or rows of metrics, one a line")
    parser.add_argument(
        "run",
        metavar="RUN|PATH",
        help="a run's id or its first characters; or a file or folder: run folders, metrics as JSON lines or CSV "
        "(Lightning's metrics.csv), TensorBoard's event files, trainer_state.json, or a folder of many such",
    )
    parser.add_argument("--once", action="store_true", help="say how it stands, and leave")
    parser.add_argument(
        "--lines", action="store_true", help="follow it as lines; a run of ours is, what others write opens on a screen"
    )
    parser.add_argument("--screen", action="store_true", help="open the app on it; of a run of ours, in Train")


def watch(wanted: Namespace) -> int:
    """Follow what is named, whoever started it; leaving does not stop it. Raises RunError."""
    from core.cli.printing import say
    from core.cli.runs import follow_to_end

    found = _find(wanted.run)
    in_lines = wanted.json or wanted.once or wanted.lines or not (sys.stdin.isatty() and sys.stdout.isatty())
    if wanted.open_app is not None and not in_lines and (wanted.screen or isinstance(found, Path)):
        code: int = wanted.open_app(found)
        return code
    if isinstance(found, Path):
        return _watch_path(found, wanted.json, wanted.once)
    if wanted.once:
        return _watch_path(found.path, wanted.json, once=True)
    say(f"Run {found.id}: {found.title}")
    return follow_to_end(found, wanted.json, owned=False)


def _find(name: str) -> RunDirectory | Path:
    """The run of that id or folder, else the path. Raises RunError."""
    from core.runs import RunError, find_run

    try:
        return find_run(name)
    except RunError:
        if "\0" in name or not Path(name).exists():
            raise
        return Path(name)


def _watch_path(path: Path, as_json: bool, once: bool) -> int:
    """Say how the runs under the path stand, again and again until all of them say that they are done."""
    from core.cli.printing import complain, say
    from core.cli.progress import progress_line
    from core.runs.foreign.finding import Finder

    finder, told = Finder(path), set[str]()
    while True:
        runs = finder.find()
        with progress_line() as line:
            for run in runs:
                run.read(_LOOK_EVERY)
                while once and run.behind:  # how it stands is said of the whole
                    line.show(f"{run.name}: {run.reading}", None)
                    run.read(_LOOK_EVERY)
                if run.problem and run.problem not in told:
                    told.add(run.problem)
                    complain(run.problem)
        if once:
            _print_standing(runs, as_json)
            if finder.left_out:
                say(f"{finder.left_out:,} more runs are left out.")
            return 1 if all(run.problem for run in runs) else 0
        for run in runs:
            _tell(run, as_json)
        if all(not run.behind and run.status in ("done", "failed", "stopped", "lost") for run in runs):
            return 0
        if not any(run.behind for run in runs):
            time.sleep(_LOOK_EVERY)


def _tell(run: Watched, as_json: bool) -> None:
    """What is new in a run of another program, a row a line."""
    from core.cli.printing import emit, say
    from core.runs.foreign.watched import ForeignRun

    if not isinstance(run, ForeignRun) or not run.new:
        return
    rows, run.new = run.new, []
    if as_json:
        for row in rows:
            emit({"run": run.name, "step": row.step, "epoch": row.epoch, "t": row.t, "values": row.values})
        sys.stdout.flush()
    elif len(rows) > _CAUGHT_UP or run.behind:
        say(f"{run.name}: {run.rows:,} rows until now; {_latest(run.view, run.axis)}")
    else:
        for row in rows:
            print(f"{run.name}  {_said(row)}", flush=True)


def _said(row: Row) -> str:
    from core.visible import one_line

    at, x = ("step", row.step) if row.step is not None else ("epoch", row.epoch)
    numbers = "  ".join(f"{one_line(name)} {value:.4g}" for name, value in row.values.items())
    return f"{at} {x:g}  {numbers}" if x is not None else numbers


def _print_standing(runs: list[Watched], as_json: bool) -> None:
    from core.cli.printing import emit, table

    if as_json:
        for run in runs:
            emit(_record(run))
        return
    rows = [(run.name, run.format, run.status, _latest(run.view, run.axis), _unread(run)) for run in runs]
    print(table(rows, ("run", "format", "", "latest", "")))


def _record(run: Watched) -> dict[str, Any]:
    view = run.view
    latest = {name: points[-1] for name, points in view.series.items() if points}
    return {
        "run": run.name,
        "path": str(run.path),
        "format": run.format,
        "status": run.status,
        "axis": run.axis or None,
        "latest": {name: {"x": x, "value": value} for name, (x, value) in latest.items()},
        "points": {name: len(points) for name, points in view.series.items()},
        "best": view.best,
        "scores": view.scores,
        "unread": run.bad,
        "skipped": run.skipped or None,
        "problem": run.problem or None,
    }


def _latest(view: RunView, axis: str) -> str:
    """The latest of every curve: `step 120 · train loss 0.312 · validation accuracy 0.79`."""
    curves = {name: points for name, points in view.series.items() if points}
    if not curves:
        return "nothing yet"
    x = max(points[-1][0] for points in curves.values())
    return " · ".join((f"{axis} {x:g}", *(f"{name} {points[-1][1]:.4g}" for name, points in curves.items())))


def _unread(run: Watched) -> str:
    if run.problem:
        return run.problem
    lines = "line" if run.bad == 1 else "lines"
    unread = f"{run.bad:,} {lines} could not be read" if run.bad else ""
    return " · ".join(filter(None, (unread, f"passed over: {run.skipped}" if run.skipped else "")))
