"""What all vectors of a space have in common, and what the cosine of two unrelated ones looks like.

The mean and the largest principal components say little about a word and much about the space; taking them off is
"all-but-the-top" (Mu and Viswanath 2018). Both are fitted once on the rows and kept with them, so that a score means
the same on every day.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.api.parts import CENTRINGS, Baseline

Matrix = NDArray[np.float32]

FILE = "moments.npz"
MOST_COMPONENTS, WIDTH_PER_COMPONENT = 8, 16
SAMPLE, PAIRS = 20_000, 20_000
QUANTILES = np.linspace(0, 1, 201)


@dataclass(frozen=True)
class Centering:
    """`mean`: (d,); `components`: (k, d), orthonormal, largest first.

    `quantiles`: (centrings, 201), of the cosines of `pairs` random pairs of rows, in the order of `CENTRINGS`;
    `means`: (centrings,), their means.
    """

    mean: Matrix
    components: Matrix
    quantiles: Matrix
    means: Matrix
    pairs: int

    @classmethod
    def of(cls, rows: NDArray[np.float32] | NDArray[np.float16], seed: int = 0) -> Centering:
        """Measured on rows, (n, d), of which at most 20,000 are looked at."""
        rng = np.random.default_rng(seed)
        n, d = rows.shape
        some = _sample(rows, rng)
        mean = _mean(some)
        # Of few rows the components would take all there is.
        k = min(MOST_COMPONENTS, d // WIDTH_PER_COMPONENT, max(0, n - 1) // 2)
        centering = cls(mean, _principal(some - mean, k), np.zeros((0, 0), np.float32), np.zeros(0, np.float32), 0)
        if n < 2:
            return centering
        first = rng.integers(len(some), size=PAIRS)
        second = (first + rng.integers(1, len(some), size=PAIRS)) % len(some)
        cosines = []
        for centring in CENTRINGS:
            unit, _ = scaled(centering.centred(some, centring))
            cosines.append(np.einsum("nd,nd->n", unit[first], unit[second]))
        return cls(
            mean,
            centering.components,
            np.quantile(np.stack(cosines), QUANTILES, axis=1).T.astype(np.float32),
            np.stack(cosines).mean(axis=1).astype(np.float32),
            PAIRS,
        )

    def centred(self, rows: Matrix, centring: str) -> Matrix:
        """Rows, (n, d), with the mean (`mean`) and the components (`top`) taken off, or as they are (`none`)."""
        if centring == "none":
            return rows
        centred: Matrix = rows - self.mean
        if centring == "top":
            return np.asarray(centred - (centred @ self.components.T) @ self.components, np.float32)
        return centred

    def percentile(self, cosine: float, centring: str) -> float | None:
        """The share, 0 to 100, of random pairs whose cosine is lower; None where there were no pairs."""
        if not self.pairs:
            return None
        return float(100 * np.interp(cosine, self.quantiles[CENTRINGS.index(centring)], QUANTILES))

    def baseline(self, centring: str) -> Baseline | None:
        """What random pairs look like; None where there were none."""
        if not self.pairs:
            return None
        row = CENTRINGS.index(centring)
        low, high = np.interp((0.05, 0.95), QUANTILES, self.quantiles[row])
        return Baseline(float(self.means[row]), float(low), float(high), self.pairs)

    def save(self, folder: Path) -> None:
        """Write moments.npz."""
        np.savez(
            folder / FILE,
            mean=self.mean,
            components=self.components,
            quantiles=self.quantiles,
            means=self.means,
            pairs=np.array(self.pairs),
        )

    @classmethod
    def load(cls, folder: Path) -> Centering:
        """Read what `save` wrote. Raises OSError, KeyError or ValueError."""
        with np.load(folder / FILE, allow_pickle=False) as found:
            return cls(
                found["mean"], found["components"], found["quantiles"], found["means"], pairs=int(found["pairs"])
            )


def measure_mean(rows: NDArray[np.float32], seed: int = 0) -> Matrix:
    """The mean alone, (d,), that `Centering.of` the same rows has: all that a cosine needs, for next to nothing."""
    return _mean(_sample(rows, np.random.default_rng(seed)))


def scaled(rows: Matrix) -> tuple[Matrix, Matrix]:
    """Rows, (n, d), at length one, and how long they were, (n,); a row of nearly nothing becomes zeros."""
    lengths = np.linalg.norm(rows, axis=1)
    unit: Matrix = np.divide(rows, lengths[:, None], out=np.zeros_like(rows), where=lengths[:, None] > 1e-9)
    return unit, lengths


def _sample(rows: NDArray[np.float32] | NDArray[np.float16], rng: np.random.Generator) -> Matrix:
    n = len(rows)
    chosen = np.arange(n) if n <= SAMPLE else np.sort(rng.choice(n, SAMPLE, replace=False))
    some: Matrix = rows[chosen].astype(np.float32)
    return some


def _mean(rows: Matrix) -> Matrix:
    mean: Matrix = rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean


def _principal(centred: Matrix, k: int) -> Matrix:
    """The k directions of most variance, (k, d), of centred rows, (n, d); the largest entry of each is positive."""
    if not k:
        return np.zeros((0, centred.shape[1]), np.float32)
    _, vectors = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    components = vectors[:, ::-1][:, :k].T
    largest = np.abs(components).argmax(axis=1)
    signs = np.sign(components[np.arange(k), largest])
    principal: Matrix = (components * signs[:, None]).astype(np.float32)
    return principal
