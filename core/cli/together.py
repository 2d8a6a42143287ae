"""A verb under torchrun: its first process starts the run and follows it as ever, the others become the run's, too."""

from __future__ import annotations

import os
import signal
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import UserError
from core.jobs import BOTH, Job, LanguageModelJob
from core.machine import torchrun
from core.machine.process import child_environment
from core.runs import RunDirectory
from core.runs.lifecycle import WORKER, worker_command

_RUN = "run"


@contextmanager
def taking_part(wanted: Namespace) -> Iterator[None]:
    """The block is for the first process only: any other becomes one of its run's. Raises UserError."""
    if torchrun.rank() > 0:
        _become_worker()
    if wanted.verb not in ("pretrain", "resume") or getattr(wanted, "objective", "lm") != "lm":
        raise UserError("torchrun is for `pretrain lm`, and for `resume` of such a run.", "Leave it out here.")
    if getattr(wanted, "direction", "") == BOTH:
        raise UserError("Under torchrun all processes train one model.", "Give --direction forward, then backward.")
    if wanted.detach or getattr(wanted, "after", None):
        raise UserError("torchrun's processes begin at once and stay until the end.", "Leave out --detach and --after.")
    # torchrun asks those that are left to end when one has died, or when it is asked itself: like ctrl+C, only once.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)


def check(job: Job) -> None:
    """Raises UserError for the job of a run that several processes cannot go on with."""
    if torchrun.count() > 1 and not isinstance(job, LanguageModelJob):
        raise UserError("Several processes can only train a language model.", "Resume this run without torchrun.")


def announce(run: RunDirectory) -> None:
    """Say which run it is to the other processes that torchrun started, if there are any."""
    if torchrun.count() > 1:
        torchrun.agent_store().set(_RUN, str(run.path))


def _become_worker() -> None:
    """Be the worker of the run that the first process announces, in this process's place. Raises UserError."""
    try:
        run = Path(torchrun.agent_store().get(_RUN).decode())
    except RuntimeError as error:
        raise UserError("The first process of torchrun has not said which run it is.", "It may say why.") from error
    if not run.is_dir():
        raise UserError(
            f"There is no {run} here.", "Give all processes one NLP_TUI_HOME, on a path that all of them see."
        )
    os.chdir(run)
    nothing = os.open(os.devnull, os.O_RDWR)
    stderr = os.open(run / "stderr.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for place, file in enumerate((nothing, nothing, stderr)):
        os.dup2(file, place)
    os.execve(sys.executable, worker_command(run, WORKER), child_environment())
