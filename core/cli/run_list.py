"""The verb `runs`: the list, sorted and filtered, and what is done to what stands in it: named, tagged, deleted."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from core.cli import run_export

if TYPE_CHECKING:
    from core.cli.words.verb import AddVerb
    from core.runs import RunDirectory, RunView
    from core.runs.summaries import RunSummary

SUMMARY = "the runs there are, newest first"
ORDERS = ("time", "score", "era", "name")
_NAMED = 5
"""Folders that are named; of more, only how many there are is said."""


def add(verb: AddVerb) -> None:
    """Add the verb with its arguments, and the verbs of its own."""
    parser: ArgumentParser = verb("runs", "", SUMMARY)
    parser.add_argument(
        "--filter", default="", metavar="TEXT", help="only runs in whose id, name, era, status or #tag each word is"
    )
    parser.add_argument("--tag", action="append", default=[], metavar="TAG", help="only runs with this tag; repeatable")
    parser.add_argument("--sort", choices=ORDERS, default="time", help="what stands on top (%(default)s: the newest)")
    own = parser.add_subparsers(dest="action", title="what is done to them", metavar="ACTION", prog="nlp-tui runs")

    def action(name: str, positional: str, help: str) -> ArgumentParser:
        made: ArgumentParser = verb(f"runs {name}", positional, help, among=own)
        return made

    compare = action("compare", "RUN RUN...", "runs side by side: results with intervals, what differs, a verdict")
    compare.add_argument("run", nargs="+", metavar="RUN")
    run_export.add(action("export", "RUN", "write a run's curves: --csv, --json, --svg or --tensorboard"))
    rename = action("rename", "RUN NAME", "give a run a name of your own")
    rename.add_argument("run", metavar="RUN")
    rename.add_argument("name", nargs="+", metavar="NAME", help='"" takes it away again')
    tag = action("tag", "RUN TAG...", "put tags on a run")
    tag.add_argument("run", metavar="RUN")
    tag.add_argument("tags", nargs="+", metavar="TAG")
    tag.add_argument("--remove", action="store_true", help="take them off instead")
    delete = action("delete", "RUN...", "delete runs: their log and curves, not their models")
    delete.add_argument("run", nargs="*", metavar="RUN", help="none at work; they can be brought back for a day")
    delete.add_argument("--undo", action="store_true", help="bring back those named, or the one deleted last")
    delete.add_argument("--empty", action="store_true", help="really remove everything that was deleted, now")


def runs(wanted: Namespace) -> int:
    """Print a line or a JSON object for each run, or do what was asked to some. Raises RunError."""
    done = {"compare": _compare, "export": run_export.export, "rename": _rename, "tag": _tag, "delete": _delete}
    return (done[wanted.action] if wanted.action else _list)(wanted)


def _list(wanted: Namespace) -> int:
    from core.cli.printing import emit, say, table
    from core.runs.directory import find_runs
    from core.runs.listing import filter_rows, sort_rows
    from core.runs.notes import read_notes
    from core.runs.summaries import summarize

    views = {}
    rows = []
    readable, unreadable = find_runs()
    if unreadable:
        say(_passed_over(unreadable))
    for run in readable:
        views[run.id] = view = run.latest()
        rows.append(summarize(run, view, read_notes(run.path), run.status(view)))
    if partly := sum(not view.whole for view in views.values()):
        say(f"{_count(partly, 'run has a log', 'runs have logs')} so long that only the newest of it was read.")
    found = sort_rows(filter_rows(rows, wanted.filter), wanted.sort)
    found = [row for row in found if set(wanted.tag) <= set(row.tags)]
    if wanted.json:
        for row in found:
            emit(_record(row, views[row.id]))
        return 0
    if not rows:
        say("There are no runs yet. `nlp-tui train --era scratch` starts one.")
        return 0
    if not found:
        say(f"None of the {len(rows):,} runs is like that.")
        return 0
    lines = [(row.id, _started(row), _called(row), row.run.summary(views[row.id])) for row in found]
    print(table(lines, ("run", "started", "what", "")))
    return 0


def _passed_over(unreadable: Sequence[str]) -> str:
    """That folders are passed over, with the names of the first of them."""
    named = ", ".join(unreadable[:_NAMED]) + (", …" if len(unreadable) > _NAMED else "")
    folders = _count(len(unreadable), "folder holds", "folders hold")
    return f"{folders} no run that this version can read, damaged or of another version: {named}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _started(row: RunSummary) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(row.run.created))


def _called(row: RunSummary) -> str:
    return " ".join((row.title, *(f"#{tag}" for tag in row.tags)))


def _record(row: RunSummary, view: RunView) -> dict[str, Any]:
    from core.jobs import Group, kind_of

    run = row.run
    return {
        "run": run.id,
        "title": run.title,
        "name": row.title,
        "tags": list(row.tags),
        "topic": row.topic,
        "status": row.status,
        "created": run.created,
        "phase": view.phase,
        "step": view.step,
        "total": view.total,
        "best": view.best,
        "score": {"split": row.split, "accuracy": row.accuracy, "perplexity": row.perplexity, "n": row.n}
        if row.split
        else None,
        "scores": view.scores,
        "model": f"run:{run.id}" if kind_of(run.job).group is Group.TRAINING and view.has_model else None,
        "artifact": view.artifact,
        "command": run.command,
        "path": str(run.path),
    }


def _compare(wanted: Namespace) -> int:
    from core.runs import RunError, find_run

    found = list({run.id: run for run in map(find_run, wanted.run)}.values())
    if len(found) < 2:
        raise RunError("one run cannot be compared", "name two or more")
    print_comparison(found, wanted.json)
    return 0


def print_comparison(found: Sequence[RunDirectory], as_json: bool) -> None:
    """Print runs side by side, the best first: results with intervals, time and size, what differs, a verdict."""
    from core.cli.printing import emit, table
    from core.runs.comparing import find_differences, judge, rank, result_of, say_score, say_size
    from core.runs.notes import read_notes
    from core.runs.summaries import summarize
    from core.runs.wording import clock

    results = []
    for run in found:
        view = run.view()
        results.append(result_of(summarize(run, view, read_notes(run.path), run.status(view)), view))
    differences = find_differences([run.job for run in found])
    ranked = rank(results)
    if as_json:
        for place in ranked:
            settings = {name: values[place] for name, values in differences}
            emit({"run": results[place].id, **asdict(results[place]), "differs": settings})
        emit({"verdict": judge(results)})
        return
    lines = [
        (each.id, each.name, say_score(each), clock(each.seconds), say_size(each.parameters), each.status)
        for each in (results[place] for place in ranked)
    ]
    print(table(lines, ("run", "what", "score, 95 %", "time", "size", "")))
    if differences:
        print()
        print(table([(name, *values) for name, values in differences], ("differs", *(run.id for run in found))))
    print()
    print(judge(results))


def _rename(wanted: Namespace) -> int:
    from core.runs import find_run
    from core.runs.notes import RunNotes, read_notes, write_notes

    run = find_run(wanted.run)
    write_notes(run, RunNotes(" ".join(wanted.name), read_notes(run.path).tags))
    return _say_notes(run, wanted.json)


def _tag(wanted: Namespace) -> int:
    from core.runs import find_run
    from core.runs.notes import change_tags, parse_tags, read_notes, write_notes

    run, tags = find_run(wanted.run), parse_tags(" ".join(wanted.tags))
    before = read_notes(run.path)
    write_notes(run, change_tags(before, remove=tags) if wanted.remove else change_tags(before, add=tags))
    return _say_notes(run, wanted.json)


def _say_notes(run: RunDirectory, as_json: bool) -> int:
    from core.cli.printing import emit, say
    from core.runs.notes import read_notes

    notes = read_notes(run.path)
    if as_json:
        emit({"run": run.id, "name": notes.name or run.title, "tags": list(notes.tags)})
    else:
        say(" ".join((f"Run {run.id}: {notes.name or run.title}", *(f"#{tag}" for tag in notes.tags))))
    return 0


def _delete(wanted: Namespace) -> int:
    from core.cli.printing import emit, say
    from core.runs import RunError, find_run
    from core.runs.trash import empty_trash, restore_run, trash_run

    if wanted.empty:
        say(f"{empty_trash(older=0):,} deleted runs are gone for good.")
        return 0
    if wanted.undo:
        back = [restore_run(name) for name in wanted.run or [""]]
        for run in back:
            say(f"Run {run.id}: {run.title} is back.")
    elif not wanted.run:
        raise RunError("no run is named", "`nlp-tui runs` lists them")
    else:
        back = [find_run(name) for name in dict.fromkeys(wanted.run)]
        for run in back:
            trash_run(run)
            say(
                f"Run {run.id}: {run.title} is deleted; `nlp-tui runs delete --undo {run.id}` brings it back for a day."
            )
    empty_trash()
    if wanted.json:
        for run in back:
            emit({"run": run.id, "deleted": not wanted.undo})
    return 0
