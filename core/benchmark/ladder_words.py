"""What one point of a ladder says, in plain sentences: the accuracy, the gain on the row before, the labels saved."""

from __future__ import annotations

import math
from collections.abc import Iterator
from shlex import quote

from core.benchmark.labels_saved import LabelsSaved, find_labels_saved
from core.benchmark.spec import is_control
from core.budget import name_budget
from core.catalog.ladder import Gain, Mean, MeasuredLadder
from core.eras.table import BY_ID

_EXACT_UP_TO = 100
"""Numbers of labels that are interpolated are said with two digits from here on: they are no surer than that."""


def describe_point(ladder: MeasuredLadder, data: str, era: str, labels: int | None) -> Iterator[str]:
    """A sentence on each thing that is known of an era at a number of labels, or why there is none."""
    mean = ladder.mean(data, era, labels)
    if mean is None:
        yield from _describe_gap(ladder, data, era, labels)
        return
    yield describe_accuracy(mean, ladder.split)
    row = BY_ID.get(era)
    if row is not None and is_control(row):
        yield f"A control, no step of the story: {row.title}. The eras are to be held against it."
        return
    gain, saved = ladder.gain(mean), find_labels_saved(ladder, mean)
    yield describe_gain(gain) if gain is not None else _describe_no_gain(mean, saved)
    if saved is not None:
        yield describe_saved(saved)


def describe_accuracy(mean: Mean, split: str) -> str:
    """How many of the texts are right, over how many seeds, and where the mean lies."""
    spread = "" if mean.sd is None else f" ± {100 * mean.sd:.1f}"
    seeds = "1 seed" if mean.seeds == 1 else f"{mean.seeds} seeds"
    return (
        f"{mean.era}, {name_budget(mean.labels)}: {100 * mean.mean:.1f} %{spread} of {mean.texts:,} {split} texts are "
        f"right ({seeds}; the mean is within {100 * mean.low:.1f} to {100 * mean.high:.1f} with 95 %)."
    )


def describe_gain(gain: Gain) -> str:
    """How much more is right than in the row before, and whether that is more than the noise."""
    interval = f"{points(gain.mean)} points [{points(gain.low)}, {points(gain.high)}]"
    noise = "more than the noise" if gain.certain else "within the noise: it may be nothing"
    return f"Gain on {gain.against}: {interval}, {noise}."


def describe_saved(saved: LabelsSaved) -> str:
    """How many labels are saved, and how many the row before needs for as much."""
    return f"Labels saved: {_amount(saved)}. {describe_needed(saved)}."


def describe_needed(saved: LabelsSaved) -> str:
    """How many labels the row before needs for as much: `word2vec needs about 210 labels for as much [110 to 360]`."""
    low, high = _bound(saved.low, saved), _bound(saved.high, saved)
    interval = f"[{low}]" if low == high else f"[{low} to {high}]"
    if math.isinf(saved.about):
        return f"{saved.against} does not get there with {_count(saved.most)} labels, its most {interval}"
    about = _bound(saved.about, saved) if saved.about <= saved.fewest else f"about {_count(saved.about)}"
    return f"{saved.against} needs {about} labels for as much {interval}"


def _amount(saved: LabelsSaved) -> str:
    if saved.low > saved.most and saved.labels >= saved.most:
        return "cannot be told"
    if not saved.certain:
        return "none for certain"
    if saved.about <= saved.labels:
        return "none"
    if math.isinf(saved.about):
        return f"more than {_count(saved.most - saved.labels)}"
    return f"about {_count(saved.about - saved.labels)}"


def points(share: float) -> str:
    """A difference of accuracies in points, with its sign."""
    said = f"{100 * share:+.1f}"
    return "0.0" if float(said) == 0 else said


def _bound(labels: float, saved: LabelsSaved) -> str:
    if math.isinf(labels):
        return f"more than {_count(saved.most)}"
    return f"{_count(labels)} or fewer" if labels <= saved.fewest else _count(labels)


def _count(labels: float) -> str:
    """With two digits, but measured numbers as they are."""
    if labels < _EXACT_UP_TO or labels == round(labels):
        return f"{round(labels):,}"
    unit = 10 ** (math.floor(math.log10(labels)) - 1)
    return f"{round(labels / unit) * unit:,}"


def _describe_no_gain(mean: Mean, saved: LabelsSaved | None) -> str:
    if saved is None:
        return "There is no row before it to be held against."
    return f"No gain can be told: {saved.against} was not measured with {name_budget(mean.labels)}."


def _describe_gap(ladder: MeasuredLadder, data: str, era: str, labels: int | None) -> Iterator[str]:
    yield f"{era}, {name_budget(labels)}: not measured."
    row = BY_ID.get(era)
    if labels == 0 and row is not None and not row.asked:
        yield "It cannot be: it has to learn from labels. Only a row that asks a language model answers without any."
        return
    budget = "all" if labels is None else labels
    split = f" --split {ladder.split}" if ladder.split == "test" else ""
    yield f"To measure it: nlp-tui ladder --data {quote(data)} --eras {era} --labels {budget}{split}"
