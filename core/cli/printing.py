"""What the verbs print: data on stdout, narration and progress on stderr, outside text never raw."""

from __future__ import annotations

import json
import shutil
import sys
import time
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.visible import one_line

_PLAIN_EVERY = 5.0
_DRAWN_EVERY = 0.1


def emit(record: Mapping[str, Any]) -> None:
    """One JSON object as a line of data; ASCII, so that nothing in it acts on a terminal. NaN becomes null."""
    print(json.dumps(_finite(record), ensure_ascii=True, allow_nan=False))


def say(text: str) -> None:
    """Narration, on stderr."""
    print(one_line(text), file=sys.stderr, flush=True)


def complain(message: str, hint: str = "") -> None:
    """What went wrong in one sentence, and what to do about it in another."""
    say(f"nlp-tui: {message}")
    if hint:
        say(hint)


def table(rows: Iterable[Sequence[str]], header: Sequence[str] = (), right: Sequence[int] = ()) -> str:
    """The rows in aligned columns, two spaces apart; the columns in `right` are aligned right."""
    lines = [[one_line(cell) for cell in row] for row in ([header] if header else []) + list(rows)]
    if not lines:
        return ""
    widths = [max(_width(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join(
        "  ".join(_pad(cell, widths[i], i in right) for i, cell in enumerate(line)).rstrip() for line in lines
    )


def bar(share: float, cells: int = 20) -> str:
    """A bar of that many cells, filled to that share in eighths of a cell."""
    eighths = round(min(max(share, 0.0), 1.0) * cells * 8)
    full, part = divmod(eighths, 8)
    return ("█" * full + (" ▏▎▍▌▋▊▉"[part] if part else "")).ljust(cells)


class ProgressLine:
    """A line on stderr: redrawn in place on a terminal, a plain line every few seconds elsewhere."""

    def __init__(self) -> None:
        self._redraws = sys.stderr.isatty()
        self._next = 0.0
        self._last = ""
        self._shown = False

    def show(self, text: str, now: bool = False) -> None:
        """Show the text if it is time to, or `now`."""
        clock = time.monotonic()
        if text == self._last or not (now or clock >= self._next):
            return
        self._next = clock + (_DRAWN_EVERY if self._redraws else _PLAIN_EVERY)
        self._last = text
        if self._redraws:
            line = _cut(one_line(text), shutil.get_terminal_size().columns - 1)
            print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)
            self._shown = True
        else:
            say(text)

    def clear(self) -> None:
        """Take the line away, before something else is said."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._shown, self._last, self._next = False, "", 0.0


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def _width(text: str) -> int:
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cut(text: str, cells: int) -> str:
    while text and _width(text) > cells:
        text = text[:-1]
    return text


def _pad(text: str, cells: int, right: bool) -> str:
    space = " " * (cells - _width(text))
    return space + text if right else text + space
