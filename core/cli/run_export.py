"""The verb `runs export`: the curves of a run as a file that other programs read."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path


def add(parser: ArgumentParser) -> None:
    """Add the arguments; `--json` is there already."""
    parser.add_argument("run", metavar="RUN")
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--csv", action="store_true", help="a row for each moment, a column for each curve")
    one.add_argument("--svg", action="store_true", help="a picture of the curves")
    one.add_argument("--tensorboard", action="store_true", help="a folder that TensorBoard opens (needs the extra)")
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="where to; nothing is overwritten")


def export(wanted: Namespace) -> int:
    """Write it. Raises UserError."""
    from core.cli.printing import say
    from core.drawing.curves import draw_curves
    from core.errors import UserError
    from core.runs import RunError, find_run
    from core.runs.exporting import to_csv, to_json, write_tensorboard
    from core.runs.notes import name_of
    from core.storage import atomic

    if sum((wanted.csv, wanted.json, wanted.svg, wanted.tensorboard)) != 1:
        raise UserError("One format is needed.", "Add --csv, --json, --svg or --tensorboard.")
    run = find_run(wanted.run)
    view, path = run.view(), Path(wanted.output).expanduser()
    if not view.series:
        raise RunError(f"run {run.id} has no curves", "wait for its first numbers")
    if path.exists():
        raise UserError(f"{path} is there already.", "Name another.")
    try:
        if wanted.tensorboard:
            write_tensorboard(view, path)
        elif wanted.svg:
            atomic.write_text(path, draw_curves(view.series, name_of(run)))
        else:
            atomic.write_text(path, to_csv(view) if wanted.csv else to_json(view))
    except (OSError, ValueError) as error:
        why = str(getattr(error, "strerror", None) or error)
        raise UserError(f"{path} could not be written: {why}.", "Name another.") from error
    say(f"Written: {path}" + ("; its curves are thinned, extremes kept." if view.thinned else ""))
    return 0
