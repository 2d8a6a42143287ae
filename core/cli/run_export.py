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
    from core.errors import UserError
    from core.runs import find_run
    from core.runs.exporting import FORMATS, export_run

    asked = [format for format in FORMATS if getattr(wanted, format)]
    if len(asked) != 1:
        raise UserError("One format is needed.", "Add --csv, --json, --svg or --tensorboard.")
    say(export_run(find_run(wanted.run), asked[0], Path(wanted.output).expanduser()))
    return 0
