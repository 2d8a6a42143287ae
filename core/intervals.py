"""How sure a share of a few things is: Wilson's interval (1927), right near 0 and 1 and for small numbers, too."""

from __future__ import annotations

import math

Z = 1.959963984540054
"""Standard normal deviations within which 95 % lie."""


def wilson(share: float, n: int, z: float = Z) -> tuple[float, float]:
    """(low, high), both 0 to 1: where the true share lies with 95 % after `share` of `n` things.

    Raises ValueError for a share outside 0 to 1 or no things.
    """
    if n < 1 or not 0 <= share <= 1:
        raise ValueError(f"no share of things: {share} of {n}")
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))
