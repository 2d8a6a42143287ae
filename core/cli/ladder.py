"""The verb `ladder`: start the measuring run, or only show what was measured, and print the table."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.cli import ladder_table
from core.cli.arguments import jobs
from core.cli.follow import follow
from core.cli.printing import complain, say
from core.cli.runs import forget_stillborn, make_absolute, print_started, run_before, start_or_resume
from core.jobs import DATA_NAMES, LadderJob, split_list
from core.storage.atomic import write_json, write_text

USAGE = 2


def ladder(wanted: Namespace) -> int:
    """Measure what is not measured yet and print what there is, also when it was stopped or some of it failed."""
    (job,) = jobs(wanted)
    assert isinstance(job, LadderJob)
    job = replace(job, data=",".join(make_absolute(name, DATA_NAMES) for name in split_list(job.data)))
    if wanted.detach and (wanted.show or wanted.shipped or wanted.markdown or wanted.out or wanted.svg):
        complain("--detach leaves before there is anything to show.", "`nlp-tui ladder --show` shows it later.")
        return USAGE
    if wanted.shipped:
        return _print_shipped(wanted)
    if wanted.show:
        return _print(_collect(job), wanted)
    run = start_or_resume(job, run_before(wanted))
    if wanted.detach:
        print_started(run, wanted.json)
        return 0
    code = follow(run, wanted.json, owned=True)
    if found := ladder_table.read_report(run):
        return _print(found, wanted) or code
    forget_stillborn(run)
    return code


def _collect(job: LadderJob) -> ladder_table.Report:
    """What is in the store already."""
    from core.benchmark import report, runner
    from core.benchmark.trial_keys import TrialKeys
    from core.storage.store import default_store

    store = default_store()
    seen = runner.survey(job, store, TrialKeys(store))
    for message in seen.refused | seen.left_out:
        say(f"warning: {message}")
    return report.build(job, seen.found, seen.texts)


def _print_shipped(wanted: Namespace) -> int:
    from core.catalog.models import Catalog

    if (document := Catalog().measured.document) is None:
        complain("No ladder came with this version.", "`nlp-tui ladder` measures one.")
        return 1
    return _print(document, wanted)


def _print(found: ladder_table.Report, wanted: Namespace) -> int:
    ladder_table.print_report(found, wanted.json, wanted.markdown)
    code = 0
    if wanted.out:
        code = _write(wanted.out, "--out", lambda path: write_json(path, found))
    if wanted.svg:
        drawn = _draw(found)
        code = _write(wanted.svg, "--svg", lambda path: write_text(path, drawn)) or code
    return code


def _write(name: str, option: str, write: Callable[[Path], None]) -> int:
    path = Path(name).expanduser()
    try:
        write(path)
    except OSError as error:
        complain(f"{path} cannot be written: {error.strerror or error}.", f"Give {option} another place.")
        return 1
    say(f"Written to {path}.")
    return 0


def _draw(found: ladder_table.Report) -> str:
    """Every data set as a plot."""
    from core.benchmark.ladder_chart import chart_ladder, lay_out
    from core.catalog.ladder import MeasuredLadder
    from core.drawing.learning_curves_svg import draw_svg

    ladder = MeasuredLadder.from_document(found)
    charts = [chart_ladder(ladder, lay_out(ladder, data)) for data in ladder.data]
    notes = [*ladder_table.notes_of_picture(found), found["command"]]
    return draw_svg(charts, notes, "Accuracy by number of labels")
