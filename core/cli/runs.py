"""The verbs that start runs, `train`, `pretrain` and `index`, and those that steer one: `stop`, `resume`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from core.cli import ladder_table
from core.cli.arguments import jobs
from core.cli.eta import RemainingTime
from core.cli.follow import FAILED, follow, kept
from core.cli.printing import emit, say
from core.cli.report import print_report_of
from core.cli.run_list import print_comparison
from core.cli.together import announce, check
from core.data.corpus_list import split_corpora
from core.data.labelled_spec import split_spec, write_spec
from core.jobs import Draws, Group, Job, ReportJob, TrainJob, command, kind_of, options_of
from core.runs import (
    EventReader,
    RunDirectory,
    RunError,
    delete_run,
    events,
    find_run,
    list_runs,
    start_run,
    wait_until_gone,
)
from core.runs import resume as resume_run
from core.runs.estimating import Estimates, describe
from core.runs.following import BLOCK
from core.runs.pins import write_pins


def start(wanted: Namespace) -> int:
    """Start what was asked for, each job as a process of its own, and follow it; one after the other.

    The two directions of a language model run side by side, a thread each, and are followed one after the other.
    A job that was stopped or lost on its way goes on from its checkpoint.
    """
    wanted_jobs = [name_in_full(job) for job in jobs(wanted)]
    if getattr(wanted, "unlabeled", None):
        from core.cli.own_text import start_over_text

        return start_over_text([job for job in wanted_jobs if isinstance(job, TrainJob)], wanted)
    return start_jobs(wanted_jobs, wanted)


def start_jobs(wanted_jobs: Sequence[Job], wanted: Namespace) -> int:
    """Start these jobs, and follow them. With `wanted.after`, each waits for the one before, the first for that run.

    Classifiers of several eras do not need one another: where one fails the others are still trained. They end in a
    table of their results, the best first, then what failed and why; the exit code says that something did.
    """
    remaining = RemainingTime(wanted_jobs)
    after = run_before(wanted)
    estimates = Estimates()
    apart = len(wanted_jobs) > 1 and all(kind_of(job).group is Group.TRAINING for job in wanted_jobs)
    done: list[RunDirectory] = []
    failed: list[str] = []
    for together in _together(wanted_jobs):
        expected = describe([estimates.estimate(job, list_runs()) for job in together], together=True)
        running = [start_or_resume(job, after, getattr(wanted, "pin", ()), expected) for job in together]
        announce(running[0])
        # What is left to itself waits too: it has the machine to itself as it would have when followed.
        after = running[-1].id if after or wanted.detach else ""
        code, why = _follow_all(running, wanted, remaining)
        if code == FAILED and apart:
            failed.append(f"{running[0].title} (run {running[0].id}): {why}")
        elif code:
            return code
        else:
            done += running
    if apart and done and not wanted.detach:
        print_comparison(done, wanted.json)
    if failed:
        say(f"{len(failed)} of {len(wanted_jobs)} runs failed:")
        for said in failed:
            say(f"  {said}")
    return FAILED if failed else 0


def _together(wanted_jobs: Sequence[Job]) -> Iterator[list[Job]]:
    """What runs side by side: language models that follow one another; anything else has the machine to itself."""
    for kind, group in groupby(wanted_jobs, kind_of):
        jobs_in_a_row = list(group)
        yield from [jobs_in_a_row] if kind.side_by_side else [[job] for job in jobs_in_a_row]


def run_before(wanted: Namespace) -> str:
    """The id of the run that is to be waited for; empty if of none. Raises RunError."""
    return find_run(wanted.after).id if wanted.after else ""


def start_or_resume(job: Job, after: str = "", pins: Sequence[str] = (), expected: str = "") -> RunDirectory:
    """Start the job's run, or let an interrupted one go on, and say which it is and how it is repeated.

    `expected`: how long it will take, in words; said of a new one.

    One that has to wait for the run `after` is a new one. Raises RunError.
    """
    if not after and (run := _find_interrupted(job)) is not None:
        if pins:
            write_pins(run.path, pins)
        resume_run(run)
        say(f"Run {run.id}: {run.title} (goes on where it was interrupted)")
    else:
        run = start_run(job, after=after, pins=pins)
        say(f"Run {run.id}: {run.title}{f' (after run {after})' if after else ''}")
        if expected:
            say(f"Time: {expected}")
    say(f"Again: {command(job)}")
    return run


def _find_interrupted(job: Job) -> RunDirectory | None:
    """The newest run of the very same job, if it was stopped or lost and has a checkpoint to go on from."""
    run = next((run for run in list_runs() if run.job == job), None)
    if run is None or run.alive():
        return None
    view = run.view()
    return run if view.resumable and run.status(view) in ("stopped", "lost") else None


def _follow_all(running: list[RunDirectory], wanted: Namespace, remaining: RemainingTime) -> tuple[int, str]:
    """Follow runs that have been started, or only print them; if one does not end well, the rest are stopped.

    The exit code, and what the run that did not end well said last.
    """
    for number, run in enumerate(running):
        if wanted.detach:
            print_started(run, wanted.json)
        # One that goes on from an interruption has said a last word before.
        elif code := follow(run, wanted.json, owned=True, resumed=bool(run.latest().final), remaining=remaining):
            for other in running[number + 1 :]:
                other.set_state("stopped")
                say(f"Run {other.id} is stopping too; its checkpoint is kept.")
                wait_until_gone(other)
                forget_stillborn(other)
            why = run.view().message or "its process is gone without a last word."
            forget_stillborn(run)
            return code, why
    return 0, ""


def stop(wanted: Namespace) -> int:
    """Ask a run to stop. Raises RunError if it does not run."""
    run = find_run(wanted.run)
    if not run.alive():
        raise RunError(f"run {run.id} does not run", f"it is {run.summary()}")
    run.set_state("stopped")
    say(f"Run {run.id} is stopping; {kept(run)} is kept.")
    if wanted.json:
        emit({"run": run.id, "state": "stopped"})
    return 0


def resume(wanted: Namespace) -> int:
    """Let a run go on from its last checkpoint, or out of its pause, and follow it."""
    run = find_run(wanted.run)
    check(run.job)
    resume_run(run)
    announce(run)
    say(f"Run {run.id}: {run.title}")
    if wanted.detach:
        print_started(run, wanted.json)
        return 0
    return follow_to_end(run, wanted.json, owned=True, resumed=True)


def follow_to_end(run: RunDirectory, as_json: bool, owned: bool, resumed: bool = False) -> int:
    """Follow a run; a ladder's table stands at its end, and what a report found."""
    code = follow(run, as_json, owned, resumed)
    if isinstance(run.job, ReportJob):
        print_report_of(run, as_json)
    elif kind_of(run.job).draws is Draws.TABLE and (found := ladder_table.read_report(run)):
        ladder_table.print_report(found, as_json)
    return code


