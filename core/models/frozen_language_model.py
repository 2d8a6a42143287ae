"""A language model that is only read: its states at the words of texts, each text by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from core.data.vocabulary import Vocabulary
from core.models.language_model import BOUNDARY, LanguageModel

POSITIONS = 16_384
"""Places of a padded batch of documents."""


@dataclass(frozen=True)
class FrozenLanguageModel:
    """A trained language model that is only read. `info` is lm.json."""

    model: LanguageModel
    vocabulary: Vocabulary
    info: dict[str, Any]

    @property
    def direction(self) -> str:
        """`forward` or `backward`."""
        return str(self.info["direction"])

    @property
    def backward(self) -> bool:
        """Whether it reads from the last word to the first."""
        return self.direction == "backward"

    def states(self, ids: Sequence[Sequence[int]]) -> list[Tensor]:
        """One (layers, words, hidden) tensor a text: each layer's state at each word, in the order of the words.

        Every text starts from the state at rest and a boundary, so its states depend on nothing but itself. A forward
        state has read the words up to and with its own, a backward one those from its own to the end.
        """
        return states(self.model, ids, self.backward)

    @torch.inference_mode()
    def queries(self, ids: Sequence[int]) -> Tensor:
        """(words + 1, d): what each word of one text is guessed from, itself unread, in the order of the words.

        The last is what has read the whole text: of a forward model it guesses the word after it, of a backward one
        the word before it.
        """
        layers, _ = self.model.read(self.model.C[padded([ids], self.backward)], self.model.start(1))
        read = self.model.query(layers[-1])[:, 0]
        return torch.cat([read[:-1].flip(0), read[-1:]]) if self.backward else read


@torch.inference_mode()
def states(model: LanguageModel, texts: Sequence[Sequence[int]], backward: bool) -> list[Tensor]:
    """What `FrozenLanguageModel.states` gives, of a model that may still be in training."""
    training = model.training
    model.eval()
    found: dict[int, Tensor] = {}
    for numbers in batches(list(map(len, texts))):
        some = [texts[number] for number in numbers]
        ids = padded(some, backward)
        layers, _ = model.read(model.C[ids], model.start(len(some)))
        stacked = torch.stack(layers)
        for lane, (number, text) in enumerate(zip(numbers, some, strict=True)):
            own = stacked[:, 1 : len(text) + 1, lane]
            found[number] = own.flip(1) if backward else own.clone()
    model.train(training)
    return [found[number] for number in range(len(texts))]


def mean_states(model: LanguageModel, texts: Sequence[Sequence[int]], backward: bool) -> Tensor:
    """(texts, hidden): the mean of the top layer's states over each text's words; zeros for an empty text."""
    return torch.stack([each[-1].sum(dim=0) / max(1, each.shape[1]) for each in states(model, texts, backward)])


def batches(lengths: Sequence[int], positions: int = POSITIONS) -> Iterator[list[int]]:
    """Numbers of documents of about one length, so many at once that their padded batch keeps to `positions`."""
    batch: list[int] = []
    for number in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if batch and (len(batch) + 1) * (lengths[number] + 1) > positions:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def padded(documents: Sequence[Sequence[int]], backward: bool) -> Tensor:
    """(time, batch) int64: the boundary, then each document in the model's direction, then boundaries to the end."""
    width = 1 + max(map(len, documents))
    ids = torch.full((width, len(documents)), BOUNDARY)
    for lane, document in enumerate(documents):
        ids[1 : len(document) + 1, lane] = torch.tensor(list(document[::-1] if backward else document))
    return ids
