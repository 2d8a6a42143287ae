"""Which model is asked in Words: the app's model, or, in its place, something that is only pretrained."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from core.catalog.language_models import MASKED
from core.eras.table import Reads
from core.machine.extras import MINILM
from tui.host import HostApp
from tui.model_comparison import ComparedModel

PRETRAINED = {
    "lm": ("lm", "the pretrained language models"),
    "lm:forward": ("lm forward", "the forward language model alone"),
    "lm:backward": ("lm backward", "the backward language model alone"),
    MASKED: ("mlm", "the transformer that guesses masked words, before any label"),
    MINILM: ("minilm", "the pretrained transformer, before it is tuned"),
    "vectors:word2vec": ("word2vec vectors", "pretrained, no task"),
}
"""What can be asked although no classifier stands on it: what it is called, and what it is."""


@dataclass(frozen=True)
class AskableModel:
    """A model to ask about words. `key` is that of its line in the comparison, empty where it is only pretrained."""

    spec: str
    key: str
    name: str
    title: str
    year: str = ""
    labels: tuple[str, ...] = ()
    reads_sentences: bool = True
    """Whether its states at a place say more than what the labels taught them."""


class WordModelChoice:
    """Follows the app's model. `pretrained` is what can be asked beside the eras' models."""

    def __init__(self, app: HostApp) -> None:
        self._app = app
        self._pretrained_spec = ""
        self.pretrained: list[AskableModel] = []

    @property
    def only_pretrained(self) -> bool:
        """Whether something that is only pretrained is asked."""
        return bool(self._pretrained_spec)

    @property
    def compared(self) -> ComparedModel | None:
        """The app's model's line of the comparison."""
        return next((line for line in self._app.comparison if line.key == self._app.current_model), None)

    @property
    def model(self) -> AskableModel | None:
        """Which is asked; None where the app's model is not there."""
        if self._pretrained_spec:
            return next((model for model in self.pretrained if model.spec == self._pretrained_spec), None)
        return make_askable(self.compared) if self.compared else None

    @property
    def classifier(self) -> AskableModel | None:
        """The classifier whose tokens and colours are shown."""
        compared = self.compared
        lines = [compared] if compared and compared.spec else self._app.comparison
        return next((model for line in lines if (model := make_askable(line))), None)

    @property
    def models(self) -> list[AskableModel]:
        """All that can answer: the eras' and added models, then what is only pretrained."""
        return [*list_askable(self._app.comparison), *self.pretrained]

    async def look_for_pretrained(self) -> None:
        """Find out what is pretrained; the store is read off the event loop."""
        catalog = self._app.catalog
        directions = await asyncio.to_thread(catalog.language_models)
        vectors = await asyncio.to_thread(catalog.vectors)
        transformers = await asyncio.to_thread(catalog.transformers)
        self.pretrained = list_pretrained(directions, vectors, transformers)

    def follow_app(self) -> None:
        """Ask the app's model again."""
        self._pretrained_spec = ""

    def choose_next(self, step: int) -> AskableModel | None:
        """The next that can answer: the eras' and added models, then what is only pretrained; None where none can."""
        models = self.models
        if not models:
            return None
        here = next((n for n, each in enumerate(models) if each == self.model), -min(step, 0) - 1)
        return self.choose(models[(here + step) % len(models)])

    def choose(self, chosen: AskableModel) -> AskableModel:
        """That one, one of `models`."""
        self._pretrained_spec = "" if chosen.key else chosen.spec
        return chosen


def make_askable(line: ComparedModel) -> AskableModel | None:
    """A line of the comparison as a model to ask; None where it has no model."""
    if line.entry is None:
        return None
    title = "" if line.is_added else line.era.title
    return AskableModel(line.entry.spec, line.key, line.name, title, str(line.era.year), tuple(line.entry.labels),
                         line.era.reads_sentences)  # fmt: skip


def list_askable(comparison: Iterable[ComparedModel]) -> list[AskableModel]:
    """What there is to ask among them; what only counts words has neither vectors nor states to look at."""
    lines = (line for line in comparison if line.era.reads is not Reads.NGRAMS)
    return [model for line in lines if (model := make_askable(line)) is not None]


def list_pretrained(directions: Iterable[str], vectors: bool, transformers: Iterable[str] = ()) -> list[AskableModel]:
    """What there is that no classifier has touched."""
    there = set(directions)
    specs = ["lm"] if len(there) > 1 else []
    specs += [f"lm:{direction}" for direction in ("forward", "backward") if direction in there]
    specs += [spec for spec in transformers if spec in PRETRAINED]
    found = [AskableModel(spec, "", *PRETRAINED[spec]) for spec in specs]
    vector_spec = "vectors:word2vec"
    return found + [AskableModel(vector_spec, "", *PRETRAINED[vector_spec], reads_sentences=False)] * vectors
