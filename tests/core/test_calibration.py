"""The temperature has the lowest cross-entropy and turns no answer; the error is what its formula says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.catalog.calibration import CALIBRATION, Calibration, find_calibration, load_calibrations
from core.catalog.model_info import read_info
from core.catalog.models import Catalog
from core.finetuning.calibration import (
    BINS,
    COLDEST,
    HOTTEST,
    fit_temperature,
    measure_calibration_error,
    soften,
)
from core.release.calibrating import measure_shipped, verify_calibrations, write_calibrations
from core.storage.paths import ASSETS
from core.storage.store import Artifact

N, CLASSES = 4_000, 3


def drawn(sharpness: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Logits whose labels are drawn from their own softmax, then multiplied: surer than right above 1."""
    random = np.random.default_rng(0)
    logits = random.normal(size=(N, CLASSES)) * 2
    shares = soften(logits).cumsum(axis=1)
    labels = np.minimum((shares < random.random((N, 1))).sum(axis=1), CLASSES - 1)
    return logits * sharpness, labels


def loss(logits: NDArray[np.float64], labels: NDArray[np.int64], temperature: float) -> float:
    return float(-np.log(soften(logits, temperature)[np.arange(len(labels)), labels]).mean())


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_how_much_too_sure_a_model_is(sharpness: float) -> None:
    logits, labels = drawn(sharpness)
    found = fit_temperature(logits, labels)
    assert found == pytest.approx(sharpness, rel=0.1)
    for other in (0.8 * found, 0.98 * found, 1.02 * found, 1.25 * found):
        assert loss(logits, labels, found) <= loss(logits, labels, other)
    before, after = (measure_calibration_error(soften(logits, each), labels) for each in (1.0, found))
    assert after < before or sharpness == 1
    assert (soften(logits, found).argmax(axis=1) == logits.argmax(axis=1)).all(), "no answer becomes another"


def test_without_an_end_the_temperature_stays_within_its_bounds() -> None:
    logits = np.array([[3.0, -1.0], [-2.0, 2.0]])
    assert fit_temperature(logits, np.array([0, 1])) == pytest.approx(COLDEST)
    assert fit_temperature(logits, np.array([1, 0])) == pytest.approx(HOTTEST)
    with pytest.raises(ValueError, match="no texts"):
        fit_temperature(logits[:0], np.array([], int))


def test_the_error_is_the_gap_of_each_bin_by_its_share_of_texts() -> None:
    probabilities, labels = soften(drawn(2.0)[0]), drawn(2.0)[1]
    sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    expected = 0.0
    for place in range(BINS):
        inside = (sure > place / BINS) & (sure <= (place + 1) / BINS)
        if inside.any():
            expected += inside.mean() * abs(right[inside].mean() - sure[inside].mean())
    assert measure_calibration_error(probabilities, labels) == pytest.approx(expected)
    certain = np.eye(CLASSES)[labels]
    assert measure_calibration_error(certain, labels) == 0
    assert measure_calibration_error(certain, (labels + 1) % CLASSES) == 1


def test_what_is_measured_is_written_read_and_verified(trained: dict[str, Artifact], tmp_path: Path) -> None:
    import shutil

    models, file = tmp_path / "models", tmp_path / "calibration.json"
    for era in ("scratch", "tfidf"):
        shutil.copytree(trained[era].path, models / f"{era}-seed0")
    found = dict(measure_shipped(models))
    assert set(found) == {trained["scratch"].key, trained["tfidf"].key}
    for each in found.values():
        assert 0 <= each.before <= 1
        assert each.temperature is not None
        assert COLDEST <= each.temperature <= HOTTEST
        assert each.fitted_on
        assert each.n
    write_calibrations(found, file)
    assert load_calibrations(file) == found
    assert all(agrees for *_, agrees in verify_calibrations(models, file))
    for era in ("scratch", "tfidf"):
        own, measured = read_info(trained[era].path).calibration, found[trained[era].key]
        assert own is not None, "training measures it, too"
        assert own.before == pytest.approx(measured.before, abs=0.01)
        assert own.temperature == pytest.approx(measured.temperature, rel=0.01)
        assert (own.n, own.fitted_on) == (measured.n, measured.fitted_on)
    key = trained["scratch"].key
    write_calibrations({**found, key: Calibration(model="scratch-seed0", n=1, before=found[key].before + 0.1)}, file)
    assert not all(agrees for *_, agrees in verify_calibrations(models, file))
    file.write_text("[]", encoding="utf-8")
    assert load_calibrations(file) == {}


def test_every_shipped_model_is_measured_and_who_read_no_label_has_no_temperature() -> None:
    measured = load_calibrations()
    assert CALIBRATION.parent == ASSETS
    shipped = [entry for entry in Catalog().entries() if entry.source == "shipped"]
    assert {entry.key for entry in shipped} == set(measured)
    for entry in shipped:
        calibration = entry.calibration
        assert calibration is not None
        assert calibration == find_calibration(entry.key)
        assert (calibration.temperature is None) == (entry.label_budget == 0)
        assert ("no labels" in calibration.said) == (entry.label_budget == 0)
        assert f"{calibration.n:,} test texts" in calibration.said
        assert calibration.n == entry.info.scores["test"]["n"]
