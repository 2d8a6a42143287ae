"""Sentences that come in through a pipe: `echo ... | nlp-tui` opens on them, and the keyboard stays the terminal's."""

from __future__ import annotations

import os
import sys

LIMIT = 1_000_000
"""Bytes that are read."""
TERMINAL = "/dev/tty"


def take_over() -> list[str] | None:
    """The lines of standard input that are not blank; standard input is the terminal from then on.

    None where there is no terminal to go on with: nothing is read then.
    """
    try:
        terminal = os.open(TERMINAL, os.O_RDWR)
    except OSError:
        return None
    text = sys.stdin.buffer.read(LIMIT).decode("utf-8", "replace")
    os.dup2(terminal, sys.stdin.fileno())
    os.close(terminal)
    return [line for line in text.splitlines() if line.strip()]
