"""From a key to the screen: the letter in the input line, and every model's answer to the changed sentence."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles

from tests.benchmarks.terminal import Terminal, app_command

START = "The plot is thin but the cast"
TYPED = " is wonderful and moving"
INPUT_LINES = 5
BETWEEN_KEYS = 0.15
TRAIN = ("train", "--era", "ulmfit", "--labels", "2000", "--epochs", "50", "--json")


@dataclass
class Times:
    """Seconds from each key to all answers, and to the letter itself."""

    answers: list[float] = field(default_factory=list)
    echoes: list[float] = field(default_factory=list)

    @property
    def median(self) -> tuple[float, float]:
        """The median of (answers, letters)."""
        return median(self.answers), median(self.echoes)

    @property
    def slow(self) -> tuple[float, float]:
        """What 95 of 100 keys keep below: (answers, letters)."""
        return quantiles(self.answers, n=20)[-1], quantiles(self.echoes, n=20)[-1]


def measure(environment: Mapping[str, str]) -> Times:
    """Type and delete one word after another.

    A row shows the tokens of the answer it has, so the answers are there once every row that answers shows the new
    last token. Raises TimeoutError where no model answers.
    """
    times = Times()
    with Terminal(app_command(), environment) as terminal:
        terminal.wait(lambda screen: "Type a sentence" in screen, 60)
        terminal.send(START)
        terminal.wait(lambda screen: _rows(screen, START) > 0, 60)
        terminal.settle(5.0)
        rows = _rows(terminal.text, START)
        sentences = [START + TYPED[:end] for end in range(1, len(TYPED) + 1)]
        for before, sentence in zip([START, *sentences], [*sentences, *reversed(sentences[:-1])], strict=False):
            key = sentence[-1] if len(sentence) > len(before) else "\x7f"
            pressed = terminal.send(key)
            if sentence.endswith(" ") or before.endswith(" "):
                terminal.settle(BETWEEN_KEYS)
                continue
            times.echoes.append(terminal.wait(_echoed(sentence), 10) - pressed)
            times.answers.append(terminal.wait(_answered(sentence, rows), 10) - pressed)
            terminal.settle(BETWEEN_KEYS)
    return times


@contextmanager
def training(environment: Mapping[str, str]) -> Iterator[None]:
    """While a run trains beside the app; it is stopped at the end."""
    tui = [sys.executable, "-P", "-m", "tui"]
    with subprocess.Popen(
        [*tui, *TRAIN], env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as follower:
        assert follower.stdout is not None
        event = next(each for each in map(json.loads, follower.stdout) if each.get("phase") == "train")
        try:
            yield
        finally:
            stop = [*tui, "stop", str(event["run"])]
            subprocess.run(stop, env=dict(environment), capture_output=True, check=False)
            follower.stdout.read()


def _echoed(sentence: str) -> Callable[[str], bool]:
    pattern = re.compile(re.escape(sentence) + r"(?!\w)")
    return lambda screen: any(pattern.search(line) for line in screen.split("\n")[:INPUT_LINES])


def _answered(sentence: str, rows: int) -> Callable[[str], bool]:
    return lambda screen: _rows(screen, sentence) >= rows


def _rows(screen: str, sentence: str) -> int:
    """How many lines below the input show the sentence's last two tokens as its last."""
    scrollbar = r"\s*[▁▂▃▄▅▆▇█]?\s*$"
    tokens = re.compile(r"\b" + r"\s+".join(sentence.lower().split()[-2:]) + scrollbar)
    return sum(bool(tokens.search(line)) for line in screen.split("\n")[INPUT_LINES:])
