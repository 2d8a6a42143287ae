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


def difference(first: tuple[float, int], second: tuple[float, int], z: float = Z) -> tuple[float, float]:
    """(low, high): where the true difference of two shares, each (share, n), lies with 95 %, first less second.

    Newcombe's method 10 (1998): both of Wilson's intervals put together. The two are taken as independent; of the same
    things it is wider than it need be. Raises ValueError as `wilson` does.
    """
    (p, n), (q, m) = first, second
    (p_low, p_high), (q_low, q_high) = wilson(p, n, z), wilson(q, m, z)
    low = (p - q) - math.hypot(p - p_low, q_high - q)
    high = (p - q) + math.hypot(p_high - p, q - q_low)
    return low, high
