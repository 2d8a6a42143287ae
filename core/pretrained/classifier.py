"""A classifier as an artifact: model.json (what it is), weights.safetensors, vocabulary.tsv."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from core.catalog.language_models import MASKED
from core.catalog.model_info import ModelInfo, read_info, write_info
from core.data.batches import pad
from core.data.lexicon import Lexicon
from core.errors import UserError
from core.models.frozen_language_model import FrozenLanguageModel
from core.models.protocol import Parts, TextModel
from core.models.registry import class_of
from core.pretrained import language_model as frozen
from core.pretrained import masked_encoder, vectors
from core.pretrained.encoder import Encoder
from core.pretrained.masked_encoder import MaskedEncoder
from core.storage.store import Artifact, Store, default_store
from core.storage.weights import load_compact, save_compact


class NoStates(UserError):
    """The model has neither word vectors nor hidden states. `message` and `hint` are for a person."""

    def __init__(self, era: str) -> None:
        super().__init__(
            f"{era} counts words: it has neither word vectors nor hidden states.",
            "Ask another model.",
        )


@dataclass(frozen=True)
class Classifier:
    """A trained model with what is needed to use it. `labels` are in the order of the logits.

    `temperature` divides the logits before the softmax (Guo et al. 2017): 1 is the model as it was trained. It makes
    answers more or less sure and turns none into another.
    """

    model: TextModel
    vocabulary: Lexicon
    labels: tuple[str, ...]
    max_tokens: int
    info: ModelInfo
    temperature: float = 1.0

    @property
    def C(self) -> Tensor:  # noqa: N802 - the letter of the formula
        """The word vectors, (vocabulary, d). Raises NoStates where there are none."""
        if self.model.C is None:
            raise NoStates(self.info.era)
        return self.model.C.weight

    def encode(self, words: Sequence[str]) -> list[int]:
        """Word numbers of the part of a text that the model reads."""
        return self.vocabulary.encode(words[: self.max_tokens])

    def read(self, words: Sequence[str]) -> int:
        """How many of a text's words the model reads."""
        return self.vocabulary.fits(words[: self.max_tokens])

    @torch.inference_mode()
    def logits(self, texts: list[list[int]]) -> Tensor:
        """(texts, classes): what the softmax is taken of."""
        return self.model(*pad(texts))

    def soften(self, logits: Tensor) -> Tensor:
        """(…, classes): the probabilities of logits, (…, classes): the one softmax of all that is shown."""
        return (logits / self.temperature).softmax(dim=-1)

    @torch.inference_mode()
    def probabilities(self, texts: list[list[int]]) -> Tensor:
        """(texts, classes): the softmax of each text's logits, at the model's temperature."""
        return self.soften(self.logits(texts))

    @torch.inference_mode()
    def running(self, words: Sequence[str]) -> Tensor:
        """(words, classes): the probabilities after each word; (0, classes) for an empty text."""
        if not (prefixes := self.vocabulary.prefixes(words[: self.max_tokens])):
            return torch.empty(0, len(self.labels))
        return self.soften(self.model.running(prefixes))

    @torch.inference_mode()
    def states(self, texts: Sequence[Sequence[str]]) -> list[Tensor]:
        """One (words, width) tensor a text: the states of the RNN, or of the language models that it reads.

        All words are read, however many the model was trained to read. A word of several pieces has the mean of their
        states; a text that is longer than a transformer can read is read in parts. Raises NoStates where there are
        none.
        """
        spelled = [self.vocabulary.parts(text) for text in texts]
        parts = [part for some in spelled for part in some]
        states = self.model.states(*pad([[row for word in part for row in word] for part in parts]))
        if states is None:
            raise NoStates(self.info.era)
        read = iter([_of_words(lane, part) for lane, part in zip(states, parts, strict=True)])
        return [torch.cat([next(read) for _ in some]) for some in spelled]


def _of_words(states: Tensor, words: Sequence[Sequence[int]]) -> Tensor:
    """(words, width): the mean of the states, (time, width), of each word's rows, which follow one another."""
    sizes = [len(rows) for rows in words]
    if max(sizes, default=1) == 1:
        return states[: len(sizes)]
    return torch.stack([some.mean(dim=0) for some in torch.split(states[: sum(sizes)], sizes)])


