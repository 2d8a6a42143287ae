"""The one door to trained models: predict, running probabilities, neighbours, vectors."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import api
from core.api.explanations import ExplainAnswer, ExplainQuestion
from core.api.pictures import PictureAnswer, PictureQuestion
from core.api.words import WordAnswer, WordQuestion
from core.catalog.models import Catalog, ModelEntry, ModelError
from core.data.text import Token, tokenize
from core.eras.prompts import read_answers
from core.evaluation.errors import ErrorReader
from core.evaluation.split_reading import Told
from core.explain import answers as explanations
from core.explain.parameters import read_parameters
from core.explain.states import read_states, read_steps
from core.machine.extras import NoExtra
from core.pretrained import classifier
from core.pretrained.classifier import Classifier
from core.pretrained.encoder import NoEncoder
from core.service.asking import ask as ask_prompt
from core.service.asking import reword
from core.storage.paths import ASSETS
from core.storage.store import Store
from core.words.mentions import find_mention
from core.words.questions import answer
from core.words.questions.compare import compare_places
from core.words.questions.neighbors import find_neighbors
from core.words.sources import Sources
from core.words.target import Target, resolve_vectors
from core.words.word_models import WordError, WordModels

__all__ = ["RUNNING_TOKENS", "Loaded", "Session", "WordError"]

RUNNING_TOKENS = 64
BATCH = 32
"""Texts at once: with 256 the states leave the processor's cache, and everything takes twice as long."""


Stamp = tuple[tuple[str, int, int], ...]
"""What tells whether a folder was written again: its files' names, sizes and times."""


@dataclass
class Loaded:
    """A model in memory."""

    entry: ModelEntry
    classifier: Classifier


