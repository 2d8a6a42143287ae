"""What the verbs print: data on stdout, narration on stderr, outside text never raw."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.floats import finite
from core.visible import one_line

_UNLIMITED = 1_000_000


def emit(record: Mapping[str, Any]) -> None:
    """One JSON object as a line of data; ASCII, so that nothing in it acts on a terminal. NaN becomes null."""
    print(json.dumps(finite(record), ensure_ascii=True, allow_nan=False))


def say(text: str) -> None:
    """Narration, on stderr."""
    print(one_line(text), file=sys.stderr, flush=True)


def complain(message: str, hint: str = "") -> None:
    """What went wrong in one sentence, and what to do about it in another."""
    say(f"nlp-tui: {message}")
    if hint:
        say(hint)


def table(rows: Iterable[Sequence[str]], header: Sequence[str] = (), right: Sequence[int] = ()) -> str:
    """The rows in aligned columns, two spaces apart; the columns in `right` are aligned right.

    On a terminal the header is bold. A row is a line everywhere, however long: what is cut or folded cannot be copied.
    """
    # Here, because what `--help` and `--json` need is there at once.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    lines = list(rows)
    if not (lines or header):
        return ""
    shown = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=bool(header), header_style="bold")
    for place, name in enumerate(header or [""] * len(lines[0])):
        shown.add_column(Text(one_line(name)), justify="right" if place in right else "left")
    for line in lines:
        shown.add_row(*(Text(one_line(cell)) for cell in line))
    console = Console(width=_UNLIMITED, force_terminal=sys.stdout.isatty())
    with console.capture() as printed:
        console.print(shown)
    return "\n".join(line.rstrip() for line in printed.get().splitlines())


def bar(share: float, cells: int = 20) -> str:
    """A bar of that many cells, filled to that share in eighths of a cell."""
    eighths = round(min(max(share, 0.0), 1.0) * cells * 8)
    full, part = divmod(eighths, 8)
    return ("█" * full + (" ▏▎▍▌▋▊▉"[part] if part else "")).ljust(cells)
