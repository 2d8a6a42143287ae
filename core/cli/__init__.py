"""The command line's verbs: what the app does, for scripts and pipes.

stdout carries data only; narration, progress and errors go to stderr. Nothing heavy is imported before a verb needs
it.
"""

from __future__ import annotations

import os
import pkgutil
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO

from core.cli import words
from core.cli.arguments import parse
from core.errors import UserError, is_full
from core.machine import torchrun

Verb = Callable[[Namespace], int]
VERBS = {
    "eras": "core.cli.models:eras",
    "predict": "core.cli.answers:predict",
    "explain": "core.cli.explain:explain",
    "attention": "core.cli.attention:attention",
    "twins": "core.cli.twins:twins",
    "errors": "core.cli.errors:errors",
    "check": "core.cli.check:check",
    "picture": "core.cli.picture:picture",
    **dict.fromkeys(words.VERBS, "core.cli.words.asker:run"),
    "data": "core.cli.first_look:first_look",
    "train": "core.cli.runs:start",
    "pretrain": "core.cli.runs:start",
    "index": "core.cli.runs:start",
    "ladder": "core.cli.ladder:ladder",
    "report": "core.cli.report:report",
    "runs": "core.cli.run_list:runs",
    "watch": "core.cli.watching:watch",
    "pin": "core.cli.pins:pin",
    "stop": "core.cli.runs:stop",
    "resume": "core.cli.runs:resume",
    "steer": "core.cli.steering:steer",
    "branch": "core.cli.steering:branch",
    "again": "core.cli.steering:again",
}
"""Who does each verb, imported when it is asked for; core.cli.arguments says what can be typed after it."""

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str], show: Callable[[Any], int] | None = None) -> int:
    """Run one verb and return the exit code (0 done, 1 failed, 2 usage, 130 interrupted).

    `show` opens the app on a run, or on a path that is watched; only the entry of the command has it.
    """
    if not _has_streams():
        return FAILED
    _speak_utf8(sys.stdout)
    _speak_utf8(sys.stderr)
    try:
        wanted = parse(arguments)
        wanted.open_app = show
        code = _run(wanted)
        sys.stdout.flush()
    except SystemExit as leaving:  # argparse: the help (0) or a mistake in the arguments (2)
        return leaving.code if isinstance(leaving.code, int) else USAGE
    except BrokenPipeError:
        # Whoever read us has seen enough (`| head`): not a failure.
        _drop_output()
        return DONE
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except OSError as error:
        if not is_full(error):
            raise
        from core.cli.printing import complain

        _drop_output()
        complain(f"What was to be said could not be written: {error.strerror}.", "Free some space, or write elsewhere.")
        return FAILED
    except UserError as error:
        from core.cli.printing import complain

        complain(error.message, error.hint)
        return FAILED
    return code


def _run(wanted: Namespace) -> int:
    verb: Verb = pkgutil.resolve_name(VERBS[wanted.verb])
    if torchrun.count() == 1:
        return verb(wanted)
    from core.cli.together import taking_part

    with taking_part(wanted):
        return verb(wanted)


def _has_streams() -> bool:
    """Whether there is a standard output to write to. Narration without a standard error is dropped."""
    if sys.stderr is None:
        # Not to be closed: it is where narration goes until the end. Without it print would take stdout.
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if sys.stdout is None:
        print("nlp-tui: Standard output is closed: there is nowhere to write to.", file=sys.stderr)
        return False
    return True


def _drop_output() -> None:
    """Forget what was not written: Python would try again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _speak_utf8(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")