class Session:
    """Loads models once and answers questions about them. Not for use from several threads at a time."""

    def __init__(self, catalog: Catalog | None = None) -> None:
        self.catalog = catalog or Catalog()
        self._store = Store(self.catalog.home.store, ASSETS / "models")
        self._by_spec: dict[str, Loaded] = {}
        self._by_path: dict[Path, tuple[Stamp, Loaded]] = {}
        self.word_models = WordModels(self._store, self._entry_and_model)
        self._sources = Sources(self.word_models, self.catalog)
        self._errors = ErrorReader(self._store, self._entry_and_model)

    def rescan(self) -> None:
        """Look again at what models there are; those in memory are kept for the names that still mean them."""
        self.catalog.scan()
        self._by_spec.clear()
        self._sources.forget()

    def load(self, spec: str) -> Loaded:
        """The model named by `spec`, in memory. Raises ModelError in plain words."""
        if spec in self._by_spec:
            return self._by_spec[spec]
        entry = self.catalog.resolve(spec)
        stamp = _stamp(entry.path)
        written, loaded = self._by_path.get(entry.path, ((), None))
        if loaded is None or written != stamp:
            try:
                loaded = Loaded(entry, replace(classifier.load(entry.path, self._store), temperature=entry.temperature))
            except (NoExtra, NoEncoder) as error:
                raise ModelError(error.message, error.hint) from error
            except (OSError, KeyError, ValueError, RuntimeError) as error:
                raise ModelError(
                    f"The model {spec!r} cannot be read: {error}", "Train it again, or remove it."
                ) from error
            self._by_path[entry.path] = stamp, loaded
        # One model may have several names, and what is known of it depends on the name: only a run has kept its epochs.
        self._by_spec[spec] = Loaded(entry, loaded.classifier)
        return self._by_spec[spec]

    def holds(self, spec: str) -> bool:
        """Whether the model named by `spec` is in memory."""
        return spec in self._by_spec

    def predict(self, texts: Sequence[str], spec: str) -> list[api.Predicted]:
        """One answer a text, in order. Alone or in a batch a text gets the same answer to 1e-5."""
        loaded = self.load(spec)
        tokens = [tokenize(text) for text in texts]
        ids = [loaded.classifier.encode([token.text for token in row]) for row in tokens]
        order = sorted(range(len(texts)), key=lambda row: len(ids[row]))
        answers: dict[int, api.Predicted] = {}
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            began = time.perf_counter()
            probabilities = loaded.classifier.probabilities([ids[row] for row in rows]).tolist()
            milliseconds = (time.perf_counter() - began) * 1000 / len(rows)
            for row, values in zip(rows, probabilities, strict=True):
                answers[row] = self._answer(loaded, spec, tokens[row], values, milliseconds)
        return [answers[row] for row in range(len(texts))]

    def run(self, text: str, spec: str) -> api.Predicted:
        """The answer to one text with the running probabilities after each of its first 64 tokens."""
        loaded = self.load(spec)
        began = time.perf_counter()
        tokens = tokenize(text)
        words = [token.text for token in tokens]
        final = loaded.classifier.probabilities([loaded.classifier.encode(words)])[0].tolist()
        running = loaded.classifier.running(words[:RUNNING_TOKENS]).tolist()
        milliseconds = (time.perf_counter() - began) * 1000
        return self._answer(loaded, spec, tokens, final, milliseconds, tuple(tuple(row) for row in running))

    def reword(self, spec: str, templates: Sequence[str], answers: Mapping[str, Sequence[str]]) -> None:
        """From now on ask the model named by `spec` with other templates or answer words, where they are given.

        Raises ModelError, and PromptError for a model that is not asked, or cannot be asked so.
        """
        loaded = self.load(spec)
        self._by_spec[spec] = Loaded(loaded.entry, reword(loaded.classifier, templates, answers))

    def ask_prompt(self, question: api.AskPrompt) -> api.Prompted:
        """How a prompted model comes to its answer. Raises ModelError and PromptError."""
        loaded = self.load(question.model)
        answers = read_answers(question.answers) if question.answers.strip() else {}
        asked = reword(loaded.classifier, question.templates, answers)
        return ask_prompt(asked, question, loaded.entry.label_budget)

    def explain(self, question: ExplainQuestion) -> ExplainAnswer:
        """Why a model answers as it does. Raises ModelError, NoAttribution or NoAttention."""
        return explanations.answer(question, lambda spec: self.load(spec).classifier)

    def picture(self, question: PictureQuestion) -> PictureAnswer:
        """What a model is, or makes of a text, as it is drawn. Raises ModelError."""
        model = self.load(question.model).classifier
        if isinstance(question, api.ReadStates):
            return read_states(model, question)
        if isinstance(question, api.ReadSteps):
            return read_steps(model, question)
        return read_parameters(model, question, self._store)

    def read_errors(self, question: api.ReadErrors, told: Told) -> api.ErrorList:
        """What a model gets wrong of a split of its own data; `told` how far the reading is, and ends it by raising.

        Raises ModelError, NoTexts, OtherTexts and StoreError.
        """
        return self._errors.read(question, told)

    def ask(self, question: WordQuestion) -> WordAnswer:
        """The answer to a question about words. Raises ModelError, WordError or ExportError."""
        return answer(question, self._sources)

    def neighbors(self, question: api.Neighbors) -> api.NeighborList:
        """Static or contextual neighbours. Raises ModelError or WordError."""
        return find_neighbors(question, self._sources)

    def compare(self, question: api.Compare, measure: bool = False) -> api.Compared:
        """How alike two places are; `measure`: also without an index, which takes seconds. Raises as `ask` does."""
        return compare_places(question, self._sources, measure)

    def vector(
        self,
        word: str,
        spec: str,
        sentence: str | None = None,
        occurrence: int = 1,
        layer: str = "",
        vectors: str = "",
    ) -> NDArray[np.float32]:
        """The word's row of C, (d,), or with a sentence its state there, (width,); of a phrase the mean.

        Nothing is taken off. Raises ModelError or WordError.
        """
        word_model = self.word_models.get(spec)
        if sentence is None:
            return word_model.vector(word_model.rows(word)[1])
        mention = find_mention(word, sentence, None, occurrence)
        return Target(resolve_vectors(word_model, layer, vectors), mention).state()

    def _entry_and_model(self, spec: str) -> tuple[ModelEntry, Classifier]:
        loaded = self.load(spec)
        return loaded.entry, loaded.classifier

    def _answer(
        self,
        loaded: Loaded,
        spec: str,
        tokens: Sequence[Token],
        values: Sequence[float],
        milliseconds: float,
        running: tuple[tuple[float, ...], ...] = (),
    ) -> api.Predicted:
        model = loaded.classifier
        best = max(range(len(values)), key=values.__getitem__)
        return api.Predicted(
            model=spec,
            label=model.labels[best],
            probabilities=dict(zip(model.labels, values, strict=True)),
            tokens=tuple(api.Token(t.text, t.start, t.end, model.vocabulary.reads(t.text)) for t in tokens),
            running=running,
            read=model.read([token.text for token in tokens]),
            milliseconds=milliseconds,
        )


def _stamp(folder: Path) -> Stamp:
    """A model that a stopped run kept is written again, in its place, when the run goes on and stops again."""
    try:
        found = [(path.name, path.stat()) for path in sorted(folder.iterdir())]
    except OSError:
        return ()
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in found)
