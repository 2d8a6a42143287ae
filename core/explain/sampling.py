"""What is shown of what is too large: evenly spaced, from the first to the last, and rounded."""

from __future__ import annotations

import torch
from torch import Tensor

from core import api

DIGITS = 5
"""Significant digits of a number that is only drawn."""


def places(size: int, most: int) -> list[int]:
    """At most `most` places of `size`, evenly spaced, the first and the last among them."""
    if size <= most:
        return list(range(size))
    return [round(place) for place in torch.linspace(0, size - 1, most, dtype=torch.float64).tolist()]


def strip(vector: Tensor, most: int) -> api.Strip:
    """A vector, (width,), at evenly spaced coordinates."""
    return api.Strip(tuple(map(short, vector[places(len(vector), most)].tolist())), len(vector))


def cells(matrix: Tensor) -> api.Cells:
    """A matrix as plain numbers."""
    return tuple(tuple(map(short, row)) for row in matrix.tolist())


def short(value: float) -> float:
    """The number with as many digits as a picture needs."""
    return float(f"{value:.{DIGITS}g}")
