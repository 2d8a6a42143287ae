"""Which era to use, in words with their numbers: what is better within its interval, and what is enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.appraisal.second_rows import era_of
from core.benchmark.statistics import Difference, Summary, difference, summarize
from core.benchmark.trials import Right
from core.eras.table import BASELINES, BY_ID
from core.runs.wording import percent

COUNTED = "tfidf"
PLAIN = tuple(era.id for era in BASELINES)


@dataclass(frozen=True)
class Row:
    """What one era came to. `against`: the best's accuracy less its own, None for the best itself."""

    era: str
    summary: Summary
    seconds: float
    """Of one training, the mean."""
    against: Difference | None


def rank(right: Mapping[str, Sequence[Right]], seconds: Mapping[str, float]) -> list[Row]:
    """The eras, the most accurate first; of equals the one that trains faster. Raises ValueError for none."""
    summaries = {era: summarize(answers) for era, answers in right.items()}
    order = sorted(right, key=lambda era: (-summaries[era].mean, seconds[era]))
    best = order[0]
    return [
        Row(era, summaries[era], seconds[era], None if era == best else pair(right[best], right[era])) for era in order
    ]


def advise(rows: Sequence[Row], majority: float, largest: str) -> str:
    """The recommendation. `majority`: the share, 0 to 1, of the largest class, called `largest`."""
    best, texts = rows[0], rows[0].summary.texts
    if best.summary.low <= majority:
        return (
            f"None is shown to be worth it: always answering {largest!r} has {percent(majority)}, and the best, "
            f"{best.era}, {_of(best.summary)} with {texts:,} texts. More labels, or cleaner ones, come first."
        )
    chosen, alike = choose(rows), _alike(rows)[1:]
    counted = chosen.era == COUNTED
    enough = f"Counted words ({COUNTED}) are enough here: {_of(chosen.summary)}"
    if chosen.against is None:
        if counted:
            return f"{enough}, and no era has more.{_within(alike)}"
        return f"Use {best.era}: {_of(best.summary)}.{_better(rows)}{_within(alike)}"
    if counted:
        return (
            f"{enough}. The best, {best.era}, has {_of(best.summary)}, and the two cannot be told apart with "
            f"{texts:,} texts ({_points(chosen.against)})."
        )
    return (
        f"Use {chosen.era}: {_of(chosen.summary)}. {best.era} has {_of(best.summary)}, and the two cannot be told "
        f"apart with {texts:,} texts ({_points(chosen.against)}); {chosen.era} trains in {chosen.seconds:,.1f} s, "
        f"{best.era} in {best.seconds:,.1f} s.{_better(rows)}"
    )


def choose(rows: Sequence[Row]) -> Row:
    """Of the eras that cannot be told apart from the best: counted words, else a baseline, else the fastest."""
    return min(_alike(rows), key=lambda row: (row.era != COUNTED, row.era not in PLAIN, row.seconds))


def choose_compared(rows: Sequence[Row]) -> list[str]:
    """Which are measured with fewer labels: the recommended one, and the best of the other kind, era or baseline.

    One that learns from no label is none of them.
    """
    chosen = choose(rows).era
    trained = [row.era for row in rows if not BY_ID[era_of(row.era)].asked]
    others = [era for era in trained if (era in PLAIN) != (chosen in PLAIN)]
    return [era for era in (chosen, *others[:1]) if era in trained]


def say_more_labels(half: Sequence[Right], whole: Sequence[Right], era: str, labels: tuple[int, int]) -> str:
    """What the second half of the labels bought, for who wonders about labelling more."""
    gain = pair(whole, half)
    bought = (
        f"{era} gained {100 * gain.mean:+.1f} points ({_interval(gain)}) from {labels[0]:,} to {labels[1]:,} labels"
    )
    if gain.certain and gain.mean > 0:
        return f"{bought}: more labels are likely to help further, each doubling usually less than the one before."
    return (
        f"{bought}: that is within the noise. Either more labels of this kind promise little, or these texts are too "
        "few to show it."
    )


def pair(one: Sequence[Right], other: Sequence[Right]) -> Difference:
    """How much more `one` has right than `other`, text by text and seed by seed."""
    shared = min(len(one), len(other))  # a model without training has one seed
    return difference(one[:shared], other[:shared])


def _alike(rows: Sequence[Row]) -> list[Row]:
    """The best, and those that cannot be told apart from it."""
    return [row for row in rows if row.against is None or not row.against.certain]


def _better(rows: Sequence[Row]) -> str:
    worse = [row for row in rows if row.against is not None and row.against.certain]
    if not worse:
        return ""
    nearest = worse[0]
    assert nearest.against is not None
    gain = nearest.against
    better = f"{100 * gain.mean:+.1f} points or more ({_interval(gain)})"
    return f" The best is better than {_and([row.era for row in worse])}, by {better}."


def _within(alike: Sequence[Row]) -> str:
    if not alike:
        return ""
    return f" It cannot be told apart from {_and([row.era for row in alike])} with {alike[0].summary.texts:,} texts."


def _of(summary: Summary) -> str:
    return f"{percent(summary.mean)} (95 %: {100 * summary.low:.1f} to {100 * summary.high:.1f})"


def _points(gain: Difference) -> str:
    return f"{100 * gain.mean:+.1f} points, {_interval(gain)}"


def _interval(gain: Difference) -> str:
    return f"95 %: {100 * gain.low:+.1f} to {100 * gain.high:+.1f}"


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
