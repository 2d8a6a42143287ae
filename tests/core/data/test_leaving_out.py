"""Texts that a model is judged by are found wherever they stand in a text without labels."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data.corpora import Split, Task, Unlabelled, join, load_task, unlabelled
from core.data.labelled_spec import split_spec, write_spec
from core.data.leaving_out import FEW, Found, judged_texts, leave_out, load_judged
from core.errors import UserError
from tests.core.conftest import write_reviews


def task(train: list[str], validation: list[str], test: list[str]) -> Task:
    learned, held, tested = (Split(texts, [0] * len(texts)) for texts in (train, validation, test))
    return Task("tickets", ("a",), learned, held, tested)


def test_of_a_small_task_every_text_is_judged_of_a_large_one_those_outside_training() -> None:
    few = judged_texts(task(["learned from"], ["held"], ["tested"]))
    assert few.texts == 3
    many = judged_texts(task([f"text {n}" for n in range(FEW)], ["held"], ["tested"]))
    assert many.texts == 2
    assert many.keys < judged_texts(task(["text 1"], ["held"], ["tested"])).keys | many.keys
    assert few.digest != many.digest
    assert few.digest == judged_texts(task([], ["tested", "held"], ["learned from"])).digest, "the order says nothing"


def test_documents_and_lines_are_found_whatever_their_case_white_space_and_quotes() -> None:
    judged = judged_texts(task([], ["The door is stuck."], ["Printer “A” is\nout of ink"]))
    texts = [
        "a text that stays",
        "the DOOR   is stuck.",
        'PRINTER "A" IS OUT OF INK',
        "Hello,\nthe door is stuck.\nRegards",
        "out of ink",
        "Printer 'A' is stuck",
    ]
    left, found = leave_out(Unlabelled("dump", texts, ["held out", "The door is stuck."]), judged)
    assert list(left.texts) == ["a text that stays", "Hello,\nRegards", "Printer 'A' is stuck"]
    assert list(left.texts[1:]) == [left.texts[1], left.texts[2]]
    assert list(left.held_out) == ["held out"]
    assert found == Found(documents=4, lines=1)
    assert left.digest != Unlabelled("dump", texts, []).digest


def test_titles_stay_beside_their_texts_and_joined_texts_are_each_looked_through() -> None:
    judged = judged_texts(task([], ["b"], ["d"]))
    one = Unlabelled("one", ["a", "b", "c"], [], titles=["A", "B", "C"])
    left, _ = leave_out(one, judged)
    assert left.titles == ["A", "C"]
    both, found = leave_out(join([one, Unlabelled("two", ["d", "e"], ["b", "f"])]), judged)
    assert list(both.texts) == ["a", "c", "e"]
    assert list(both.held_out) == ["f"]
    assert [list(part.texts) for part in both.parts] == [["a", "c"], ["e"]]
    assert found.documents == 3


def test_labelled_data_is_named_with_its_columns(tmp_path: Path) -> None:
    assert write_spec("tickets.csv") == "tickets.csv"
    spec = write_spec("my tickets.csv", text="what & where", label=None, encoding="cp1252", fold_labels=True)
    assert spec == "my tickets.csv?text=what+%26+where&encoding=cp1252&fold_labels=1"
    assert split_spec(spec) == (
        "my tickets.csv",
        {"text": "what & where", "encoding": "cp1252", "fold_labels": "1"},
    )
    assert split_spec("imdb") == ("imdb", {})
    (odd := tmp_path / "odd?text=b.csv").write_text("")
    assert split_spec(str(odd)) == (str(odd), {}), "a file that is called so"
    with pytest.raises(UserError, match="says 'column' of the data"):
        split_spec("tickets.csv?column=b")


def test_judged_are_the_very_texts_of_the_splits_that_training_has(tmp_path: Path) -> None:
    path = write_reviews(tmp_path / "tickets.csv", 1_200)
    loaded = load_task(str(path))
    judged = load_judged(write_spec(str(path), text="text", label="label"))
    assert judged.texts == len(loaded.validation) + len(loaded.test)
    left, found = leave_out(unlabelled(str(path), "text"), judged)
    held = {*loaded.validation.texts, *loaded.test.texts}
    assert held.isdisjoint([*left.texts, *left.held_out])
    assert found.documents == len(loaded.validation), "the file's own test split was never in it"
