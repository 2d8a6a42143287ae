"""Which era for one's own texts: every text answered by who has not seen it, words that follow from the numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.appraisal import folded_answers
from core.appraisal.advice import Row, advise, choose, choose_compared, rank, say_more_labels
from core.appraisal.appraise import Appraiser
from core.appraisal.folds import plan
from core.appraisal.label_faults import find_suspects
from core.appraisal.report import build, rank_eras
from core.benchmark.trials import Right
from core.data.corpora import Split, Task, load_task
from core.data.leaving_out import FEW
from core.jobs import TrainJob
from core.storage.paths import ASSETS
from core.storage.store import Store
from tests.core.conftest import write_reviews


def made(sizes: list[int]) -> Task:
    """A task with so many texts of each class, all of them to learn from."""
    texts = [f"text {label} {n}" for label, size in enumerate(sizes) for n in range(size)]
    labels = [label for label, size in enumerate(sizes) for _ in range(size)]
    nothing = Split([], [])
    return Task("made", tuple(f"c{label}" for label in range(len(sizes))), Split(texts, labels), nothing, nothing)


@settings(max_examples=30)
@given(st.lists(st.integers(3, 12), min_size=2, max_size=5), st.integers(1, 3))
def test_each_text_is_answered_once_a_repeat_by_who_has_not_seen_it(sizes: list[int], repeats: int) -> None:
    chosen = plan(made(sizes), repeats)
    assert chosen.crossed
    for repeat in range(repeats):
        folds = [fold for fold in chosen.folds() if fold.repeat == repeat]
        assert sorted(place for fold in folds for place in fold.places) == list(range(sum(sizes)))
        for fold in folds:
            assert [chosen.answered.texts[place] for place in fold.places] == list(fold.task.test.texts)
            assert not set(fold.task.train.texts) & set(fold.task.test.texts)
            assert len(fold.task.train) + len(fold.task.test) == sum(sizes)
            counts = [list(fold.task.train.labels).count(label) for label in range(len(sizes))]
            assert min(counts) >= 2  # one to train on and one to choose by
            held = [list(fold.task.test.labels).count(label) for label in range(len(sizes))]
            assert all(
                size // chosen.parts <= n <= -(-size // chosen.parts) for n, size in zip(held, sizes, strict=True)
            )


def test_repeats_differ_and_are_the_same_next_time() -> None:
    folds = [fold.places for fold in plan(made([20, 20]), 2).folds()]
    assert folds == [fold.places for fold in plan(made([20, 20]), 2).folds()]
    assert folds[:5] != folds[5:]


def test_many_texts_are_measured_on_their_test_split() -> None:
    large = made([FEW, FEW])
    task = Task("made", large.labels, large.train, Split([], []), Split(["a", "b"], [0, 1]))
    chosen = plan(task, 3)
    assert not chosen.crossed
    assert [(fold.repeat, list(fold.places), fold.task.digest) for fold in chosen.folds()] == [
        (seed, [0, 1], task.digest) for seed in range(3)
    ]


def test_labels_that_were_turned_are_suspected_first() -> None:
    rng = np.random.default_rng(0)
    true = rng.integers(0, 3, 300)
    probabilities = 0.05 + 0.85 * np.eye(3)[true]
    turned = [3, 50, 200]
    labels = true.copy()
    labels[turned] = (true[turned] + 1) % 3
    suspects = find_suspects(probabilities, labels)
    assert sorted(each.place for each in suspects) == turned
    assert all(each.likelier == true[each.place] and each.label == labels[each.place] for each in suspects)
    assert [each.margin for each in suspects] == sorted((each.margin for each in suspects), reverse=True)


@given(st.integers(0, 2**31), st.integers(2, 4))
def test_a_suspected_label_is_never_the_likeliest(seed: int, classes: int) -> None:
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.ones(classes), 40)
    labels = np.concatenate([np.arange(classes), rng.integers(0, classes, 40 - classes)])
    for each in find_suspects(probabilities, labels):
        assert each.likelier != each.label
        assert probabilities[each.place, each.likelier] > probabilities[each.place, each.label]


def test_a_class_that_no_text_has_is_never_the_likelier_one() -> None:
    probabilities = np.array([[0.1, 0.1, 0.8], [0.7, 0.2, 0.1], [0.8, 0.1, 0.1], [0.2, 0.7, 0.1]])
    suspects = find_suspects(probabilities, np.array([0, 0, 1, 1]))
    assert [(each.place, each.likelier) for each in suspects] == [(2, 0)]


def right(share: float, n: int, seeds: int = 2, start: int = 0) -> list[Right]:
    answers = np.roll(np.arange(n) < round(share * n), start)
    return [answers.astype(np.bool_)] * seeds


def test_counted_words_are_enough_where_the_best_is_within_the_noise() -> None:
    rows = rank({"tfidf": right(0.80, 100), "ulmfit": right(0.82, 100, start=5)}, {"tfidf": 1.0, "ulmfit": 60.0})
    said = advise(rows, 0.5, "no")
    assert said.startswith("Counted words (tfidf) are enough here: 80.0 %")
    assert "cannot be told apart with 100 texts" in said
    assert choose(rows).era == "tfidf"


def test_the_better_era_is_named_with_its_lead() -> None:
    rows = rank({"tfidf": right(0.6, 400), "ulmfit": right(0.9, 400)}, {"tfidf": 1.0, "ulmfit": 60.0})
    said = advise(rows, 0.5, "no")
    assert said.startswith("Use ulmfit: 90.0 %")
    assert "better than tfidf, by +30.0 points" in said
    assert choose(rows).era == "ulmfit"


def test_of_two_that_cannot_be_told_apart_the_faster_is_named() -> None:
    answers = {"tfidf": right(0.5, 200), "word2vec": right(0.895, 200), "bert": right(0.9, 200)}
    rows = rank(answers, {"tfidf": 1.0, "word2vec": 9.0, "bert": 90.0})
    said = advise(rows, 0.4, "no")
    assert said.startswith("Use word2vec: 89.5 %")
    assert "trains in 9.0 s, bert in 90.0 s" in said
    assert choose(rows).era == "word2vec"


def test_nothing_is_recommended_that_is_no_better_than_the_largest_class() -> None:
    rows = rank({"tfidf": right(0.55, 40)}, {"tfidf": 1.0})
    assert advise(rows, 0.5, "no").startswith("None is shown to be worth it: always answering 'no' has 50.0 %")


def test_what_more_labels_bought_is_said_with_its_interval() -> None:
    assert "more labels are likely to help" in say_more_labels(right(0.6, 400), right(0.8, 400), "bert", (50, 100))
    assert "within the noise" in say_more_labels(right(0.79, 40), right(0.8, 40), "bert", (50, 100))


def test_with_fewer_labels_the_recommended_is_measured_and_the_best_of_the_other_kind() -> None:
    def rows(**accuracies: float) -> list[Row]:
        return rank({era: right(share, 400) for era, share in accuracies.items()}, dict.fromkeys(accuracies, 1.0))

    assert choose_compared(rows(tfidf=0.6, average=0.62, bert=0.9, ulmfit=0.7)) == ["bert", "average"]
    assert choose_compared(rows(tfidf=0.9, bert=0.7, ulmfit=0.8)) == ["tfidf", "ulmfit"]
    assert choose_compared(rows(tfidf=0.6, prompt=0.9, bert=0.7)) == ["tfidf"], "prompt learns from none"
    assert choose_compared(rows(prompt=0.9)) == []


def test_few_rows_from_file_to_report_and_nothing_is_trained_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store", shipped=ASSETS / "models")
    path = write_reviews(tmp_path / "few.csv", 20)
    chosen = plan(load_task(str(path)), 1)
    base, told = TrainJob("scratch", data=str(path)), list[tuple[str, int, int]]()

    def appraiser() -> Appraiser:
        return Appraiser(chosen, store, lambda what, done, total, _left: told.append((what, done, total)), base)

    found = appraiser().appraise(["average", "prompt"])
    made = build(found, rank_eras(found), appraiser().with_fewer(["average"]), {}, ["again"])
    assert made["measured"]["by"] == "cross-validation"
    assert {row["era"]: row["texts"] for row in made["table"]}["average"] == 20
    assert sum(map(sum, made["errors"]["confusion"])) == 20
    assert made["errors"]["wrong"] >= len(made["errors"]["surest"])
    assert made["more_labels"]["labels"] == 8  # of sixteen, with a fifth of the texts kept aside each time
    points = [(row["era"], row["labels"]) for row in made["ladder"]]
    assert points == [("average", 4), ("average", 8), ("average", 16), ("prompt", 0)]
    assert {row["mean"] for row in made["ladder"]} >= {row["mean"] for row in made["table"]}
    assert set(found.answers) | set(found.left_out) == {"average", "prompt"}
    assert told[-1][1] < told[-1][2]

    def never(*_: object) -> None:
        raise AssertionError("it is in the store")

    monkeypatch.setattr(folded_answers, "fit", never)
    again = appraiser().appraise(["average"])
    assert np.array_equal(again.answers["average"].probabilities, found.answers["average"].probabilities)


def test_an_era_that_cannot_be_had_is_left_out_with_the_reason(tmp_path: Path) -> None:
    store = Store(tmp_path / "store", shipped=ASSETS / "models")
    path = tmp_path / "colours.csv"
    rows = [f"a thing of kind {n},{'zzqx' if n % 2 else 'qqzv'}" for n in range(20)]
    path.write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    chosen = plan(load_task(str(path)), 1)
    found = Appraiser(chosen, store, lambda *_: None, TrainJob("scratch", data=str(path))).appraise(["prompt"])
    assert not found.answers
    assert "does not know the class's name" in found.left_out["prompt"]
