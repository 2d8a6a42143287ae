"""Words on a warm index: from an arrow key to the places like the token it goes to; and what an index costs."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Mapping
from statistics import median

from core.jobs import IndexJob
from tests.benchmarks.terminal import Terminal, app_command

PLACES = IndexJob("lm").occurrences
TOKENS = ("clever", "plot", "thin", "story", "great", "cast", "wonderful", "music")
F3, RIGHT, LEFT = "\x1bOR", "\x1b[C", "\x1b[D"
MODEL = "m"
MOST_MODELS = 20
ROUNDS = 3
BETWEEN_KEYS = 0.3
_ASKED = re.compile(r"like (\w+) in this sentence")


def index(environment: Mapping[str, str]) -> float:
    """Seconds that the index of the pretrained language models takes, its table and the program's start among them."""
    begun = time.perf_counter()
    command = [*app_command(), "index", "--model", "lm"]
    subprocess.run(command, env=dict(environment), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def key(environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds from an arrow key to the places of the next token: (median, longest). The index must be there.

    Raises TimeoutError where the screen does not show them.
    """
    times = []
    with Terminal(app_command(), environment) as terminal:
        terminal.wait(lambda screen: "Type a sentence" in screen, 60)
        terminal.send(" ".join(TOKENS))
        terminal.settle(3.0)
        terminal.send(F3)
        terminal.wait(lambda screen: "in the eyes of" in screen, 60)
        for _ in range(MOST_MODELS):
            terminal.settle(1.0)
            if "the pretrained language models" in terminal.text:
                break
            terminal.send(MODEL)
        terminal.wait(lambda screen: "the same word elsewhere" in screen and bool(_ASKED.search(screen)), 60)
        for _ in TOKENS:
            terminal.send(LEFT)
            terminal.settle(BETWEEN_KEYS)
        terminal.wait(_shows(TOKENS[0]), 60)
        for round_ in range(ROUNDS + 1):
            for arrow, words in ((RIGHT, TOKENS[1:]), (LEFT, TOKENS[-2::-1])):
                for word in words:
                    pressed = terminal.send(arrow)
                    shown = terminal.wait(_shows(word), 20)
                    if round_:  # the first warms up
                        times.append(shown - pressed)
                    terminal.settle(BETWEEN_KEYS)
    return median(times), max(times)


def _shows(word: str) -> Callable[[str], bool]:
    """Whether the panel is about the word, and the first of the places of the same word is one of it."""

    def shown(screen: str) -> bool:
        asked = _ASKED.search(screen)
        _, _, below = screen.partition("the same word elsewhere")
        first = next((line for line in below.split("\n")[1:2]), "")
        return bool(asked and asked[1] == word and f" {word} " in first)

    return shown
