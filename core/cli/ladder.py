"""The verb `ladder`: start the measuring run, or only show what was measured, and print the table."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from core.cli import ladder_table
from core.cli.arguments import jobs
from core.cli.follow import follow
from core.cli.printing import complain, say
from core.cli.runs import forget_stillborn, make_absolute, print_started, run_before, start_or_resume
from core.jobs import DATA_NAMES, LadderJob, split_list
from core.storage.atomic import write_json

USAGE = 2


def ladder(wanted: Namespace) -> int:
    """Measure what is not measured yet and print what there is, also when it was stopped or some of it failed."""
    (job,) = jobs(wanted)
    assert isinstance(job, LadderJob)
    job = replace(job, data=",".join(make_absolute(name, DATA_NAMES) for name in split_list(job.data)))
    if wanted.detach and (wanted.show or wanted.markdown or wanted.out):
        complain("--detach leaves before there is anything to show.", "`nlp-tui ladder --show` shows it later.")
        return USAGE
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
    return report.build(job, seen.found)


def _print(found: ladder_table.Report, wanted: Namespace) -> int:
    ladder_table.print_report(found, wanted.json, wanted.markdown)
    if wanted.out:
        path = Path(wanted.out).expanduser()
        try:
            write_json(path, found)
        except OSError as error:
            complain(f"{path} cannot be written: {error.strerror or error}.", "Give --out another place.")
            return 1
        say(f"Written to {path}.")
    return 0
