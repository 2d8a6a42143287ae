"""The verbs `steer`, `branch` and `again`: a run changed while it trains, gone on from otherwise, repeated."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from core.cli.fields import at_least

if TYPE_CHECKING:
    from core.cli.words.verb import AddVerb
    from core.jobs import Job
    from core.runs import RunDirectory

STEER = "change a run while it trains: its rate, what is frozen, its end"
BRANCH = "a new run that begins where another one is, or was best"
AGAIN = "the same once more, with another seed"
_EVENTS = "the run's events, one a line"


def add(verb: AddVerb) -> None:
    """Add the verbs with their arguments."""
    steer: ArgumentParser = verb("steer", "RUN", STEER, "the change, as one JSON object")
    steer.add_argument("run", metavar="RUN")
    steer.add_argument("--rate", default="", metavar="X|xF", help="the highest learning rate; x0.5 halves it")
    for name, what in (("freeze", "leave a group of parameters as it is"), ("unfreeze", "let it learn again")):
        help = f"{what}, by a letter in its name: C, W_e, W_o; several with commas"
        steer.add_argument(f"--{name}", default="", metavar="NAME,...", help=help)
    steer.add_argument("--finish", action="store_true", help="end now as at its end: the best is kept and tested")
    steer.epilog = (
        "Each change is made once, from the next step on, and the run's log has it with that step:\n"
        f"killed and resumed, the run makes it at that very step again.\n{steer.epilog}"
    )

    branch: ArgumentParser = verb("branch", "RUN", BRANCH, _EVENTS)
    branch.add_argument("run", metavar="RUN")
    branch.add_argument("--best", action="store_true", help="begin with its best parameters, not with the newest")
    branch.add_argument("--rate", default="", metavar="X|xF", help="another highest learning rate; x0.5 halves it")
    branch.add_argument("--epochs", type=at_least(1), metavar="N", help="how often the text is read, the past included")
    branch.add_argument("--patience", type=at_least(1), metavar="N", help="epochs without a better one before it ends")
    branch.add_argument("--seed", type=at_least(0), metavar="N", help="of the texts' order and of dropout")
    branch.epilog = f"A run keeps its newest checkpoint, and in it the best parameters: these two.\n{branch.epilog}"

    again: ArgumentParser = verb("again", "RUN", AGAIN, _EVENTS)
    again.add_argument("run", metavar="RUN")
    again.add_argument("--seed", type=at_least(0), metavar="N", help="(the next that it has not had yet)")
    for parser in (branch, again):
        add_after(parser)
        parser.add_argument("--detach", action="store_true", help="start it, print the run's id and return")


def add_after(parser: ArgumentParser) -> None:
    """Add the option to wait for another run."""
    parser.add_argument("--after", metavar="RUN", help="begin once that run is over; it waits as a process of its own")


def steer(wanted: Namespace) -> int:
    """Change a run from its next step on. Raises RunError."""
    from core.cli.printing import emit, say
    from core.runs import find_run
    from core.runs.wishes import steer_run

    run = find_run(wanted.run)
    change = steer_run(run, wanted.rate, wanted.freeze.split(","), wanted.unfreeze.split(","), wanted.finish)
    when = "from its next step on" if run.alive() else f"when it goes on: `nlp-tui resume {run.id}`"
    say(f"Run {run.id}: change {change.number} is made {when}.")
    if wanted.json:
        emit({"run": run.id, "alive": run.alive(), **change.to_json()})
    return 0


def branch(wanted: Namespace) -> int:
    """Start a branch of a run, and follow it. Raises RunError."""
    from core.runs import find_run
    from core.runs.branching import branch_job
    from core.runs.wishes import read_rate

    run = find_run(wanted.run)
    job = branch_job(
        run,
        best=wanted.best,
        rate=read_rate(wanted.rate),
        epochs=wanted.epochs,
        patience=wanted.patience,
        seed=wanted.seed,
    )
    return _start(job, run, wanted)


def again(wanted: Namespace) -> int:
    """Start a run's job with another seed, and follow it. Raises RunError."""
    from core.runs import find_run
    from core.runs.wishes import again_job

    run = find_run(wanted.run)
    return _start(again_job(run, wanted.seed), run, wanted)


def _start(job: Job, like: RunDirectory, wanted: Namespace) -> int:
    """Start it with the sentences that are pinned to the run it is like."""
    from core.cli.runs import start_jobs
    from core.runs.pins import read_pins

    wanted.pin = list(read_pins(like.path))
    return start_jobs([job], wanted)
