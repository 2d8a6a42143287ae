"""A classifier as an artifact: model.json (what it is), weights.safetensors, vocabulary.tsv."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.catalog.language_models import DIRECTIONS
from core.data.batches import pad
from core.data.lexicon import Lexicon
from core.data.ngrams import Ngrams
from core.data.vocabulary import Vocabulary
from core.data.wordpieces import WordPieces
from core.models.bidirectional import BidirectionalEnsemble
from core.models.contextual import ContextualClassifier
from core.models.frozen_language_model import FrozenLanguageModel
from core.models.mean_vectors import MeanVectorClassifier, MeanVectorConfig
from core.models.rnn import RNNClassifier, RNNConfig
from core.models.tfidf import TfidfClassifier, TfidfConfig
from core.models.transformer import TransformerClassifier, TransformerConfig
from core.pretrained import language_model as frozen
from core.pretrained import masked_encoder, vectors
from core.pretrained.encoder import Encoder
from core.storage.store import Artifact, Store, default_store
from core.storage.weights import load_compact, save_compact

Tunable = RNNClassifier | BidirectionalEnsemble | ContextualClassifier | TransformerClassifier
"""What the training loop tunes: `loss` of a batch, and `groups` of parameters."""
Regression = MeanVectorClassifier | TfidfClassifier
"""What is fitted at once: a logistic regression on what it makes of a text."""
TextModel = Tunable | Regression
"""What answers: padded word numbers, (batch, time), and lengths, (batch,), to logits, (batch, classes)."""


PREFIXES = 8
"""Prefixes of a text that a transformer reads at a time."""


class NoStates(Exception):
    """The model has neither word vectors nor hidden states. `message` and `hint` are for a person."""

    def __init__(self, era: str) -> None:
        self.message = f"{era} counts words: it has neither word vectors nor hidden states."
        self.hint = "Ask another model."
        super().__init__(self.message)


@dataclass(frozen=True)
class Classifier:
    """A trained model with what is needed to use it. `labels` are in the order of the logits."""

    model: TextModel
    vocabulary: Lexicon
    labels: tuple[str, ...]
    max_tokens: int
    info: dict[str, Any]

    @property
    def C(self) -> Tensor:  # noqa: N802 - the letter of the formula
        """The word vectors, (vocabulary, d). Raises NoStates where there are none."""
        if isinstance(self.model, TfidfClassifier):
            raise NoStates(self.info["era"])
        return self.model.C.weight

    def encode(self, words: Sequence[str]) -> list[int]:
        """Word numbers of the part of a text that the model reads."""
        return self.vocabulary.encode(words[: self.max_tokens])

    def read(self, words: Sequence[str]) -> int:
        """How many of a text's words the model reads."""
        return self.vocabulary.fits(words[: self.max_tokens])

    @torch.inference_mode()
    def probabilities(self, texts: list[list[int]]) -> Tensor:
        """(texts, classes): the softmax of each text's logits."""
        ids, lengths = pad(texts)
        logits = self.model(ids, lengths)
        assert isinstance(logits, Tensor)
        return logits.softmax(dim=1)

    @torch.inference_mode()
    def running(self, words: Sequence[str]) -> Tensor:
        """(words, classes): the probabilities after each word; (0, classes) for an empty text."""
        if not (text := self.encode(words)):
            return torch.empty(0, len(self.labels))
        if isinstance(self.model, TransformerClassifier):
            # Attention looks both ways: every prefix is a text of its own. A few at a time, so that little is padding.
            prefixes = [self.encode(words[: n + 1]) for n in range(self.read(words))]
            return torch.cat(
                [self.probabilities(prefixes[i : i + PREFIXES]) for i in range(0, len(prefixes), PREFIXES)]
            )
        return self.model.running(torch.tensor(text, dtype=torch.long)).softmax(dim=1)

    @torch.inference_mode()
    def states(self, texts: Sequence[Sequence[str]]) -> list[Tensor]:
        """One (words, width) tensor a text: the states of the RNN, or of the language models that it reads.

        All words are read, however many the model was trained to read. A word of several pieces has the mean of their
        states; a text that is longer than a transformer can read is read in parts. Raises NoStates where there are
        none.
        """
        if isinstance(self.model, TfidfClassifier):
            raise NoStates(self.info["era"])
        if isinstance(self.model, TransformerClassifier):
            assert isinstance(self.vocabulary, WordPieces)
            return [_of_words(self.model, self.vocabulary, text) for text in texts]
        ids, lengths = pad([self.vocabulary.encode(text) for text in texts])
        states = self.model.states(ids, lengths)
        return [row[: int(n)] for row, n in zip(states, lengths, strict=True)]


