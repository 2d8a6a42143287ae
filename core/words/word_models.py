"""What words are looked up in: a classifier, language models, or vectors alone, seen in one way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from core.catalog.language_models import DIRECTIONS, MASKED
from core.catalog.language_models import SPEC as LANGUAGE_MODEL
from core.catalog.models import ModelEntry, ModelError
from core.data.lexicon import Lexicon
from core.data.text import tokenize
from core.eras.table import BY_ID
from core.errors import UserError
from core.machine.extras import MINILM, NoExtra
from core.pretrained import language_model as frozen
from core.pretrained import masked_encoder, vectors
from core.pretrained.classifier import Classifier
from core.pretrained.encoder import NoEncoder
from core.storage.store import Store
from core.words import layers
from core.words.centering import Matrix, measure_mean
from core.words.layers import HiddenLayers, LanguageModelLayers
from core.words.vector_space import VectorSpace, spellings

VECTORS = "vectors"
ALONE = "states of pretrained language models"


class WordError(UserError):
    """A word cannot be looked up as asked. `message` and `hint` are for a person."""


@dataclass
class WordModel:
    """One thing to ask about words. `matrix`: (V, d), a row a word of `vocabulary`; `note` says what the rows are.

    `hidden` are its hidden states, None for vectors alone; `entry` is the classifier's; `key` that of the artifact
    whose rows they are, empty where there is none.
    """

    spec: str
    vocabulary: Lexicon
    matrix: Matrix
    note: str
    hidden: HiddenLayers | None = None
    entry: ModelEntry | None = None
    key: str = ""

    @cached_property
    def space(self) -> VectorSpace:
        """The rows of C as a space."""
        return VectorSpace(self.matrix)

    @cached_property
    def mean(self) -> Matrix:
        """The mean of the rows of C, (d,), which `space` takes off."""
        return measure_mean(self.matrix)

    @cached_property
    def listed(self) -> NDArray[np.bool_]:
        """Which rows are words that may be shown, (V,)."""
        return self.vocabulary.whole

    def count(self, word: str) -> int:
        """How often the word stood in the unlabelled text; 0 for an unknown one."""
        return int(self.vocabulary.counts[self.vocabulary.index(word)]) if word in self.vocabulary else 0

    def spellings(self, word: str) -> tuple[str, ...]:
        """Known words spelled most like it."""
        listed = compress(self.vocabulary.words, self.listed)
        return spellings(word, tuple(known for known in listed if any(map(str.isalnum, known))))

    def rows(self, text: str) -> tuple[tuple[str, ...], list[int]]:
        """The words of a word or phrase, and the rows of those that are known; raises WordError where none is."""
        asked = split_phrase(text)
        rows = [row for word in asked if self.vocabulary.reads(word) for row in self.vocabulary.rows(word)]
        if not rows:
            unknown = max(asked, key=len)
            near = ", ".join(self.spellings(unknown))
            hint = f"Nearest spellings: {near}." if near else "No known word is spelled like it."
            raise WordError(f"The model {self.spec!r} does not know the word {unknown!r}.", hint)
        return asked, rows

    def vector(self, rows: list[int]) -> Matrix:
        """The mean of rows of C, (d,): one word's own, or a phrase's."""
        mean: Matrix = self.matrix[rows].mean(axis=0)
        return mean


class WordModels:
    """Loads what is asked about, once. `load` gives a classifier by its spec and raises ModelError."""

    def __init__(self, store: Store, load: Callable[[str], tuple[ModelEntry, Classifier]]) -> None:
        self.store, self._load = store, load
        self._loaded: dict[str, WordModel] = {}
        self._language_model_layers: dict[tuple[tuple[str, str], ...], LanguageModelLayers | None] = {}

    def forget(self) -> None:
        """Names may mean other models now."""
        self._loaded.clear()

    def get(self, spec: str) -> WordModel:
        """The model of that name. Raises ModelError."""
        if spec not in self._loaded:
            name, _, rest = spec.partition(":")
            if name == LANGUAGE_MODEL:
                self._loaded[spec] = self._language_models(spec, rest)
            elif name in (MINILM, MASKED):
                self._loaded[spec] = self._encoder(spec)
            elif name == VECTORS:
                self._loaded[spec] = self._vectors(spec, rest)
            else:
                self._loaded[spec] = self._classifier(spec)
        return self._loaded[spec]

    def read_language_models(self, keys: dict[str, str]) -> LanguageModelLayers | None:
        """The language models of those keys, one a direction, read once; None where one of them is not here."""
        named = tuple(sorted(keys.items()))
        if named not in self._language_model_layers:
            self._language_model_layers[named] = layers.load_language_models(self.store, keys, ALONE)
        return self._language_model_layers[named]

    def _language_models(self, spec: str, direction: str) -> WordModel:
        if direction not in ("", *DIRECTIONS):
            there = ", ".join(f"{LANGUAGE_MODEL}:{direction}" for direction in DIRECTIONS)
            raise ModelError(f"There is no model called {spec!r}.", f"There are {LANGUAGE_MODEL}, {there}.")
        directions = (direction,) if direction else DIRECTIONS
        try:
            found = frozen.find(self.store, directions)
        except frozen.NoLanguageModel as error:
            raise ModelError(error.message, error.hint) from error
        hidden = self.read_language_models({direction: artifact.key for direction, artifact in found.items()})
        assert hidden is not None
        matrix = np.concatenate([model.model.C.detach().numpy() for model in hidden.models.values()], axis=1)
        vocabulary = next(iter(hidden.models.values())).vocabulary
        sides = "[forward; backward] C" if len(directions) == 2 else f"C of the {direction} language model"
        return WordModel(spec, vocabulary, matrix, f"{sides}: pretrained; centred", hidden)

    def _encoder(self, spec: str) -> WordModel:
        try:
            hidden, matrix, lexicon = layers.read_encoder(masked_encoder.named(spec, self.store))
        except (NoExtra, NoEncoder) as error:
            raise ModelError(error.message, error.hint) from error
        return WordModel(spec, lexicon, matrix, "C: wordpieces of the transformer as pretrained; centred", hidden)

    def _vectors(self, spec: str, objective: str) -> WordModel:
        own = [a for a in self.store.all(vectors.KIND) if a.manifest["config"].get("objective") == objective]
        if not own:
            raise ModelError(f"There are no vectors called {spec!r}.", "There may be `vectors:word2vec`.")
        dimensions = sorted({int(a.manifest["config"]["dimension"]) for a in own}, key=lambda d: (d != 128, -d))
        artifact = vectors.find(self.store, objective, dimensions[0])
        found = vectors.load(artifact.path)
        return WordModel(
            spec, found.vocabulary, found.matrix, f"C: {objective}, not tuned; centred", None, None, artifact.key
        )

    def _classifier(self, spec: str) -> WordModel:
        entry, model = self._load(spec)
        keys = entry.info.language_models
        # The untrained twins of a control are looked at like any other: that they say nothing is the point.
        language_models = self.read_language_models(dict(keys)) if keys else None
        hidden = layers.find_layers(model, entry.key or hash_weights(entry), language_models)
        return WordModel(spec, model.vocabulary, model.C.numpy(), describe_rows(entry), hidden, entry, entry.key)


def hash_weights(entry: ModelEntry) -> str:
    """What stands for the key of a model that is not in the store: the sha256 of its weights."""
    return hashlib.sha256((entry.path / "weights.safetensors").read_bytes()).hexdigest()


def split_phrase(text: str) -> tuple[str, ...]:
    """The words of what a person typed as one. Raises WordError where there is none."""
    found = tuple(token.text for token in tokenize(text))
    if not found:
        raise WordError("There is no word in that.", "Type a word.")
    return found


def describe_rows(entry: ModelEntry) -> str:
    """What a classifier's rows of C are."""
    start = BY_ID[entry.era].parameter("C").origin
    tuned = "frozen" if "C" in entry.info.frozen else "then tuned"
    return f"C: {start}, {tuned}; centred"
