"""How many labels the row before would need for the same accuracy: a gain in accuracy, told as work that is saved.

The learning curve of the row before is a straight line between neighbouring measured numbers of labels, on the
logarithm of that number. It needs as many labels as where the line first reaches the accuracy in question.

The interval is found by inverting the test (Fieller 1954): it holds the numbers of labels at which the two rows cannot
be told apart with 95 %. How far apart two accuracies must be for that is worked out from the 95 % bootstrap intervals
of both means, over test texts and seeds, less what the two have in common because they answer the same texts with the
same seeds: their correlation is the one that the paired interval of their difference implies, at the same number of
labels where both are measured, else on average over those where they are. At that same number it is the paired
interval itself, so a gain within the noise never claims that labels are saved. A mean of one seed has an interval over
texts alone. Between measured numbers the interval is interpolated as the line is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from core.catalog.ladder import Gain, Mean, MeasuredLadder
from core.eras.table import BY_ID, CONTROLS

Point = tuple[float, float]
"""A number of labels above zero, and an accuracy."""


@dataclass(frozen=True)
class LabelsSaved:
    """How many labels `against` needs for the accuracy that `era` has with `labels`: `about`, in `low` to `high`.

    `fewest` and `most` are the numbers of labels that `against` was measured with. A number equal to `fewest` means so
    many or fewer; an infinite one more than `most`.
    """

    era: str
    against: str
    labels: float
    about: float
    low: float
    high: float
    fewest: float
    most: float

    @property
    def certain(self) -> bool:
        """Whether it needs more labels for certain, or fewer."""
        return self.labels < self.low or self.high < self.labels


def find_labels_saved(ladder: MeasuredLadder, mean: Mean) -> LabelsSaved | None:
    """What the row before would need for an era's accuracy; None where there is none, or it has too few points.

    The row before is the one that the gain is held against; without a gain, as with no label, the latest era before it
    that was measured on the same data. Controls have no row before.
    """
    labels = ladder.count(mean.data, mean.labels)
    against = _row_before(ladder, mean)
    if labels is None or against is None:
        return None
    before = {
        count: other
        for other in ladder.of(against, mean.data)
        if (count := ladder.count(mean.data, other.labels))  # zero has no logarithm
    }
    if len(before) < 2:
        return None
    here = ladder.gain(mean)
    common = _correlation(ladder, mean, against)
    wide = {count: _half_width(mean, other, common) for count, other in before.items()}
    below, above = 1.0, 1.0
    if here is not None and (half := wide.get(labels)):
        below, above = (here.mean - here.low) / half, (here.high - here.mean) / half

    def crossing(shift: Callable[[int], float]) -> float:
        return reach([(count, other.mean + shift(count)) for count, other in before.items()], mean.mean)

    return LabelsSaved(
        mean.era,
        against,
        labels,
        about=crossing(lambda _: 0.0),
        low=crossing(lambda count: below * wide[count]),
        high=crossing(lambda count: -above * wide[count]),
        fewest=min(before),
        most=max(before),
    )


def reach(curve: Sequence[Point], accuracy: float) -> float:
    """The number of labels at which a curve first reaches an accuracy, interpolated on its logarithm.

    The curve's points are in order of labels. It is the first number where that reaches it already; infinite if none.
    """
    if curve and curve[0][1] >= accuracy:
        return curve[0][0]
    for (left, before), (right, after) in pairwise(curve):
        if after >= accuracy:
            share = (accuracy - before) / (after - before)
            return min(right, math.exp(math.log(left) + share * math.log(right / left)))
    return math.inf


def _row_before(ladder: MeasuredLadder, mean: Mean) -> str | None:
    if (gain := ladder.gain(mean)) is not None:
        return gain.against
    era = BY_ID.get(mean.era)
    if era is None or era in CONTROLS:
        return None
    earlier = list(BY_ID.values())[: list(BY_ID).index(era.id)]
    measured = [each for each in earlier if each not in CONTROLS and any(ladder.of(each.id, mean.data))]
    others = [each for each in measured if (each.year, each.composition) != (era.year, era.composition)]
    return others[-1].id if others else None


def _correlation(ladder: MeasuredLadder, mean: Mean, against: str) -> float:
    """Of the two rows' accuracies over texts and seeds, 0 to 1: at the mean's own labels, else over all there are."""
    pairs = [gain for gain in ladder.gains if (gain.data, gain.era, gain.against) == (mean.data, mean.era, against)]
    own = [gain for gain in pairs if gain.labels == mean.labels]
    found = [each for gain in own or pairs for each in _implied(ladder, gain)]
    return fmean(found) if found else 0.0


def _implied(ladder: MeasuredLadder, gain: Gain) -> Iterator[float]:
    """From Var(a - b) = Var(a) + Var(b) - 2 r sd(a) sd(b), in widths of intervals."""
    one, other = (ladder.mean(gain.data, era, gain.labels) for era in (gain.era, gain.against))
    if one is not None and other is not None and (product := _half(one) * _half(other)) > 0:
        paired = (gain.high - gain.low) / 2
        yield max(0.0, min(1.0, (_half(one) ** 2 + _half(other) ** 2 - paired**2) / (2 * product)))


def _half(mean: Mean) -> float:
    return (mean.high - mean.low) / 2


def _half_width(one: Mean, other: Mean, correlation: float) -> float:
    """Half of the interval of their difference."""
    together = _half(one) ** 2 + _half(other) ** 2 - 2 * correlation * _half(one) * _half(other)
    return math.sqrt(max(0.0, together))
