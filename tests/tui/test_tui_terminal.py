"""The app does not outlive its terminal."""

from __future__ import annotations

import os
import pty
import signal
import sys
import time
from pathlib import Path

import pytest

DEADLINE = 60.0


@pytest.mark.slow
def test_the_app_ends_with_its_terminal_even_if_no_signal_says_so(own_home: Path) -> None:
    process, master = pty.fork()
    if process == 0:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        environment = {**os.environ, "TERM": "xterm-256color", "NLP_TUI_HOME": str(own_home)}
        os.execve(sys.executable, [sys.executable, "-P", "-m", "tui"], environment)
    deadline = time.monotonic() + DEADLINE
    shown = b""
    while b"tui" not in shown and time.monotonic() < deadline:
        shown += os.read(master, 65536)
    os.close(master)
    ended = 0
    while not ended and time.monotonic() < deadline:
        ended, _ = os.waitpid(process, os.WNOHANG)
        time.sleep(0.05)
    if not ended:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    assert ended == process
