"""Which language model reads or writes for a name: `lm`, `mlm`, or a classifier that stands on language models."""

from __future__ import annotations

from collections.abc import Mapping

from core.catalog.language_models import MASKED
from core.catalog.language_models import SPEC as LANGUAGE_MODEL
from core.catalog.models import Catalog, ModelError
from core.machine.extras import MINILM, NoExtra
from core.models.frozen_language_model import FrozenLanguageModel
from core.pretrained import masked_encoder
from core.pretrained.encoder import NoEncoder
from core.words.layers import LanguageModelLayers
from core.words.surprisal import MaskedReader, Reader, RecurrentReader
from core.words.word_models import VECTORS, WordModels
from core.words.writing import Writer

READS_MASKED = "masked"
"""What is called the direction of a model that reads both sides."""
ASK = f"Ask {LANGUAGE_MODEL}, {LANGUAGE_MODEL}:backward, {MASKED}, or a model that stands on language models (elmo)."


class Voices:
    """Finds language models, and keeps those it has made ready."""

    def __init__(self, word_models: WordModels, catalog: Catalog) -> None:
        self._word_models, self._catalog = word_models, catalog
        self._writers: dict[str, Writer] = {}
        self._masked: dict[str, MaskedReader] = {}

    def forget(self) -> None:
        """Names may mean other models now."""
        self._writers.clear()
        self._masked.clear()

    def directions(self, spec: str) -> tuple[str, ...]:
        """The directions that the model of that name reads in. Raises ModelError where it is no language model."""
        return (READS_MASKED,) if self._is_masked(spec) else tuple(self._recurrent(spec))

    def reader(self, spec: str, direction: str) -> Reader:
        """What reads for that name in one of its directions. Raises ModelError."""
        there = self.directions(spec)
        if direction not in there:
            raise ModelError(f"The model {spec!r} does not read {direction}.", f"It reads {' or '.join(there)}.")
        if direction != READS_MASKED:
            return RecurrentReader(self._recurrent(spec)[direction])
        if spec not in self._masked:
            self._masked[spec] = self._read_masked(spec)
        return self._masked[spec]

    def writer(self, spec: str) -> Writer:
        """What writes on for that name. Raises ModelError where nothing of it reads forward."""
        if spec not in self._writers:
            found = {} if self._is_masked(spec) else self._recurrent(spec)
            if "forward" not in found:
                raise ModelError(
                    f"The model {spec!r} does not write on: only a forward language model knows what comes next.",
                    f"Ask {LANGUAGE_MODEL}, or a model that stands on a forward one (elmo).",
                )
            self._writers[spec] = Writer(found["forward"])
        return self._writers[spec]

    def _is_masked(self, spec: str) -> bool:
        name = spec.partition(":")[0]
        if name in (MINILM, VECTORS):
            raise ModelError(f"The model {spec!r} is no language model: it guesses no words.", ASK)
        if name in (LANGUAGE_MODEL, MASKED):
            return name == MASKED
        encoder = self._catalog.resolve(spec).info.encoder
        return encoder is not None and masked_encoder.is_named(encoder.name)

    def _recurrent(self, spec: str) -> Mapping[str, FrozenLanguageModel]:
        """The language models of a name, one a direction. Raises ModelError where there is none."""
        if spec.partition(":")[0] == LANGUAGE_MODEL:
            layers = self._word_models.get(spec).hidden
        else:
            keys = self._catalog.resolve(spec).info.language_models
            if not keys:
                raise ModelError(f"The model {spec!r} has no language model of its own.", ASK)
            layers = self._word_models.read_language_models(dict(keys))
        if not isinstance(layers, LanguageModelLayers):
            raise ModelError(f"The language models that {spec!r} stands on are not here.", "Train it again.")
        return layers.models

    def _read_masked(self, spec: str) -> MaskedReader:
        store = self._word_models.store
        try:
            if masked_encoder.is_named(spec):
                found = masked_encoder.find(store, spec)
            else:
                encoder = self._catalog.resolve(spec).info.encoder
                assert encoder is not None
                found = masked_encoder.find(store, f"{MASKED}:{encoder.key}")
        except (NoExtra, NoEncoder) as error:
            raise ModelError(error.message, error.hint) from error
        return MaskedReader(found.model(), found.encoder.lexicon())
