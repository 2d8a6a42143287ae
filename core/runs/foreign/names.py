"""What a number is called elsewhere: `train_loss`, `val/acc`, `eval_accuracy` are curves that are known here."""

from __future__ import annotations

import re

_SPLITS = {
    "train": ("train", "training", "tr"),
    "validation": ("val", "valid", "validation", "eval", "dev"),
    "test": ("test",),
}
_MEASURES = {
    "loss": ("loss", "nll", "xent", "crossentropy"),
    "accuracy": ("acc", "accuracy", "top1"),
}
_SPLIT_OF = {word: split for split, words in _SPLITS.items() for word in words}
_MEASURE_OF = {word: measure for measure, words in _MEASURES.items() for word in words}
_EPOCH_MEAN = " (epoch)"


def place(name: str) -> tuple[str, str]:
    """(split, measure) of a number's name: ("train", "loss"), ("validation", "accuracy"); ("", name) for any other.

    A bare `loss` is that of training. Lightning's `train_loss_epoch` is the mean of the epoch: a curve of its own.
    """
    words = [word for word in re.split(r"[\s/_.\-:]+", name.lower()) if word]
    mean = words[-1:] == ["epoch"] and len(words) > 1
    words = words[:-1] if words[-1:] in (["epoch"], ["step"]) and len(words) > 1 else words
    if words in (["lr"], ["learning", "rate"], ["train", "lr"], ["train", "learning", "rate"]):
        return "", "learning rate"
    splits = [_SPLIT_OF[word] for word in words if word in _SPLIT_OF]
    rest = [word for word in words if word not in _SPLIT_OF]
    if len(rest) != 1 or rest[0] not in _MEASURE_OF or len(set(splits)) > 1:
        return "", name
    split, measure = (splits or ["train"])[0], _MEASURE_OF[rest[0]]
    # Where steps are there too, both would be one zigzag.
    return ("", f"{split} {measure}{_EPOCH_MEAN}") if mean and split == "train" else (split, measure)
