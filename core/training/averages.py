"""Fitting the control without composition: its one setting is chosen by cross-validation inside the label budget."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from core.models.linear import AverageClassifier, fit
from core.training.batches import Encoded, pad
from core.training.loop import Score

DECAYS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
FOLDS = 5


def fit_average(model: AverageClassifier, train: Encoded, validation: Encoded, own_budget: bool) -> Score:
    """Fit W_o of `model`; returns the score that the setting was chosen by.

    With `own_budget` the validation texts came out of the labels that may be used: then all of them are cross-validated
    and fitted on, because a regression needs no early stopping.
    """
    features, labels = _features(model, train), torch.tensor(list(train.labels))
    if own_budget:
        features = torch.cat([features, _features(model, validation)])
        labels = torch.cat([labels, torch.tensor(list(validation.labels))])
    middle, spread = features.mean(dim=0), features.std(dim=0).clamp(min=1e-6)
    features = (features - middle) / spread
    classes = model.config.classes
    tried = {decay: _cross_validated(features, labels, classes, decay) for decay in DECAYS}
    best = min(tried, key=lambda decay: tried[decay].loss)
    weights, bias = fit(features, labels, classes, best)
    with torch.no_grad():
        model.W_o.weight.copy_(weights / spread)
        model.W_o.bias.copy_(bias - (weights / spread) @ middle)
    return tried[best]


def _features(model: AverageClassifier, data: Encoded) -> Tensor:
    with torch.no_grad():
        return torch.cat([model.mean(pad(data.ids[i : i + 256])[0]) for i in range(0, len(data), 256)])


def _cross_validated(features: Tensor, labels: Tensor, classes: int, decay: float) -> Score:
    """The score of every text by a regression that did not see it."""
    fold = torch.zeros(len(labels), dtype=torch.long)
    for label in range(classes):  # each fold gets its share of every class
        mine = (labels == label).nonzero().squeeze(1)
        fold[mine] = torch.arange(len(mine)) % FOLDS
    logits = torch.zeros(len(labels), classes)
    for held in range(FOLDS):
        apart = fold == held
        weights, bias = fit(features[~apart], labels[~apart], classes, decay)
        logits[apart] = features[apart] @ weights.t() + bias
    right = (logits.argmax(dim=1) == labels).float().mean().item()
    return Score(functional.cross_entropy(logits, labels).item(), right, len(labels))