def name_in_full(job: Job) -> Job:
    """The job with each file and folder that it names by its full path."""
    named: dict[str, Any] = {}
    for name, declared in options_of(kind_of(job).job).items():
        if declared.option.path and (value := getattr(job, name)):
            listed = split_corpora(value) if declared.option.several else (value,)
            named[name] = ",".join(make_absolute(each, declared.option.known) for each in listed)
    return replace(job, **named)


def make_absolute(name: str, known: Collection[str] = ()) -> str:
    """Data or a model by its full path if it is a file's or folder's: the run works in a folder of its own.

    What has a meaning of its own stays as it is: a `known` name, whatever lies in this folder, and the hub's names.
    """
    data, said = split_spec(name)
    if said:  # labelled data with the names of its columns
        return write_spec(make_absolute(data, known), **said)
    if name in known or name.startswith("hf:"):
        return name
    path = Path(name).expanduser()
    pinned = "@" in name  # NAME@REVISION, in which a dot is no suffix
    return str(path.absolute()) if path.exists() or (path.suffix and not pinned) else name


def forget_stillborn(run: RunDirectory) -> None:
    """Remove a run that failed before its first step: its sentence was said, and it made nothing to come back to.

    One whose sentence points into its folder stays: what was not foreseen is explained there.
    """
    reader, last = EventReader(run.events_path), None
    while said := reader.read(BLOCK):
        if any(isinstance(event, events.Start) for event in said):
            return
        last = said[-1]
    if isinstance(last, events.Failed) and str(run.path) not in last.message + last.hint:
        wait_until_gone(run)
        delete_run(run)


def print_started(run: RunDirectory, as_json: bool) -> None:
    """Print the id of a run that is left to itself."""
    if as_json:
        emit({"run": run.id, "path": str(run.path), "command": run.command})
    else:
        print(run.id, flush=True)
