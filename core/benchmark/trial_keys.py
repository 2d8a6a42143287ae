"""The key of each trial's classifier, known before anything is trained."""

from __future__ import annotations

from dataclasses import replace

from core.benchmark.costs import Texts
from core.finetuning.prepare import Training, prepare
from core.jobs import TrainJob
from core.storage.store import Store

SAMPLE = 500
"""Texts whose words are counted: enough to guess how long training takes."""


class TrialKeys:
    """Keys of classifiers. Data and pretrained parts are found once for each era and data set, not once a trial."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._prepared: dict[tuple[str, str], Training] = {}
        self._texts: dict[str, Texts] = {}

    def key(self, job: TrainJob) -> str:
        """The key that the job's classifier has in the store. Raises what `prepare` raises."""
        # The budget and the seed are part of the job; which texts they draw follows from the data.
        return replace(self._training(job), job=job).spec.key

    def texts(self, job: TrainJob) -> Texts:
        """The labelled training texts its data has. Raises what `prepare` raises."""
        if job.data not in self._texts:
            texts = self._training(job).task.train.texts
            some = [min(len(text.split()), job.max_tokens) for text in texts[:SAMPLE]]
            self._texts[job.data] = Texts(len(texts), sum(some) / len(some))
        return self._texts[job.data]

    def _training(self, job: TrainJob) -> Training:
        place = (job.data, job.era)
        if place not in self._prepared:
            self._prepared[place] = prepare(replace(job, labels=None), self._store)
        return self._prepared[place]
