"""The verb `pin`: sentences that a run answers while it learns."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.cli.words.verb import AddVerb

SUMMARY = "pin sentences to a run: it answers them while it learns"
HELP = "a sentence that the run answers while it learns, up to eight; repeatable"


def add(verb: AddVerb) -> None:
    """Add the verb with its arguments."""
    parser: ArgumentParser = verb("pin", "RUN [SENTENCE...]", SUMMARY, "one JSON object: the run and its pins")
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("sentences", nargs="*", metavar="SENTENCE", help="none: say which are pinned")
    parser.add_argument("--remove", action="store_true", help="unpin them instead; without any, all")


def pin(wanted: Namespace) -> int:
    """Change the pins of a run and print them. Raises RunError."""
    from core.cli.printing import emit, say
    from core.runs import find_run
    from core.runs.pins import read_pins, write_pins
    from core.visible import one_line

    run = find_run(wanted.run)
    before = read_pins(run.path)
    if wanted.remove:
        gone = wanted.sentences or before
        write_pins(run.path, [each for each in before if each not in gone])
    elif wanted.sentences:
        write_pins(run.path, [*before, *wanted.sentences])
    pinned = read_pins(run.path)
    if wanted.json:
        emit({"run": run.id, "pins": list(pinned)})
        return 0
    for each in pinned:
        print(one_line(each))
    if not pinned:
        say(f"Run {run.id} has no pins.")
    return 0
