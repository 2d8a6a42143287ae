"""How far a model's sureness can be believed, and the temperature that mends it (Guo et al. 2017).

The temperature T divides the logits before the softmax: above 1 answers become less sure, below 1 surer, and none
becomes another. It is fitted on validation texts, never on those that say whether it helped.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from core.catalog.calibration import Calibration

BINS = 15
FORMULA = "ECE = sum over 15 equally wide bins of the answer's probability: texts in it / texts · |accuracy - mean|"
COLDEST, HOTTEST = 0.05, 20.0
"""Beyond these a model is right of everything, or knows nothing: the texts do not say how sure it should be."""
EDGE = 1e-6
"""How near to one of them, as a share, counts as there."""
HALVINGS = 50

Logits = NDArray[np.floating]
Labels = NDArray[np.integer]
Answered = tuple[Logits, Labels]
"""Logits of texts, (n, classes), with the numbers of their true classes, (n,)."""


def soften(logits: Logits, temperature: float = 1.0) -> NDArray[np.float64]:
    """(n, classes): the softmax of logits, (n, classes), each divided by the temperature."""
    scaled = logits.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    probabilities: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return probabilities


def fit_temperature(logits: Logits, labels: Labels) -> float:
    """The T with the lowest cross-entropy, between the coldest and the hottest. Raises ValueError for no texts.

    The cross-entropy is convex in 1/T, so its slope, mean(E[z] - z of the true class), is zero at one place at most:
    that is halved in on.
    """
    if not len(labels):
        raise ValueError("no texts to fit a temperature on")
    kept = logits.astype(np.float64)
    true = kept[np.arange(len(labels)), labels]
    cold, hot = math.log(COLDEST), math.log(HOTTEST)
    for _ in range(HALVINGS):
        middle = (cold + hot) / 2
        slope = ((soften(kept, math.exp(middle)) * kept).sum(axis=1) - true).mean()
        # A positive slope by 1/T: less of 1/T is better, which is more of T.
        cold, hot = (middle, hot) if slope > 0 else (cold, middle)
    return math.exp((cold + hot) / 2)


def measure_calibration_error(probabilities: NDArray[np.floating], labels: Labels, bins: int = BINS) -> float:
    """The expected calibration error, 0 to 1, of (n, classes) and (n,): `FORMULA`. Raises ValueError for no texts."""
    if not len(labels):
        raise ValueError("no texts to measure on")
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    # Bin b holds what is above b/bins, and no more than (b + 1)/bins.
    places = np.clip(np.ceil(sure * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(places, right - sure, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))


def calibrate(test: Answered, validation: Answered | None, model: str = "") -> Calibration:
    """Fit a temperature on validation texts, where there are any, and measure on test texts what it does.

    None is fitted where the validation texts do not say one: a model that is right of all of them could be ever surer.
    """
    logits, labels = test
    before = measure_calibration_error(soften(logits), labels)
    if validation is None or not len(validation[1]):
        return Calibration(model=model, n=len(labels), before=before)
    temperature = fit_temperature(*validation)
    if not COLDEST * (1 + EDGE) < temperature < HOTTEST * (1 - EDGE):
        return Calibration(model=model, n=len(labels), before=before, fitted_on=len(validation[1]))
    after = measure_calibration_error(soften(logits, temperature), labels)
    return Calibration(
        model=model,
        n=len(labels),
        before=before,
        temperature=temperature,
        fitted_on=len(validation[1]),
        after=after,
    )