def save(
    folder: Path,
    weights: dict[str, Tensor],
    vocabulary: Lexicon,
    info: ModelInfo,
    store: Store | None = None,
) -> None:
    """Write the three files.

    A model over language models needs them in any case: of its C only what differs from its start is written. Of a
    tuned transformer, and of language models that are asked, only how they differ from the pretrained ones is.
    """
    large = frozenset(name for name, weight in weights.items() if weight.dim() == 2 and "W_o" not in name)
    bases = _bases(info, build(info, vocabulary, store))
    # A transformer's layers are many, and hardly move.
    differing = frozenset(name for name in large if name in bases) if info.encoder else frozenset()
    save_compact(folder / "weights.safetensors", weights, large, _starts(info, store), bases, differing)
    vocabulary.save(folder)
    write_info(folder, info)


def load(folder: Path, store: Store | None = None) -> Classifier:
    """Read a classifier, ready to answer on the CPU; language models beneath it are found in the store by their keys.

    Raises OSError or ValueError when the folder does not hold one; NoEncoder or NoExtra when the transformer
    that it was tuned from is not here.
    """
    info = read_info(folder)
    spelled = info.encoder is not None
    kind = class_of(info.model)
    vocabulary = _encoder(info, store).lexicon(kind.beside) if spelled else kind.lexicon.load(folder)
    model = build(info, vocabulary, store)
    bases = _bases(info, model)
    model.load_state_dict(load_compact(folder / "weights.safetensors", _starts(info, store), bases))
    model.eval()
    model.requires_grad_(False)
    return Classifier(model, vocabulary, info.labels, info.max_tokens, info)


def _encoder(info: ModelInfo, store: Store | None) -> Encoder:
    """The pretrained transformer that a model was tuned from; never the network. Raises NoEncoder or NoExtra."""
    if info.encoder is None:
        raise ValueError("model.json does not say which transformer it was tuned from")
    return masked_encoder.of_key(info.encoder.name, info.encoder.key, store or default_store())


def _masked(info: ModelInfo, store: Store | None) -> MaskedEncoder:
    """The transformer that guesses masked words of a model that asks it. Raises NoEncoder or NoExtra."""
    if info.encoder is None:
        raise ValueError("model.json does not say which transformer it asks")
    return masked_encoder.find(store or default_store(), f"{MASKED}:{info.encoder.key}")


def _bases(info: ModelInfo, model: TextModel) -> dict[str, Tensor]:
    """The pretrained values, by name, of what may be tuned and is kept as a difference; W_o has none."""
    if not model.differs:
        return {}
    tuned = {name: tensor for name, tensor in model.state_dict().items() if not name.startswith("W_o")}
    return {name: tensor.clone() for name, tensor in tuned.items() if name not in info.starts}


def build(info: ModelInfo, lexicon: Lexicon, store: Store | None) -> TextModel:
    """The model of model.json, its weights still those of a new one. Raises as `load` does."""
    parts = Parts(
        lexicon,
        lambda: {way: load_language_model(key, store) for way, key in info.language_models.items()},
        lambda dropout: _encoder(info, store).model(dropout),
        lambda tuned, dropout: _masked(info, store).model(tuned, dropout),
    )
    return class_of(info.model).from_config(info.config, parts)


def load_language_model(key: str, store: Store | None = None) -> FrozenLanguageModel:
    """The language model of that key. Raises ValueError where it is not here."""
    return frozen.load(_part("language model", key, store).path)


def _starts(info: ModelInfo, store: Store | None) -> dict[str, Tensor]:
    """What each C started from, (rows, d), by the name of its weight: an artifact that the model needs anyway."""
    return {name: _matrix(_part("start of C", key, store)) for name, key in info.starts.items()}


def _matrix(artifact: Artifact) -> Tensor:
    if artifact.kind == vectors.KIND:
        return torch.from_numpy(vectors.load(artifact.path).matrix)
    return frozen.load(artifact.path).model.C.detach()


def _part(what: str, key: str, store: Store | None) -> Artifact:
    artifact = (store or default_store()).find(key)
    if artifact is None:
        raise ValueError(f"the {what} that it was made from ({key[:12]}) is not here")
    return artifact
