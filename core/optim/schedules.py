"""How a learning rate goes over a training: up in a line, then down in a line to zero."""

from __future__ import annotations


def slanted(step: int, total: int, warmup: float) -> float:
    """The share of the highest rate at one step (from 0) of `total`, above 0 and at most 1.

    It rises over the first `warmup` of all steps and falls over the others: the slanted triangle of Howard and Ruder
    (2018), and what BERT was trained with (Devlin et al. 2019).
    """
    rise = max(1, round(warmup * total))
    return (step + 1) / rise if step < rise else (total - step) / max(1, total - rise)
