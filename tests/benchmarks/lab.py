"""The prompt lab: from a key in the template to its answer on the screen, and what the engine computes for one."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

import torch

from core import api
from core.catalog.models import Catalog
from core.data.batches import pad
from core.data.text import words
from core.eras.table import ERAS
from core.service.session import Session
from core.storage.paths import Home
from tests.benchmarks.terminal import Terminal, app_command

SENTENCE = "The plot is thin but the cast is wonderful."
BEFORE, AFTER = "{text} . it was ", "___"
TYPED = "so very much"
MODEL = "prompt"
BETWEEN_KEYS = 0.2
ROUNDS = 5
DOWN, LEFT, CTRL_T = "\x1b[B", "\x1b[D", "\x14"


def measure(environment: Mapping[str, str]) -> tuple[float, float]:
    """Median seconds from a key in the template to (its answer, the letter itself), typing and deleting words.

    Raises TimeoutError where the lab does not open or answer.
    """
    answers, echoes = [], []
    with Terminal(app_command(), environment) as terminal:
        terminal.wait(lambda screen: "Type a sentence" in screen, 60)
        terminal.send(SENTENCE)
        terminal.wait(lambda screen: re.search(rf"{MODEL} .*%", screen) is not None, 60)
        terminal.settle(5.0)
        for _ in ERAS:
            terminal.send(DOWN)
            terminal.settle(0.5)
            if "^t" in terminal.text:  # the key of a row that asks
                break
        terminal.send(CTRL_T)
        terminal.wait(lambda screen: "likeliest at the blank" in screen, 20)
        terminal.send(LEFT * len(AFTER))
        terminal.settle(2.0)
        typed = [TYPED[:end] for end in range(len(TYPED) + 1)]
        for before, now in zip([*typed, *reversed(typed)], [*typed[1:], *reversed(typed[:-1])], strict=False):
            pressed = terminal.send(now[-1] if len(now) > len(before) else "\x7f")
            if now.endswith(" ") or before.endswith(" ") or not now:
                terminal.settle(BETWEEN_KEYS)
                continue
            echoes.append(terminal.wait(_echoed(now), 10) - pressed)
            answers.append(terminal.wait(_answered(now), 10) - pressed)
            terminal.settle(BETWEEN_KEYS)
    return median(answers), median(echoes)


def compute() -> tuple[float, float]:
    """Median seconds of processor time that (an answer of the lab, reading the sentence in both directions) takes.

    Each key is a template that was not there before.
    """
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Catalog(Home(store=Path(folder) / "store", runs=Path(folder) / "runs")))
        classifier = session.load(MODEL).classifier
        usual = session.ask_prompt(api.AskPrompt(SENTENCE, MODEL)).templates
        batch = pad([classifier.encode(words(SENTENCE))])
        asked, read = list[float](), list[float]()
        for number in range(ROUNDS * len(TYPED)):
            own = f"{BEFORE}{TYPED[: 1 + number % len(TYPED)]} {number} {AFTER}"
            question = api.AskPrompt(SENTENCE, MODEL, (*(each.template for each in usual), own))
            asked.append(_processor(lambda: session.ask_prompt(question)))  # noqa: B023 - called here
            with torch.inference_mode():
                read.append(_processor(lambda: classifier.model.states(*batch)))
    return median(asked), median(read)


def _processor(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _echoed(typed: str) -> Callable[[str], bool]:
    return lambda screen: any(
        line.lstrip().startswith("template") and BEFORE + typed + AFTER in line for line in screen.split("\n")
    )


def _answered(typed: str) -> Callable[[str], bool]:
    line = re.compile(re.escape(f"→ {BEFORE}{typed}{AFTER}") + r"\s.* \d+ %")
    return lambda screen: line.search(screen) is not None
