"""What models get wrong: the confusion, the surest mistakes, what two answer differently, and that it is read once."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from core import api
from core.data.corpora import Split
from core.evaluation.confusion import count_confusion, score_classes
from core.evaluation.errors import Answers, OtherTexts, list_errors
from core.evaluation.own_data import NoTexts, load_own_task
from core.pretrained import classifier
from core.service.engine import Engine
from core.service.session import Session
from core.storage.store import Artifact, Store
from tests.core.conftest import described

LABELS = ("a", "b", "c")
RANDOM = np.random.default_rng(0)
N = 60
TEXTS = Split([f"Text {place}" for place in range(N)], RANDOM.integers(0, 3, N).tolist())


def quiet(read: int, total: int, eta: float | None) -> None: ...


def made(seed: int) -> Answers:
    drawn = np.random.default_rng(seed).random((N, 3)).astype(np.float32)
    return Answers(drawn / drawn.sum(axis=1, keepdims=True))


def listed(first: Answers, second: Answers | None = None, **question: object) -> api.ErrorList:
    asked = replace(api.ReadErrors("one", "two" if second else "", most=0), **question)
    return list_errors(asked, described(labels=LABELS), TEXTS, first, second)


def test_confusion_counts_every_text_once_and_f1_is_the_harmonic_mean() -> None:
    true, said = np.asarray(TEXTS.labels), made(1).said
    confusion = count_confusion(true, said, 3)
    for row in range(3):
        for column in range(3):
            assert confusion[row, column] == sum((true == row) & (said == column))
    for place, score in enumerate(score_classes(confusion, LABELS)):
        assert score.n == (true == place).sum()
        assert score.answered == (said == place).sum()
        assert score.precision is not None
        assert score.recall is not None
        assert score.f1 == pytest.approx(2 * score.precision * score.recall / (score.precision + score.recall))


def test_a_class_that_nothing_can_be_said_of_has_no_score() -> None:
    (here, nowhere) = score_classes(np.array([[3, 0], [0, 0]]), ("a", "b"))
    assert (here.precision, here.recall, here.f1) == (1.0, 1.0, 1.0)
    assert (nowhere.precision, nowhere.recall, nowhere.f1) == (None, None, None)


def test_mistakes_are_all_that_is_wrong_the_surest_first() -> None:
    answers = made(1)
    found = listed(answers)
    wrong = np.flatnonzero(answers.said != np.asarray(TEXTS.labels))
    assert {text.place for text in found.texts} == set(wrong.tolist())
    assert found.found == found.matching == len(wrong)
    assert found.accuracy == pytest.approx(1 - len(wrong) / N)
    sure = [text.answer.probability for text in found.texts]
    assert sure == sorted(sure, reverse=True)
    for text in found.texts:
        assert (text.text, text.label) == (TEXTS.texts[text.place], LABELS[TEXTS.labels[text.place]])
        assert not text.answer.right
    assert [each.place for each in listed(answers, most=3).texts] == [each.place for each in found.texts[:3]]
    pairs = api.list_confusions(found.labels, found.confusion)
    assert sum(count for *_, count in pairs) == found.found
    assert [count for *_, count in pairs] == sorted((count for *_, count in pairs), reverse=True)


def test_disagreements_are_sorted_by_margin_and_say_who_is_right() -> None:
    one, other = made(1), made(2)
    found, turned = listed(one, other), listed(other, one)
    assert {text.place for text in found.texts} == set(np.flatnonzero(one.said != other.said).tolist())
    margins = [text.margin for text in found.texts]
    assert margins == sorted(margins, reverse=True)
    assert all(0 < margin <= 1 for margin in margins)
    assert {text.place: text.margin for text in turned.texts} == pytest.approx(
        {text.place: text.margin for text in found.texts}
    ), "the same whoever is named first"
    assert (found.won, found.lost) == (turned.lost, turned.won)
    assert found.won - found.lost == pytest.approx(N * (found.accuracy - turned.accuracy))
    for text in found.texts:
        assert text.other is not None
        assert not (text.answer.right and text.other.right)
        assert text.answer.right == (text.answer.label == text.label)
    assert not listed(one, one).texts


def test_of_two_classes_the_margin_is_the_difference_of_either_ones_probabilities() -> None:
    one, other = Answers(np.array([[0.9, 0.1]], np.float32)), Answers(np.array([[0.3, 0.7]], np.float32))
    question = api.ReadErrors("one", "two")
    (text,) = list_errors(question, described(labels=["a", "b"]), Split(["x"], [0]), one, other).texts
    assert text.margin == pytest.approx(0.6)


def test_the_filter_looks_for_text_letter_case_aside() -> None:
    found = listed(made(1), filter=" TEXT 1")
    assert found.matching == len(found.texts) < found.found == listed(made(1)).found
    assert all(text.text.startswith("Text 1") for text in found.texts)


@pytest.fixture(scope="module")
def named(trained: dict[str, Artifact]) -> Callable[[str], str]:
    return lambda era: f"{era}:{trained[era].key[:8]}"


@pytest.mark.parametrize("split", api.ERROR_SPLITS)
@pytest.mark.parametrize("era", ["word2vec", "tfidf"])
def test_a_split_scores_what_training_measured(
    session: Session, named: Callable[[str], str], era: str, split: str
) -> None:
    found = session.read_errors(api.ReadErrors(named(era), split=split), quiet)
    measured = session.load(named(era)).entry.info.scores[split]
    assert found.n == measured["n"]
    assert found.accuracy == pytest.approx(measured["accuracy"])
    assert ("recipe" in found.note) == (split == api.TEST), "the house rule is said where it can be broken"


def test_what_was_read_is_kept_and_a_reading_that_ends_early_leaves_nothing(
    session: Session, named: Callable[[str], str]
) -> None:
    question, told = api.ReadErrors(named("scratch")), list[tuple[int, int]]()

    class Enough(Exception): ...

    def interrupt(read: int, total: int, eta: float | None) -> None:
        if read:
            raise Enough

    with pytest.raises(Enough):
        session.read_errors(question, interrupt)
    first = session.read_errors(question, lambda read, total, eta: told.append((read, total)))
    assert told[0][0] == 0
    assert told[-1] == (first.n, first.n)
    told.clear()
    assert session.read_errors(question, lambda read, total, eta: told.append((read, total))) == first
    assert not told
    other = session.read_errors(api.ReadErrors(named("scratch"), named("word2vec")), quiet)
    assert other.confusion == first.confusion


def test_a_model_in_a_folder_is_read_once_a_session(
    session: Session, trained: dict[str, Artifact]
) -> None:  # fmt: skip
    told = list[int]()
    for _ in range(2):
        found = session.read_errors(
            api.ReadErrors(str(trained["scratch"].path)), lambda read, total, eta: told.append(read)
        )
    assert told.count(0) == 1
    assert found.n == told[-1]


def test_texts_that_are_gone_or_changed_are_said(trained: dict[str, Artifact], store: Store, tmp_path: Path) -> None:
    info = classifier.load(trained["scratch"].path, store).info
    assert load_own_task(info).digest == info.data_digest
    with pytest.raises(NoTexts, match="not here") as gone:
        load_own_task(replace(info, job={**info.job, "data": str(tmp_path / "gone.csv")}))
    assert gone.value.hint
    with pytest.raises(NoTexts, match="have changed"):
        load_own_task(replace(info, data_digest="0" * 64))


def test_models_of_other_data_are_not_compared(session: Session, named: Callable[[str], str]) -> None:
    with pytest.raises(OtherTexts, match="split"):
        session.read_errors(api.ReadErrors(named("scratch"), split="train"), quiet)
    entry, model = session._entry_and_model(named("scratch"))
    alien = replace(entry.info, data_digest="1" * 64, data="tickets")

    from dataclasses import replace as changed

    from core.evaluation.errors import ErrorReader

    reader = ErrorReader(
        session._store, lambda spec: (changed(entry, info=alien), model) if spec == "alien" else (entry, model)
    )
    with pytest.raises(OtherTexts, match="tickets"):
        reader.read(api.ReadErrors("scratch", "alien"), quiet)


class SlowSession:
    """Reads a split in three batches; between them it is asked what `between` asks."""

    def __init__(self, between: Callable[[], None]) -> None:
        self._between = between

    def read_errors(self, question: api.ReadErrors, told: Callable[[int, int, float | None], None]) -> api.ErrorList:
        for read in range(3):
            self._between()
            told(read, 2, None)
        return api.ErrorList(question.model, "", "validation", "d", 0, (), (), (), (), 0, 0)

    def rescan(self) -> None: ...


def asked_between(question: api.Question) -> list[tuple[int, api.Answer]]:
    """What an engine says whose reading, question 1, meets another question, number 2."""
    output = io.StringIO()
    engine, waiting = Engine(output), [question]
    engine.session = SlowSession(lambda: engine.inbox.put(2, waiting.pop()) if waiting else None)  # type: ignore[assignment]
    engine.answer(1, api.ReadErrors("scratch"))
    return [api.decode_answer(line) for line in output.getvalue().splitlines()]


def test_other_questions_are_answered_while_a_split_is_read() -> None:
    said = asked_between(api.Rescan())
    assert said[0] == (2, api.Finished())
    kinds = [type(answer) for number, answer in said if number == 1]
    assert kinds[0] is api.SplitProgress
    assert kinds[-2:] == [api.ErrorList, api.Finished]


@pytest.mark.parametrize("question", [api.StopReading(), api.ReadErrors("word2vec")])
def test_a_reading_ends_when_nobody_waits_for_it(question: api.Question) -> None:
    assert asked_between(question) == [(1, api.Finished(superseded=True))]
