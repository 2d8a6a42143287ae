"""What would fit in a word's place: the mean vector of the words that language models expect there.

A language model's state before a word says what comes next; two of them, one a direction, say it from both sides.
Their product of experts, p(w | left) p(w | right) / p(w), is a distribution over substitutes that has not seen the
word, and two places of one sense have like substitutes (Melamud et al. 2015; Amrami and Goldberg 2018, for biLMs).
The vector is the distribution's mean of the words' own vectors, [forward C; backward C].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize

from core.data.vocabulary import Vocabulary
from core.models.frozen_language_model import FrozenLanguageModel
from core.words.centering import Matrix

CANDIDATES = 5_000
"""The most frequent words alone are tried: four times faster than 20,000, and as good."""
DISCOUNT = 0.25
"""How much of p(w), as its power, is taken off beyond what the product counts twice: frequent words fit anywhere."""
AROUND_SHARE = 0.5
"""What the words around weigh against the substitutes in a `sense` vector."""
CHUNK = 1_024
_TRIED = slice(Vocabulary.UNKNOWN + 1, CANDIDATES)


@dataclass(frozen=True)
class Substitutes:
    """`models` share a vocabulary of V words; `words`: (V, width), each of length one; `prior`: (candidates,), logs."""

    models: list[FrozenLanguageModel]
    words: Tensor
    prior: Tensor

    @classmethod
    def of(cls, models: Sequence[FrozenLanguageModel]) -> Substitutes | None:
        """Substitutes out of the models' vocabulary; None where theirs are not the same."""
        vocabulary = models[0].vocabulary
        if any(model.vocabulary.words != vocabulary.words for model in models[1:]):
            return None
        vectors = torch.cat([each.model.C.detach() for each in models], dim=1)
        words = normalize(vectors - vectors[Vocabulary.UNKNOWN + 1 :].mean(dim=0), dim=1)
        words[: Vocabulary.UNKNOWN + 1] = 0
        counts = torch.from_numpy(vocabulary.counts[_TRIED]).float() + 1
        prior = (len(models) - 1 + DISCOUNT) * (counts / counts.sum()).log()
        return cls(list(models), words, prior)

    @torch.inference_mode()
    def distribution(self, slots: Sequence[Matrix]) -> Tensor:
        """(places, candidates): from each model's top states before the places, (places, hidden)."""
        total = -self.prior
        for each, states in zip(self.models, slots, strict=True):
            own = each.model
            query = own.projection(torch.from_numpy(states))
            total = total + torch.addmm(own.bias[_TRIED], query, own.C[_TRIED].t())
        return total.softmax(dim=1)

    def vectors(self, slots: Sequence[Matrix]) -> Matrix:
        """(places, width): the mean vector of what would fit there."""
        n = len(slots[0])
        parts = [
            self.distribution([states[start : start + CHUNK] for states in slots]) @ self.words[_TRIED]
            for start in range(0, n, CHUNK)
        ]
        found: Matrix = torch.cat(parts).numpy() if parts else np.zeros((0, self.words.shape[1]), np.float32)
        return found

    @torch.inference_mode()
    def sense(self, words: Sequence[int], slots: Sequence[Matrix], around: Sequence[Matrix]) -> Matrix:
        """(places, 2·width): the word and what would fit in its place, beside what the words around let expect.

        `words`: (places,), their rows; `slots`: each model's states before the places, (places, hidden); `around`: its
        mean states near them, (places, hidden). The word's own vector and its substitutes' mean are added at length
        one; both halves are made of length one before they are weighed. Of all vectors that were tried on three
        sentences of a word, two in one sense, these tell the odd one out most often.
        """
        own = self.words[torch.tensor(words, dtype=torch.long)]
        meant = normalize(torch.from_numpy(self.vectors(slots)), dim=1) + own
        return self._join(meant, around)

    @torch.inference_mode()
    def gap(self, slots: Sequence[Matrix], before: Sequence[Matrix]) -> Matrix:
        """(places, 2·width): the same with the word unseen; `before` are means of states that never read it."""
        return self._join(torch.from_numpy(self.vectors(slots)), before)

    def _join(self, meant: Tensor, around: Sequence[Matrix]) -> Matrix:
        queries = [each.model.projection(torch.from_numpy(s)) for each, s in zip(self.models, around, strict=True)]
        near = AROUND_SHARE**0.5 * normalize(torch.cat(queries, dim=1), dim=1)
        found: Matrix = torch.cat([normalize(meant, dim=1), near], dim=1).numpy()
        return found
