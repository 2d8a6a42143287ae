"""From a key to the screen: the letter in the input line, and every model's answer to the changed sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from statistics import median

from tests.benchmarks.terminal import Terminal, app_command

START = "The plot is thin but the cast"
TYPED = " is wonderful and moving"
INPUT_LINES = 5
BETWEEN_KEYS = 0.15


def measure(environment: Mapping[str, str]) -> tuple[float, float]:
    """Median seconds from a key to (all answers, the letter itself), typing and deleting one word after another.

    A row shows the tokens of the answer it has, so the answers are there once every row that answers shows the new
    last token. Raises TimeoutError where no model answers.
    """
    answers, echoes = [], []
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
            echoes.append(terminal.wait(_echoed(sentence), 10) - pressed)
            answers.append(terminal.wait(_answered(sentence, rows), 10) - pressed)
            terminal.settle(BETWEEN_KEYS)
    return median(answers), median(echoes)


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
