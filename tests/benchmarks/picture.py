"""The lecture's picture when an era is switched: what it takes to compute and draw, and from the key to the screen."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median

import torch

from core import api
from core.catalog.models import Catalog
from core.drawing.lecture import Frame, Known, draw
from core.eras.table import BY_ID
from core.service.session import Session
from core.storage.paths import Home
from tests.benchmarks.terminal import Terminal, app_command

SENTENCE = (
    "The plot is not thin at all, and the cast, which nobody had heard of, is far more than wonderful throughout."
)
ROUNDS = 9
F8, DOWN, UP = "\x1b[19~", "\x1b[B", "\x1b[A"


def compute() -> Iterator[tuple[str, float, float]]:
    """Each shipped era with the median seconds of processor time of (its picture, its answer)."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Catalog(Home(store=Path(folder) / "store", runs=Path(folder) / "runs")))
        for era in BY_ID.values():
            if session.catalog.for_era(era.id) is None:
                continue
            session.load(era.id)

            def picture() -> None:
                states = session.picture(api.ReadStates(SENTENCE, era.id))  # noqa: B023 - called here
                assert isinstance(states, api.StateList)
                answer = api.decode_answer(api.encode(1, states))[1]
                assert isinstance(answer, api.StateList)
                draw(Known(era, answer), Frame())  # noqa: B023 - called here

            yield era.id, _median(picture), _median(lambda: session.predict([SENTENCE], era.id))  # noqa: B023


def _median(work: Callable[[], object]) -> float:
    work()  # what is read for the first time is not the rule
    return median(_processor(work) for _ in range(ROUNDS))


def _processor(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def measure(environment: Mapping[str, str]) -> list[float]:
    """Seconds from a key to the answer of the next era's picture, down through all of them and up again, three times.

    Raises TimeoutError where a picture does not come.
    """
    times = []
    with Terminal(app_command(), environment) as terminal:
        terminal.wait(lambda screen: "Type a sentence" in screen, 60)
        terminal.send(SENTENCE)
        terminal.wait(lambda screen: "running answer" in screen, 60)
        terminal.settle(5.0)
        terminal.send(F8)
        terminal.settle(4.0)
        answers = [_answer(terminal.text)]
        for _ in BY_ID:
            terminal.send(DOWN)
            terminal.settle(4.0)
            answers.append(_answer(terminal.text))
        eras = list(dict.fromkeys(answers))
        way = [*[(DOWN, each) for each in eras[1:]], *[(UP, each) for each in eras[-2::-1]]]
        for key, answer in [*way[len(eras) - 1 :], *way, *way]:
            pressed = terminal.send(key)
            times.append(terminal.wait(_shows(answer), 10) - pressed)
            terminal.settle(0.5)
    return times


def _shows(answer: str) -> Callable[[str], bool]:
    return lambda screen: _answer(screen) == answer


def _answer(screen: str) -> str:
    """The line of the picture that ends with the answer."""
    return next((line.strip() for line in screen.split("\n") if "softmax" in line), "")
