"""W_o alone, by logistic regression: its one setting is chosen by cross-validation inside the label budget.

That is all there is to train in the control without composition, and the first thing in fine-tuning: a head that fits
the pretrained states before they move (Kumar et al. 2022 say why: a random one would pull them apart).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn

from core.data.batches import Encoded, collate, in_order
from core.finetuning.scoring import Score, scored
from core.models.logistic_regression import fit
from core.models.protocol import Head
from core.runs.logger import RunLogger, Work

DECAYS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
FOLDS = 5
BATCH = 256


def fit_heads(heads: Sequence[Head], train: Encoded, logger: RunLogger) -> list[Score]:
    """Fit each W_o to what it sees of the texts as it is; returns the cross-validated scores their settings have.

    Raises Stopped when the person stops it.
    """
    # Counted in tokens: the texts come from the shortest to the longest.
    read = Work("states", len(heads) * train.tokens(), "tokens/s", logger)
    features = [_features(head.pooled, train, read) for head in heads]
    fits = Work("head", len(heads) * (len(DECAYS) * FOLDS + 1), "fits/s", logger)
    labels = torch.tensor(list(train.labels))
    return [_fit_head(head.W_o, each, labels, fits) for head, each in zip(heads, features, strict=True)]


def _fit_head(head: nn.Linear, features: Tensor, labels: Tensor, work: Work) -> Score:
    """Fit a head to features, (n, width); returns the cross-validated score its setting was chosen by."""
    middle, spread = features.mean(dim=0), features.std(dim=0).clamp(min=1e-6)
    features = (features - middle) / spread
    classes = head.out_features
    tried = {decay: _cross_validated(features, labels, classes, decay, work) for decay in DECAYS}
    best = min(tried, key=lambda decay: tried[decay].loss)
    weights, bias = fit(features, labels, classes, best)
    work.did()
    with torch.no_grad():
        head.weight.copy_(weights / spread)
        head.bias.copy_(bias - (weights / spread) @ middle)
    return tried[best]


@torch.no_grad()
def _features(pooled: Callable[[Tensor, Tensor], Tensor], data: Encoded, work: Work) -> Tensor:
    """(texts, width), in the order of `data`."""
    found: dict[int, Tensor] = {}
    for rows in in_order(data, BATCH):
        batch = collate(data, rows)
        found |= dict(zip(rows, pooled(batch.ids, batch.lengths), strict=True))
        work.did(int(batch.lengths.sum()))
    return torch.stack([found[row] for row in range(len(data))])


def folds(labels: Tensor, classes: int) -> Iterator[Tensor]:
    """Which texts are held out, (n,), in each of `FOLDS` turns; each turn gets its share of every class."""
    fold = torch.zeros(len(labels), dtype=torch.long)
    for label in range(classes):
        mine = (labels == label).nonzero().squeeze(1)
        fold[mine] = torch.arange(len(mine)) % FOLDS
    for held in range(FOLDS):
        yield fold == held


def _cross_validated(features: Tensor, labels: Tensor, classes: int, decay: float, work: Work) -> Score:
    """The score of every text by a regression that did not see it."""
    logits = torch.zeros(len(labels), classes)
    for apart in folds(labels, classes):
        weights, bias = fit(features[~apart], labels[~apart], classes, decay)
        logits[apart] = features[apart] @ weights.t() + bias
        work.did()
    return scored(logits, labels)
