"""What each word of a text does to an answer: left out, by the gradient, or by integrated gradients.

One quantity everywhere: the probability of one class, in percentage points. It is what an ensemble averages, and what
people understand of a word that is left out: "without `not` 40 points less". Where an answer is nearly certain it
hardly moves, and the gradient is near zero; leaving words out and integrated gradients still tell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import torch
from torch import Tensor

from core.data.batches import MOST_POSITIONS
from core.errors import UserError
from core.pretrained.classifier import Classifier

POINTS = 100.0
STEPS, MOST_STEPS = 32, 512
"""Places on the path from nothing to the words: twice as many as long as the gap is too wide, up to the most."""
CLOSED, NEGLIGIBLE = 0.005, 0.0005
"""The gap that is closed enough: as a share of the difference, or as a probability."""


class Method(StrEnum):
    """How it is asked what a word does."""

    LEAVE_ONE_OUT = "loo"
    GRADIENT = "gradient"
    INTEGRATED = "integrated"


class NoAttribution(UserError):
    """The model cannot be asked so. `message` and `hint` are for a person."""


@dataclass(frozen=True)
class Attribution:
    """`points`: of each word that the model reads, (words,). `probability`: of the class, 0 to 1, given the text.

    Integrated gradients alone: `baseline`, the probability where every word's vector is zero; `gap`, by how many points
    the words' sum misses the difference of the two; `steps` on the path.
    """

    points: tuple[float, ...]
    probability: float
    baseline: float | None = None
    gap: float | None = None
    steps: int = 0


def list_methods(classifier: Classifier) -> tuple[Method, ...]:
    """What the model can be asked: all three where words have vectors, else only leaving them out."""
    return tuple(Method) if classifier.model.C is not None else (Method.LEAVE_ONE_OUT,)


def attribute(classifier: Classifier, words: Sequence[str], label: str, method: Method, first: int = 0) -> Attribution:
    """What each word does to the probability of `label`.

    `first`: only the first words are looked at, with all of the text read; 0 for all of them. Words beyond what the
    model reads get nothing. Raises NoAttribution for a label or a method that the model does not have.
    """
    if label not in classifier.labels:
        there = ", ".join(classifier.labels)
        raise NoAttribution(f"The model has no class {label!r}.", f"It has {there}.")
    if method not in list_methods(classifier):
        raise NoAttribution(
            f"{classifier.info.era} counts words: it has no vectors that a gradient could go to.",
            "Leave words out instead: the method loo.",
        )
    place, most = classifier.labels.index(label), classifier.read(words)
    looked_at = min(first, most) if first > 0 else most
    return _METHODS[method](classifier, words, place, looked_at)


def leave_one_out(classifier: Classifier, words: Sequence[str], place: int, first: int) -> Attribution:
    """The probability of class `place`, less that of the text without the word: exact, one batch (Li et al. 2016).

    The text without a word is a text as any other: words are spelled anew, and where the text is longer than the model
    reads another word comes into reach. Words that do the same work hide each other: either can be spared.
    """
    texts = [classifier.encode(words)]
    texts += [classifier.encode([*words[:left], *words[left + 1 :]]) for left in range(first)]
    at_once = max(1, MOST_POSITIONS // max(1, len(texts[0])))
    batches = (texts[start : start + at_once] for start in range(0, len(texts), at_once))
    found = torch.cat([classifier.probabilities(batch)[:, place] for batch in batches]).tolist()
    return Attribution(tuple(POINTS * (found[0] - each) for each in found[1:]), found[0])


def multiply_gradient(classifier: Classifier, words: Sequence[str], place: int, first: int) -> Attribution:
    """Gradient times input: the answer's slope by each word's vector, times the vector (Denil et al. 2014).

    What shrinking the word a little would do, not what taking it away does. Of a word of several pieces the sum.
    """
    gated = _Gated(classifier, words, place)
    slopes, probabilities = gated.slopes(torch.ones(1, gated.size))
    return Attribution(gated.of_words(slopes[0])[:first], float(probabilities[0]))


def integrate_gradients(classifier: Classifier, words: Sequence[str], place: int, first: int) -> Attribution:
    """Integrated gradients from vectors of zero to the words' own, on a straight path (Sundararajan et al. 2017).

    Of all words they add up to the difference of both ends, but for the gap. The path is summed by Gauss and Legendre's
    rule, with more steps where an answer turns sharply on it.
    """
    gated = _Gated(classifier, words, place)
    start, end = (float(gated.slopes(torch.full((1, gated.size), each))[1][0]) for each in (0.0, 1.0))
    steps, gap, total = STEPS, 0.0, torch.zeros(gated.size)
    while gated.size:
        total = gated.integrate(steps)
        gap = float(total.sum()) - (end - start)
        if abs(gap) <= max(CLOSED * abs(end - start), NEGLIGIBLE) or 2 * steps > MOST_STEPS:
            break
        steps *= 2
    return Attribution(gated.of_words(total)[:first], end, start, POINTS * gap, steps)


_METHODS: dict[Method, Callable[[Classifier, Sequence[str], int, int], Attribution]] = {
    Method.LEAVE_ONE_OUT: leave_one_out,
    Method.GRADIENT: multiply_gradient,
    Method.INTEGRATED: integrate_gradients,
}


class _Gated:
    """A text whose words' vectors can be scaled: a gate for each row of C that it is read as."""

    def __init__(self, classifier: Classifier, words: Sequence[str], place: int) -> None:
        self._model, self._soften, self._place = classifier.model, classifier.soften, place
        self._spelled = classifier.vocabulary.parts(words[: classifier.max_tokens])[0]
        self._rows = [row for word in self._spelled for row in word]
        self.size = len(self._rows)

    def slopes(self, gates: Tensor) -> tuple[Tensor, Tensor]:
        """(the probability's slope by each gate, as `gates`, (batch, size); the probabilities, (batch,))."""
        # Inference may be on around us, and what is computed in it has no gradient.
        with torch.inference_mode(False), torch.enable_grad():
            gates = gates.clone().requires_grad_(True)
            ids = torch.tensor([self._rows or [0]]).repeat(len(gates), 1)
            lengths = torch.full((len(gates),), self.size)
            scales = gates if self.size else torch.ones(len(gates), 1)
            probabilities = self._soften(self._model(ids, lengths, gates=scales))[:, self._place]
            if not self.size:
                return torch.zeros_like(gates), probabilities.detach()
            (slopes,) = torch.autograd.grad(probabilities.sum(), gates)
        return slopes, probabilities.detach()

    def integrate(self, steps: int) -> Tensor:
        """The slopes on the path from 0 to 1, integrated: (size,)."""
        places, weights = np.polynomial.legendre.leggauss(steps)
        path = torch.from_numpy((places + 1) / 2).float()
        weight = torch.from_numpy(weights / 2).float()
        at_once = max(1, MOST_POSITIONS // 4 // self.size)
        total = torch.zeros(self.size)
        for some, share in zip(torch.split(path, at_once), torch.split(weight, at_once), strict=True):
            total += share @ self.slopes(some[:, None].expand(-1, self.size))[0]
        return total

    def of_words(self, slopes: Tensor) -> tuple[float, ...]:
        """Points of each word, the sum of its pieces'."""
        pieces = iter((POINTS * slopes).tolist())
        return tuple(sum(next(pieces) for _ in word) for word in self._spelled)
