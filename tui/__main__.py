"""The entry of the `nlp-tui` command: alone, with `tour` or `--data`, it opens the app; the rest is core.cli's.

Both sides are imported only when they are wanted, so that `--help` waits for neither torch nor Textual.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from core.runs import RunDirectory

GARBAGE = (5_000, 20, 100)
"""Objects made before the youngest are looked through, and how often the older ones are: what a screen makes stays."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code (0 done, 1 failed, 2 usage, 130 interrupted)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["tour"]:
        return _open_app(on_tour=True)
    if len(arguments) == 2 and arguments[0] == "--data":
        return _open_app(data=arguments[1])
    if arguments:
        from core.cli import main as run_verb

        return run_verb(arguments, show=lambda watched: _open_app(watched=watched))
    return _open_app()


def _open_app(on_tour: bool = False, watched: RunDirectory | Path | None = None, data: str = "") -> int:
    lines: list[str] | None = []
    if sys.stdin is not None and not sys.stdin.isatty() and sys.stdout is not None and sys.stdout.isatty():
        from tui import piped

        lines = piped.take_over()
    seen = (sys.stdin, sys.stdout)
    if lines is None or sys.stderr is None or not all(stream is not None and stream.isatty() for stream in seen):
        print(
            "nlp-tui opens in a terminal, and this is not one. `nlp-tui --help` lists what works here.", file=sys.stderr
        )
        return 2
    if os.environ.get("TERM", "") in ("", "dumb"):
        print(
            "This terminal (TERM is dumb, or not set) cannot draw the app. In one that can, set TERM, as in "
            "TERM=xterm-256color; `nlp-tui --help` lists what works here.",
            file=sys.stderr,
        )
        return 2
    # What is imported by now stays to the end. Looking through it for garbage, while it comes in or later on, would
    # hold up the first frame, and then the keyboard for 50 ms.
    gc.disable()
    from tui import terminal
    from tui.app import NlpTui

    terminal.watch()
    app = NlpTui(sentences=lines, on_tour=on_tour, watched=watched, data=data)
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()
    app.run()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main())
