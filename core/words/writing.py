"""A forward language model writes on: its own next word, drawn or the likeliest, again and again.

Each word depends on nothing but the seed and the words so far, so that a text is the same whether it is asked for word
by word or at once, and goes on as it would have if it is taken up again.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence

import torch
from torch import Tensor

from core.data.vocabulary import Vocabulary
from core.models.frozen_language_model import FrozenLanguageModel
from core.models.language_model import BOUNDARY, State

NEVER = [BOUNDARY, Vocabulary.UNKNOWN]
"""The rows that are no words."""
_RANDOM_BYTES = 6


class Writer:
    """Keeps what it has read, so that a word more costs the reading of one."""

    def __init__(self, model: FrozenLanguageModel) -> None:
        if model.backward:
            raise ValueError("a backward language model does not know what comes next")
        self.vocabulary = model.vocabulary
        self._model = model.model
        self._read: list[int] = []
        self._state: State = self._model.start(1)
        self._top = torch.empty(0)

    def write(self, words: Sequence[str], temperature: float, seed: int) -> tuple[str, float]:
        """The next word after these, and its surprisal in bits at temperature 1, all rows counted.

        `temperature`: 0 or more; what the logits are divided by, and 0 for the likeliest word.
        """
        logs = self.log_probabilities(words)
        row = draw(logs, temperature, _random(seed, words))
        return self.vocabulary.words[row], -float(logs[row]) / math.log(2)

    @torch.inference_mode()
    def log_probabilities(self, words: Sequence[str]) -> Tensor:
        """(V,): of the word that comes next.

        Read one word at a time: the same numbers, to the last bit, however much of it was read before.
        """
        ids = [BOUNDARY, *self.vocabulary.encode(words)]
        if ids[: len(self._read)] != self._read:
            self._read, self._state = [], self._model.start(1)
        for word in ids[len(self._read) :]:
            layers, self._state = self._model.read(self._model.C[torch.tensor([[word]])], self._state)
            self._top = layers[-1]
        self._read = ids
        return self._model.log_probabilities(self._model.query(self._top)[0])[0]


def draw(logs: Tensor, temperature: float, random: float) -> int:
    """A row by its log probability, (V,), at a temperature, and a random number from 0 to below 1; never `NEVER`."""
    own = logs.double().index_fill(0, torch.tensor(NEVER), -torch.inf)
    if temperature == 0:
        return int(own.argmax())
    weights = ((own - own.max()) / temperature).exp().cumsum(dim=0)
    return int(torch.searchsorted(weights, random * weights[-1], right=True))


def _random(seed: int, words: Sequence[str]) -> float:
    """From 0 to below 1: a number of its own for each seed, place and text so far."""
    digest = hashlib.sha256(json.dumps([seed, len(words), list(words)]).encode()).digest()
    return int.from_bytes(digest[:_RANDOM_BYTES]) / float(256**_RANDOM_BYTES)
