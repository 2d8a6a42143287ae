"""What a transformer that guesses masked words is worth, measured on the model as it is read from disk."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.data.batches import pad
from core.models.frozen_language_model import batches
from core.models.masked import MaskedLanguageModel
from core.pretraining.masking import Masker

POSITIONS = 4_096
"""Pieces of a padded batch."""
SEED, SHARE, LENGTH, BATCH = 0, 0.2, 62, 32
"""Of the masks in held-out text, whatever a model was trained with: fewer masks or longer passages are easier."""


@dataclass(frozen=True)
class Guessed:
    """`loss`: nats a masked piece; `accuracy`: share guessed right, 0 to 1; `n`: masked pieces."""

    loss: float
    accuracy: float
    n: int

    def fields(self) -> dict[str, Any]:
        """The numbers as an event and mlm.json hold them; the perplexity is exp(loss)."""
        return {"loss": self.loss, "perplexity": math.exp(self.loss), "guessed": self.accuracy, "n": self.n}


@torch.no_grad()
def held_out(model: MaskedLanguageModel, masker: Masker, passages: NDArray[np.int64]) -> Guessed:
    """How well the masked pieces of held-out passages, (n, 2), are guessed, a full softmax at each."""
    training, arithmetic = model.training, model.arithmetic
    model.eval()
    model.arithmetic = torch.float32
    loss, right, n = 0.0, 0, 0
    generator = torch.Generator().manual_seed(SEED)
    for start in range(0, len(passages), BATCH):
        some = masker.draw([(int(a), int(b)) for a, b in passages[start : start + BATCH]], generator)
        logits = model.logits(some.ids, some.lengths, some.wanted)
        loss += functional.cross_entropy(logits, some.truth, reduction="sum").item()
        right += int((logits.argmax(dim=1) == some.truth).sum())
        n += len(some.truth)
    model.train(training)
    model.arithmetic = arithmetic
    return Guessed(loss / n, right / n, n)


def mean_states(model: MaskedLanguageModel, texts: Sequence[Sequence[int]]) -> Tensor:
    """(texts, width): the mean of the top layer's states over each text and its boundaries."""
    training = model.training
    model.eval()
    means = torch.empty(len(texts), model.C.shape[1])
    for numbers in batches([len(text) for text in texts], POSITIONS):
        means[numbers] = model.means(*pad([list(texts[number]) for number in numbers]))
    model.train(training)
    return means
