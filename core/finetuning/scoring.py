"""How well answers fit labels: cross-entropy, accuracy, macro F1, and what they are to be held against."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from core.data.batches import Encoded, collate, in_order
from core.models.protocol import TextModel

SCORING_BATCH = 32
"""Small enough for the states to stay in the processor's cache: larger batches take twice as long."""


@dataclass(frozen=True)
class Score:
    """Mean cross-entropy (nats), accuracy (0 to 1) and the number of texts scored.

    `majority` is the share of the largest class: who always answers so is that accurate. `macro_f1` is the mean over
    the classes of the harmonic mean of precision and recall: who always answers so has little of it.
    """

    loss: float
    accuracy: float
    n: int
    majority: float
    macro_f1: float


def scored(logits: Tensor, labels: Tensor) -> Score:
    """The score of logits, (n, classes), that are all there."""
    return _summarise(functional.cross_entropy(logits, labels).item(), logits.argmax(dim=1), labels)


def _summarise(loss: float, predicted: Tensor, labels: Tensor) -> Score:
    """The score of predicted class numbers, (n,), and a mean cross-entropy."""
    right = predicted == labels
    classes = int(torch.maximum(predicted.max(), labels.max())) + 1
    true, said, hit = (torch.bincount(of, minlength=classes) for of in (labels, predicted, labels[right]))
    there = true > 0
    f1 = 2 * hit[there] / (true[there] + said[there])
    return Score(loss, right.sum().item() / len(labels), len(labels), true.max().item() / len(labels), f1.mean().item())


@torch.inference_mode()
def score(model: TextModel, data: Encoded, device: torch.device) -> tuple[Score, Tensor]:
    """(Score, probabilities (n, classes) in the order of `data`)."""
    model.eval()
    probabilities: Tensor | None = None
    loss = 0.0
    for rows in in_order(data, SCORING_BATCH):
        batch = collate(data, rows).to(device)
        logits = model(batch.ids, batch.lengths)
        loss += functional.cross_entropy(logits, batch.labels, reduction="sum").item()
        if probabilities is None:
            probabilities = torch.empty(len(data), logits.shape[1])
            predicted = torch.empty(len(data), dtype=torch.long)
        probabilities[rows] = logits.softmax(dim=1).cpu()
        predicted[rows] = logits.argmax(dim=1).cpu()
    if probabilities is None:
        raise ValueError("nothing to score")
    return _summarise(loss / len(data), predicted, torch.tensor(list(data.labels))), probabilities
