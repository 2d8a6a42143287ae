"""W_o alone, by logistic regression: its one setting is chosen by cross-validation inside the label budget.

That is all there is to train in the control without composition, and the first thing in fine-tuning: a head that fits
the pretrained states before they move (Kumar et al. 2022 say why: a random one would pull them apart).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn

from core.data.batches import Encoded, collate, in_order
from core.finetuning.loop import Score, scored
from core.models.bidirectional import BidirectionalEnsemble
from core.models.mean_vectors import MeanVectorClassifier, fit
from core.models.rnn import RNNClassifier
from core.models.transformer import TransformerClassifier
from core.runs.logger import RunLogger, Work

DECAYS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
FOLDS = 5
BATCH = 256


def fit_mean_vectors(model: MeanVectorClassifier, train: Encoded, logger: RunLogger) -> Score:
    """Fit W_o of `model`; returns the cross-validated score that its setting was chosen by.

    Raises Stopped when the person stops it.
    """
    return _fit_heads([model.W_o], [model.pooled], train, logger)[0]


def fit_heads(
    model: RNNClassifier | BidirectionalEnsemble | TransformerClassifier, train: Encoded, logger: RunLogger
) -> None:
    """Fit W_o, of every direction if there are several, to the states as they are.

    Raises Stopped when the person stops it.
    """
    model.eval()
    members = model.members if isinstance(model, BidirectionalEnsemble) else [model]
    _fit_heads([member.W_o for member in members], [member.pooled for member in members], train, logger)


def _fit_heads(
    heads: Sequence[nn.Linear],
    readers: Sequence[Callable[[Tensor, Tensor], Tensor]],
    train: Encoded,
    logger: RunLogger,
) -> list[Score]:
    """Fit each head to what its reader makes of the texts; returns the scores that their settings were chosen by."""
    # Counted in tokens: the texts come from the shortest to the longest.
    read = Work("states", len(readers) * train.tokens(), "tokens/s", logger)
    features = [_features(reader, train, read) for reader in readers]
    fits = Work("head", len(heads) * (len(DECAYS) * FOLDS + 1), "fits/s", logger)
    labels = torch.tensor(list(train.labels))
    return [_fit_head(head, each, labels, fits) for head, each in zip(heads, features, strict=True)]


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
