"""What is typed or piped in, as text: arguments and the lines of standard input, whatever bytes they hold."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from core.errors import UserError


def lines() -> Iterator[str]:
    """The lines of standard input; bytes that are no UTF-8 are replaced. Raises UserError where it is closed."""
    if sys.stdin is None:
        raise UserError(
            "Standard input is closed: there is nothing to read.", "Give the text as an argument, or a pipe."
        )
    return (line.decode("utf-8", errors="replace").rstrip("\r\n").removeprefix("\ufeff") for line in sys.stdin.buffer)


def word_lines() -> Iterator[tuple[str, str | None]]:
    """The lines of standard input as word<TAB>sentence, or a word alone."""
    for line in lines():
        if line.strip():
            word, tab, sentence = line.partition("\t")
            yield word, sentence if tab else None


def text_of(argument: str) -> str:
    """An argument as text: bytes that were no UTF-8 are replaced."""
    return argument.encode("utf-8", errors="surrogateescape").decode("utf-8", errors="replace")
