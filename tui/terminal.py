"""The app does not outlive the terminal that it draws on."""

from __future__ import annotations

import errno
import os
import sys
import threading
import time

LOOK_SECONDS = 2.0


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


def watch() -> None:
    """From now on, end this process soon after its terminal is gone.

    Looked at by a thread: what draws waits for ever for a terminal that takes nothing, and with it all that is done in
    between. Runs go on without the app, the engine ends with its input, and nothing else is left to save.
    """
    threading.Thread(target=_watch, name="terminal", daemon=True).start()


def _watch() -> None:
    while not gone():
        time.sleep(LOOK_SECONDS)
    os._exit(0)
