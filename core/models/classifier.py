"""A classifier as an artifact: model.json (what it is), weights.safetensors, vocabulary.tsv."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.data.vocabulary import Vocabulary
from core.models.rnn import RNNClassifier, RNNConfig
from core.training.batches import pad
from core.weights import load_compact, save_compact

EIGHT_BIT = frozenset({"C.weight", "rnn.weight_ih_l0", "rnn.weight_hh_l0"})


@dataclass(frozen=True)
class Classifier:
    """A trained model with what is needed to use it. `labels` are in the order of the logits."""

    model: RNNClassifier
    vocabulary: Vocabulary
    labels: tuple[str, ...]
    max_tokens: int
    info: dict[str, Any]

    def encode(self, words: list[str]) -> list[int]:
        """Word numbers of the part of a text that the model reads."""
        return self.vocabulary.encode(words[: self.max_tokens])

    @torch.inference_mode()
    def probabilities(self, texts: list[list[int]]) -> Tensor:
        """(texts, classes): the softmax of each text's logits."""
        ids, lengths = pad(texts)
        logits = self.model(ids, lengths)
        assert isinstance(logits, Tensor)
        return logits.softmax(dim=1)

    @torch.inference_mode()
    def running(self, text: list[int]) -> Tensor:
        """(words, classes): the probabilities after each word; (0, classes) for an empty text."""
        if not text:
            return torch.empty(0, len(self.labels))
        return self.model.running(torch.tensor(text, dtype=torch.long)).softmax(dim=1)

    @torch.inference_mode()
    def states(self, texts: list[list[int]]) -> list[Tensor]:
        """One (words, hidden) tensor a text: the task RNN's hidden states."""
        ids, lengths = pad(texts)
        states = self.model.states(ids)
        return [row[: int(n)] for row, n in zip(states, lengths, strict=True)]


def save(folder: Path, weights: dict[str, Tensor], vocabulary: Vocabulary, info: dict[str, Any]) -> None:
    """Write the three files. `info` must hold `config`, `labels` and `max_tokens`."""
    save_compact(folder / "weights.safetensors", weights, EIGHT_BIT)
    vocabulary.save(folder)
    describe(folder, info)


def describe(folder: Path, info: dict[str, Any]) -> None:
    """Write model.json."""
    (folder / "model.json").write_text(json.dumps(info, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(folder: Path) -> Classifier:
    """Read a classifier, ready to answer on the CPU.

    Raises OSError, KeyError or ValueError when the folder does not hold one.
    """
    info: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    model = RNNClassifier(RNNConfig(**info["config"]))
    model.load_state_dict(load_compact(folder / "weights.safetensors"))
    model.eval()
    model.requires_grad_(False)
    return Classifier(model, Vocabulary.load(folder), tuple(info["labels"]), int(info["max_tokens"]), info)