def save(
    folder: Path,
    weights: dict[str, Tensor],
    vocabulary: Lexicon,
    info: dict[str, Any],
    store: Store | None = None,
) -> None:
    """Write the three files. `info` must hold `config`, `labels` and `max_tokens`.

    A model over language models needs them in any case: of its C only what differs from its start is written. Of a
    tuned transformer only how it differs from the pretrained one is.
    """
    large = frozenset(name for name, weight in weights.items() if weight.dim() == 2 and "W_o" not in name)
    bases = _bases(_transformer(info, encoder_of(info, store))) if info.get("encoder") else {}
    differing = frozenset(name for name in large if name in bases)
    save_compact(folder / "weights.safetensors", weights, large, _starts(info, store), bases, differing)
    vocabulary.save(folder)
    describe(folder, info)


def describe(folder: Path, info: dict[str, Any]) -> None:
    """Write model.json."""
    (folder / "model.json").write_text(json.dumps(info, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(folder: Path, store: Store | None = None) -> Classifier:
    """Read a classifier, ready to answer on the CPU; language models beneath it are found in the store by their keys.

    Raises OSError, KeyError or ValueError when the folder does not hold one; NoEncoder or NoExtra when the transformer
    that it was tuned from is not here.
    """
    info: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    model: TextModel
    vocabulary: Lexicon
    bases: dict[str, Tensor] = {}
    if info.get("encoder"):
        encoder = encoder_of(info, store)
        model, vocabulary = _transformer(info, encoder), encoder.lexicon()
        bases = _bases(model)
    else:
        words = (Ngrams if info.get("model") == "bag" else Vocabulary).load(folder)
        model, vocabulary = _build(info, words, store), words
    model.load_state_dict(load_compact(folder / "weights.safetensors", _starts(info, store), bases))
    model.eval()
    model.requires_grad_(False)
    return Classifier(model, vocabulary, tuple(info["labels"]), int(info["max_tokens"]), info)


def kind_of(model: TextModel) -> str:
    """What model.json calls the model's class."""
    return next(name for name, kind in _KINDS.items() if isinstance(model, kind))


_KINDS = {
    "rnn": RNNClassifier,
    "averaged": BidirectionalEnsemble,
    "contextual": ContextualClassifier,
    "average": MeanVectorClassifier,
    "transformer": TransformerClassifier,
    "bag": TfidfClassifier,
}


def encoder_of(info: dict[str, Any], store: Store | None) -> Encoder:
    """The pretrained transformer that a model was tuned from; never the network. Raises NoEncoder or NoExtra."""
    return masked_encoder.of_key(info["encoder"]["name"], info["encoder"]["key"], store or default_store())


def _transformer(info: dict[str, Any], encoder: Encoder) -> TransformerClassifier:
    config = TransformerConfig(**info["config"])
    return TransformerClassifier(config, encoder.model(config.dropout))


def _bases(model: TransformerClassifier) -> dict[str, Tensor]:
    """The pretrained values, by name, of what may be tuned; W_o has none."""
    return {name: tensor.clone() for name, tensor in model.state_dict().items() if not name.startswith("W_o")}


def _of_words(model: TransformerClassifier, lexicon: WordPieces, words: Sequence[str]) -> Tensor:
    """The states of one text's words, (words, width)."""
    if not words:
        return torch.empty(0, model.config.width)
    found: list[Tensor] = []
    for part in lexicon.parts(words):
        states = model.states(*pad([[row for word in part for row in word]]))[0]
        found += [pieces.mean(dim=0) for pieces in torch.split(states, [len(word) for word in part])]
    return torch.stack(found)


def _build(info: dict[str, Any], vocabulary: Vocabulary, store: Store | None) -> TextModel:
    match info.get("model", "rnn"):  # the first shipped models had only one kind, and did not name it
        case "rnn":
            return RNNClassifier(RNNConfig.from_json(info["config"]))
        case "averaged":
            config = RNNConfig.from_json(info["config"])
            return BidirectionalEnsemble(*(replace(config, backward=way == "backward") for way in DIRECTIONS))
        case "contextual":
            models = {way: _language_model(key, store) for way, key in info["language_models"].items()}
            return ContextualClassifier(RNNConfig.from_json(info["config"]), models, vocabulary)
        case "average":
            return MeanVectorClassifier(MeanVectorConfig(**info["config"]))
        case "bag":
            return TfidfClassifier(TfidfConfig(**info["config"]))
        case other:
            raise ValueError(f"model.json names an unknown kind of model: {other!r}")


def _language_model(key: str, store: Store | None) -> FrozenLanguageModel:
    return frozen.load(_part("language model", key, store).path)


def _starts(info: dict[str, Any], store: Store | None) -> dict[str, Tensor]:
    """What each C started from, (rows, d), by the name of its weight: an artifact that the model needs anyway."""
    keys: dict[str, str] = info.get("starts", {})
    return {name: _matrix(_part("start of C", key, store)) for name, key in keys.items()}


def _matrix(artifact: Artifact) -> Tensor:
    if artifact.kind == vectors.KIND:
        return torch.from_numpy(vectors.load(artifact.path).matrix)
    return frozen.load(artifact.path).model.C.detach()


def _part(what: str, key: str, store: Store | None) -> Artifact:
    artifact = (store or default_store()).find(key)
    if artifact is None:
        raise ValueError(f"the {what} that it was made from ({key[:12]}) is not here")
    return artifact
