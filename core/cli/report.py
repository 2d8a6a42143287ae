"""`nlp-tui report`: all eras on one's own texts, and one file that says what came out."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.fields import add_fields
from core.cli.standard_input import text_of
from core.errors import UserError
from core.jobs import ReportJob, options_of

if TYPE_CHECKING:
    from core.cli.words.verb import AddVerb
    from core.runs import RunDirectory

SUMMARY = "all eras on your own texts: which to use, what more labels buy, what is wrong, in one file"


def add(verb: AddVerb) -> None:
    """Add the verb with its arguments."""
    parser: ArgumentParser = verb("report", "--data SPEC", SUMMARY, "the report as one JSON object")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="where it goes: .html, .md, .json (Markdown on standard output)"
    )
    parser.add_argument(
        "--no-fewer",
        dest="fewer",
        action="store_false",
        help="do not measure what a quarter and half of the labels would have given",
    )
    add_fields(parser, ReportJob, besides={"fewer"})


def report(wanted: Namespace) -> int:
    """Make the report. What is trained is kept: called again, it goes on where it was ended. Raises UserError."""
    from core.appraisal.formats import FORMATS
    from core.appraisal.make import make_report
    from core.cli.printing import say
    from core.cli.progress import progress_line
    from core.runs.wording import clock
    from core.storage.store import default_store

    target = _target(wanted.output)
    with progress_line() as line:

        def told(what: str, done: int, total: int, left: float) -> None:
            line.show(f"{what} · {done + 1} of {total} · about {clock(left)} left", done / total)

        made = make_report(job_of(wanted), default_store(), told)
    text = FORMATS[target.suffix if target else ".json" if wanted.json else ".md"](made)
    if target is None:
        print(text, end="")
        return 0
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{target} cannot be written: {error.strerror}.", "Name another file with -o.") from error
    say(made["advice"])
    say(f"Written to {target}.")
    return 0


def print_report_of(run: RunDirectory, as_json: bool) -> None:
    """Print what a report's run has found until now; nothing before its first era."""
    from core.appraisal.markdown import to_markdown
    from core.appraisal.report_runs import read_report
    from core.cli.printing import emit

    if (found := read_report(run.path)) is None:
        return
    if as_json:
        emit(dict(found))
    else:
        print(to_markdown(found), end="", flush=True)


def job_of(wanted: Namespace) -> ReportJob:
    """The report that was asked for."""
    return ReportJob(**{name: getattr(wanted, name) for name in options_of(ReportJob)})


def _target(output: str | None) -> Path | None:
    """Where it goes. Raises UserError before anything is trained where that cannot be."""
    from core.appraisal.formats import format_of

    if output is None:
        return None
    target = Path(text_of(output)).expanduser()
    ending = format_of(target)
    if not target.parent.is_dir():
        raise UserError(f"There is no folder {target.parent}.", "Make it, or name another file with -o.")
    return target.with_suffix(ending)
