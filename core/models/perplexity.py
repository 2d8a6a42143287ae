"""The exact perplexity of a language model on held-out documents: a full softmax at every word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from core.data.vocabulary import Vocabulary
from core.models.frozen_language_model import batches, padded
from core.models.language_model import BOUNDARY, LanguageModel

CHUNK = 512
"""Words whose distribution over the whole vocabulary is held in memory at once."""


@dataclass(frozen=True)
class HeldOut:
    """`loss`: nats a word; `n`: words predicted, the first of each document among them; `unknown`: share of `<unk>`.

    `<unk>` is predicted and counted like any other word, so two perplexities compare only at about the same share.
    """

    loss: float
    n: int
    unknown: float

    @property
    def perplexity(self) -> float:
        """exp(loss)."""
        return math.exp(self.loss)

    def fields(self) -> dict[str, Any]:
        """The numbers as an event and lm.json hold them."""
        return {"loss": self.loss, "perplexity": self.perplexity, "n": self.n, "unknown": self.unknown}


@torch.inference_mode()
def held_out(model: LanguageModel, documents: Sequence[Sequence[int]], backward: bool) -> HeldOut:
    """Score the documents, each from the state at rest. Raises ValueError if they hold no word."""
    total = sum(map(len, documents))
    if not total:
        raise ValueError("there is no held-out text to score")
    training = model.training
    model.eval()
    loss = 0.0
    for numbers in batches(list(map(len, documents))):
        ids = padded([documents[number] for number in numbers], backward)
        inputs, targets = ids[:-1], ids[1:]
        layers, _ = model.read(model.C[inputs], model.start(len(numbers)))
        real = targets != BOUNDARY
        queries, words = model.query(layers[-1])[real], targets[real]
        for some, wanted in zip(torch.split(queries, CHUNK), torch.split(words, CHUNK), strict=True):
            loss -= model.log_probabilities(some).gather(1, wanted[:, None]).double().sum().item()
    model.train(training)
    unknown = sum(word == Vocabulary.UNKNOWN for document in documents for word in document)
    return HeldOut(loss / total, total, unknown / total)
