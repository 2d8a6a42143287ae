"""The temperature has the lowest cross-entropy and turns no answer; the error is what its formula says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core import api
from core.catalog.calibration import CALIBRATION, Calibration, find_calibration, load_calibrations
from core.catalog.model_info import read_info
from core.catalog.models import Catalog
from core.data.text import words
from core.finetuning.calibration import (
    BINS,
    COLDEST,
    HOTTEST,
    calibrate,
    fit_temperature,
    measure_calibration_error,
    soften,
)
from core.pretrained import classifier
from core.release.calibrating import measure_shipped, verify_calibrations, write_calibrations
from core.service.session import Session
from core.storage.paths import ASSETS, Home
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


def test_who_is_right_of_all_validation_texts_has_no_temperature() -> None:
    test = drawn(2.0)
    logits, labels = np.array([[3.0, -1.0], [-2.0, 2.0]]), np.array([0, 1])
    found = calibrate(test, (logits, labels))
    assert (found.temperature, found.after, found.fitted_on) == (None, None, 2)
    assert "its 2 validation texts do not say one" in found.said
    fitted = calibrate(test, drawn(2.0))
    assert fitted.after is not None
    assert fitted.after < fitted.before
    assert f"the temperature of {fitted.temperature:.2f} that its answers are shown with" in fitted.said


@pytest.mark.slow
def test_a_shipped_model_answers_at_its_temperature_and_none_of_its_answers_becomes_another(tmp_path: Path) -> None:
    session = Session(Catalog(Home(store=tmp_path / "store", runs=tmp_path / "runs")))
    loaded, text = session.load("scratch"), "The plot is thin but the cast is wonderful."
    temperature = loaded.entry.temperature
    assert temperature != 1
    trained = classifier.load(loaded.entry.path)
    logits = trained.logits([trained.encode(words(text))])[0]
    (answer,) = session.predict([text], "scratch")
    assert list(answer.probabilities.values()) == pytest.approx(
        (logits / temperature).softmax(dim=0).tolist(), abs=1e-5
    )
    assert answer.label == trained.labels[int(logits.argmax())]
    states = session.picture(api.ReadStates(text, "scratch", 4))
    assert isinstance(states, api.StateList)
    assert states.temperature == temperature
    assert states.probabilities == pytest.approx(answer.probabilities, abs=1e-3)
    assert session.run(text, "scratch").running[-1] == pytest.approx(tuple(answer.probabilities.values()), abs=1e-5)


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
        assert each.temperature is None or COLDEST < each.temperature < HOTTEST
        assert each.fitted_on
        assert each.n
    write_calibrations(found, file)
    assert load_calibrations(file) == found
    assert all(agrees for *_, agrees in verify_calibrations(models, file))
    for era in ("scratch", "tfidf"):
        own, measured = read_info(trained[era].path).calibration, found[trained[era].key]
        assert own is not None, "training measures it, too"
        assert own.before == pytest.approx(measured.before, abs=0.01)
        assert own.temperature == (measured.temperature and pytest.approx(measured.temperature, rel=0.01))
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
