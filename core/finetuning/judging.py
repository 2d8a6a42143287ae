"""What a finished model takes for what, and its surest mistakes: what a run ends with.

Of validation texts, never of the test: who looks at test errors and then changes the recipe has no test any more.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.data.corpora import Split
from core.runs.events import Judged, Mistake

WORST = 3
CLASSES = 10
"""Beyond which a confusion matrix is too wide for a run's last page."""
LONGEST = 300
"""Characters of a text."""


def judge(name: str, split: Split, labels: tuple[str, ...], probabilities: Tensor) -> Judged:
    """Confusion and surest mistakes of the split `name`, of probabilities, (n, classes), in its order."""
    true = torch.tensor(list(split.labels))
    sure, said = probabilities.max(dim=1)
    classes = len(labels)
    confusion = torch.bincount(true * classes + said, minlength=classes * classes).reshape(classes, classes).tolist()
    wrong = (said != true).nonzero()[:, 0]
    worst = wrong[sure[wrong].argsort(descending=True, stable=True)][:WORST].tolist()
    return Judged(
        split=name,
        labels=list(labels),
        confusion=confusion if classes <= CLASSES else None,
        worst=[
            Mistake(split.texts[n][:LONGEST], labels[int(true[n])], labels[int(said[n])], round(float(sure[n]), 4))
            for n in worst
        ],
    )
