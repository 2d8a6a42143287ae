"""How long a trial will take: guessed from its size at first, then from what trials like it took."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.eras.table import BY_ID, Composition, Era, Reads
from core.jobs import TrainJob, schedule

START_SECONDS, EPOCH_SECONDS, WORD_SECONDS = 5.0, 0.15, 2e-4
"""Starting a child and reading the data; a checkpoint; a word read. Once something was measured, only ratios matter."""
JUDGED_TEXTS, JUDGED_WORDS = 1 / 4, 1 / 20
"""Texts that are only judged, as a share of the training texts; and what a word of them costs of one learned from."""
FITTED = (Composition.MEAN, Composition.COUNTS)
"""What is fitted to its texts as a whole: it reads them once."""


@dataclass(frozen=True)
class Texts:
    """The training texts of a data set: how many there are, and how many words of one are read."""

    number: int
    words: float


Kind = tuple[str, str, int | None]
"""Era, data, labels: trials that differ in their seed alone take equally long."""


class Costs:
    """Expected seconds of each trial, better with every trial that was measured."""

    def __init__(self, texts: Mapping[str, Texts]) -> None:
        self._texts = texts
        self._guesses: dict[Kind, float] = {}
        self._measured: dict[Kind, list[float]] = {}

    def record(self, job: TrainJob, seconds: float) -> None:
        """A trial took that long."""
        self.guess(job)
        self._measured.setdefault(_kind(job), []).append(seconds)

    def expect(self, job: TrainJob) -> float:
        """Seconds, from the trials most like this one: same era and data, else same era, else any; nearest in size."""
        size = self.guess(job)
        era, data, _ = _kind(job)
        known = (
            [kind for kind in self._measured if kind[:2] == (era, data)]
            or [kind for kind in self._measured if kind[0] == era]
            or list(self._measured)
        )
        if not known:
            return size
        nearest = min(known, key=lambda kind: abs(math.log(self._guesses[kind] / size)))
        took = self._measured[nearest]
        return sum(took) / len(took) * size / self._guesses[nearest]

    def left(self, waiting: Iterable[TrainJob], rest: Sequence[float], workers: int) -> float:
        """Seconds until all is done, spread over the workers: what waits, and the `rest` of each trial at work."""
        alike: dict[Kind, TrainJob] = {}
        counts = Counter[Kind]()
        for job in waiting:
            alike.setdefault(_kind(job), job)
            counts[_kind(job)] += 1
        each = {kind: self.expect(job) for kind, job in alike.items()}
        together = sum(rest) + sum(each[kind] * count for kind, count in counts.items())
        # The last trials leave workers idle: it never takes less than the longest of them.
        return max([together / workers, *rest, *each.values()])

    def guess(self, job: TrainJob) -> float:
        """Seconds by the words of a whole training, and of what is judged: from the job and its data alone."""
        if (kind := _kind(job)) not in self._guesses:
            there = self._texts[job.data]
            texts = there.number if job.labels is None else max(1, job.labels * 4 // 5)
            era = BY_ID[job.era]
            epochs = 1 if era.composition in FITTED else schedule(job, texts).epochs
            learned, judged = epochs * texts, JUDGED_WORDS * JUDGED_TEXTS * there.number
            a_word = WORD_SECONDS * _times_as_large(era)
            self._guesses[kind] = START_SECONDS + epochs * EPOCH_SECONDS + a_word * there.words * (learned + judged)
        return self._guesses[kind]


def _times_as_large(era: Era) -> int:
    """Multiplications a word, against the plain classifier: a transformer, language models whole, or their states."""
    return 20 if era.reads is Reads.WORDPIECES else 7 if era.fine_tuned or era.asked else 4 if era.reads_states else 1


def _kind(job: TrainJob) -> Kind:
    return job.era, job.data, job.labels
