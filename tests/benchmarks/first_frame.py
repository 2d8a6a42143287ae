"""From starting the process to the first frame: our app, and a Textual app that shows one word."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from statistics import median

from tests.benchmarks.terminal import Terminal, app_command

REPETITIONS = 7
MARK = "nothing"
EMPTY = f"""
from textual.app import App
from textual.widgets import Static

class Empty(App[None]):
    def compose(self):
        yield Static({MARK!r})

Empty().run()
"""


def measure(environment: Mapping[str, str]) -> tuple[float, float]:
    """Median seconds (our app, the empty app), taken in turns so that both see the same machine."""
    ours, empty = [], []
    for _ in range(REPETITIONS):
        ours.append(_seconds(app_command(), "Type a sentence", environment))
        empty.append(_seconds([sys.executable, "-P", "-c", EMPTY], MARK, environment))
    return median(ours), median(empty)


def _seconds(command: list[str], mark: str, environment: Mapping[str, str]) -> float:
    with Terminal(command, environment) as terminal:
        return terminal.wait(lambda screen: mark in screen, 60) - terminal.started
