"""The controls that are no networks: logistic regressions on what was fixed before any label was seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch

from core.data.batches import Encoded
from core.eras.table import Composition
from core.finetuning.heads import fit_heads
from core.finetuning.initialise import Start
from core.finetuning.prepare import Training
from core.finetuning.scoring import Score
from core.finetuning.tfidf import count_ngrams, fit_tfidf
from core.models.mean_vectors import MeanVectorClassifier, MeanVectorConfig
from core.models.protocol import TextModel
from core.pretrained import vectors
from core.runs.logger import RunLogger


@dataclass(frozen=True)
class Regression:
    """A classifier before it is fitted. `fit` gives the cross-validated score that its settings were chosen by.

    It raises Stopped when the person stops it.
    """

    start: Start[TextModel]
    fit: Callable[[Encoded, RunLogger], Score]


def _mean_vectors(training: Training, texts: Sequence[list[str]]) -> Regression:  # noqa: ARG001 - C is all it knows
    assert training.vectors is not None
    start = vectors.load(training.vectors.path)
    sizes = MeanVectorConfig(len(start.vocabulary), training.job.dimension, len(training.task.labels))
    model = MeanVectorClassifier(sizes)
    model.C.weight.data.copy_(torch.from_numpy(start.matrix))

    def fit(train: Encoded, logger: RunLogger) -> Score:
        return fit_heads(model.heads, train, logger)[0]

    # Its C is its start and nothing else, so none of it is written.
    return Regression(Start(model, start.vocabulary, ("C",), {"C.weight": training.vectors.key}), fit)


def _counts(training: Training, texts: Sequence[list[str]]) -> Regression:
    model, lexicon = count_ngrams(texts, len(training.task.labels))
    return Regression(Start(model, lexicon), partial(fit_tfidf, model))


REGRESSIONS: dict[Composition, Callable[[Training, Sequence[list[str]]], Regression]] = {
    Composition.MEAN: _mean_vectors,
    Composition.COUNTS: _counts,
}
"""How each is made of a training and its texts' words; nothing in them is random but what fitting overwrites."""
