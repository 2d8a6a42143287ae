"""The memory that the engine holds, with every model and searched indexes, what of it is mapped; and the app's own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core import api
from core.catalog.models import Catalog
from core.eras.table import BY_ID
from core.storage.paths import Home
from tests.benchmarks.talk import Talk, held
from tests.benchmarks.terminal import Terminal, app_command
from tui.widgets.words.stand_in import SMALL

SENTENCE = "The plot is thin but the cast is wonderful."
FULL = ("lm", "mlm")
"""Models whose full index is searched, too."""
PATIENCE = 300.0


@dataclass(frozen=True)
class Held:
    """MB of resident memory: the most so far, now, and of that what is mapped from files, which a system takes back."""

    what: str
    most: float
    now: float
    mapped: float


def measure(environment: Mapping[str, str]) -> Iterator[Held]:
    """The engine, having answered more and more questions; then the app beside its own engine."""
    home = Path(environment["NLP_TUI_HOME"])
    catalog = Catalog(Home(store=home / "store", runs=home / "runs"))
    models = tuple(era for era in BY_ID if catalog.for_era(era) is not None)
    _index("lm", environment, "--occurrences", str(SMALL))
    with Talk(environment) as talk:
        for question in (api.Predict(SENTENCE, models), api.PredictPrefixes(SENTENCE, models)):
            talk.ask(question)
        yield _describe(f"engine with {len(models)} models", talk.process)
        _search(talk, "lm")
        yield _describe("  and the small index of lm", talk.process)
        places = api.Place("like", "I like this film."), api.Place("like", "It looks like a video game.")
        for model in api.SIDE_BY_SIDE:
            talk.ask(api.CompareEra(model, *places))
        yield _describe("  and Compare with every era", talk.process)
    for model in FULL:
        _index(model, environment)
    with Talk(environment) as talk:
        talk.ask(api.Predict(SENTENCE, models))
        for model in FULL:
            _search(talk, model)
        yield _describe(f"engine, full indexes of {' and '.join(FULL)}", talk.process)
    with Terminal(app_command(), environment) as terminal:
        terminal.wait(lambda screen: "ready" in screen, PATIENCE)
        terminal.send(SENTENCE)
        terminal.settle(5.0)
        yield _describe("the app itself", terminal.process)


def _index(model: str, environment: Mapping[str, str], *options: str) -> None:
    command = [*app_command(), "index", "--model", model, *options]
    subprocess.run(command, env=dict(environment), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _search(talk: Talk, model: str) -> None:
    for word in ("plot", "cast"):
        talk.ask(api.Neighbors(word, model, "contextual", SENTENCE))


def _describe(what: str, process: int) -> Held:
    found = held(process)
    return Held(what, found["VmHWM"], found["VmRSS"], found["RssFile"] + found["RssShmem"])
