"""Whether the terminal that the app draws on is still there."""

from __future__ import annotations

import errno
import sys


def gone() -> bool:
    """Whether standard input is a terminal that was closed: a window shut, a connection or a multiplexer lost.

    Such a terminal can be read from for ever and gives nothing, which no signal need ever have said.
    """
    try:
        import termios
    except ImportError:  # Windows ends the processes of a console that is closed
        return False
    try:
        termios.tcgetattr(sys.__stdin__.fileno() if sys.__stdin__ else -1)
    except termios.error as error:
        return bool(error.args) and error.args[0] == errno.EIO
    except (OSError, ValueError):
        return False
    return False
