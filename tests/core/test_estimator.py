"""Every era in scikit-learn's hands: cloned, cross-validated, in a pipeline, copied; and the door of the package."""

from __future__ import annotations

import doctest
import pickle
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import core
from core import EraClassifier, Session
from core.catalog.models import Catalog
from core.data.task import DataError
from tests.core.conftest import BAD, GOOD, TRAINABLE, sentence

FAST = "tfidf"


def examples(n: int, names: tuple[object, object] = ("negative", "positive")) -> tuple[list[str], list[object]]:
    rng = random.Random(0)
    labels = [k % 2 for k in range(n)]
    return [sentence(rng, GOOD if label else BAD) for label in labels], [names[label] for label in labels]


@pytest.mark.slow
@pytest.mark.parametrize("era", TRAINABLE)
def test_every_era_is_an_estimator(era: str) -> None:
    texts, labels = examples(12)
    given = EraClassifier(era, epochs=1, seed=3)
    model = clone(given).fit(texts, labels)
    assert model.get_params() == given.get_params()
    probabilities = model.predict_proba(texts)
    assert probabilities.shape == (12, 2)
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert list(model.classes_) == ["negative", "positive"]
    assert set(model.predict(texts)) <= {"negative", "positive"}
    assert np.array_equal(pickle.loads(pickle.dumps(model)).predict_proba(texts), probabilities)


def test_the_same_fit_gives_the_same_model_and_another_seed_another() -> None:
    texts, labels = examples(24)
    one, two, other = (
        EraClassifier("scratch", epochs=2, seed=seed).fit(texts, labels).predict_proba(texts) for seed in (0, 0, 1)
    )
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_it_drops_into_cross_validation_and_pipelines() -> None:
    texts, labels = examples(60)
    lowered = FunctionTransformer(lambda rows: [row.lower() for row in rows])
    piped = make_pipeline(lowered, EraClassifier(FAST))
    scores = cross_val_score(piped, [text.upper() for text in texts], labels, cv=2)
    assert scores.shape == (2,)
    assert (scores > 0.7).all()  # 30 texts teach most of the sixteen words that decide; a guess has 0.5


def test_labels_come_back_as_they_were_given() -> None:
    texts, labels = examples(20, (10, 2))
    model = EraClassifier(FAST).fit(np.array(texts, dtype=object), np.array(labels))
    assert model.classes_.tolist() == [2, 10]
    assert model.predict(texts).dtype == np.array(labels).dtype
    assert (model.predict(texts) == labels).mean() > 0.9


def test_what_was_kept_aside_is_said_and_all_can_be_learned_from() -> None:
    texts, labels = examples(40)
    assert EraClassifier("scratch", epochs=1).fit(texts, labels).validation_["n"] == 8
    assert EraClassifier("scratch", epochs=1, whole_budget=True).fit(texts, labels).validation_ == {}


def test_a_saved_folder_is_a_model_of_the_command_line(tmp_path: Path) -> None:
    texts, labels = examples(20)
    model = EraClassifier("scratch", epochs=1).fit(texts, labels)
    model.save(tmp_path / "mine")
    session = Session(Catalog())
    said = session.predict(texts, str(tmp_path / "mine"))
    found = [[answer.probabilities[name] for name in ("negative", "positive")] for answer in said]
    assert np.allclose(found, model.predict_proba(texts), atol=1e-5)


@pytest.mark.parametrize(
    ("texts", "labels", "said"),
    [
        ("one text", ["a"], "a list of texts"),
        (["a", 7], [0, 1], "this is a int: 7"),
        (["a", "b"], [0], r"2 texts need as many labels"),
        (["a", "b"], [[0], [1]], r"the shape \(2, 1\)"),
        (["a", "b"], [1, 1], r"only one class, \[1\]"),
    ],
)
def test_what_cannot_be_learned_from(texts: list[str], labels: list[object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        EraClassifier(FAST).fit(texts, labels)


def test_a_class_with_one_text_is_said_plainly() -> None:
    with pytest.raises(DataError, match="class 'b' of X has 1 training examples, but a draw needs two a class"):
        EraClassifier(FAST).fit(["one", "two", "three", "four"], ["a", "a", "a", "b"])


def test_unfitted_it_says_so() -> None:
    with pytest.raises(NotFittedError):
        EraClassifier().predict(["a text"])


def test_the_lines_of_the_package_are_true_and_stand_in_the_readme() -> None:
    assert doctest.testmod(core).failed == 0
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert core.__doc__
    for line in core.__doc__.splitlines()[2:]:
        assert line in readme


def test_the_door_alone_imports_nothing_heavy() -> None:
    script = "import sys, core; print({'torch', 'sklearn', 'numpy'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "set()"


def test_without_scikit_learn_one_sentence_says_how_to_get_it() -> None:
    script = "import sys; sys.modules['sklearn'] = None\nfrom core import EraClassifier"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 1
    assert "Install it: pip install 'nlp-tui[sklearn]'" in ran.stderr.splitlines()[-1]
