"""What the texts are like before anything learns from them: how long, and how much of a new one was never met."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.appraisal.folds import Plan
from core.data.text import words


def describe_texts(plan: Plan) -> dict[str, Any]:
    """`tokens`: of the texts that are answered, the fewest, median, 95th percentile and most.

    `unseen`: the share, 0 to 1, of the tokens of the first fold's answered texts that none of its training texts has.
    """
    fold = next(plan.folds())
    lengths = [len(words(text)) for text in plan.answered.texts]
    met = {word for split in (fold.task.train, fold.task.validation) for text in split.texts for word in words(text)}
    answered = [word for text in fold.task.test.texts for word in words(text)]
    return {
        "tokens": {
            "fewest": min(lengths),
            "median": float(np.median(lengths)),
            "95 %": float(np.percentile(lengths, 95)),
            "most": max(lengths),
        },
        "unseen": sum(word not in met for word in answered) / max(1, len(answered)),
    }
