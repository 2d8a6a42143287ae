"""The behaviour suite: its pairs, what is asserted of them, and the matrix that ships."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.catalog.behaviour import ShippedBehaviour
from core.cli import main
from core.cli.check import ONE_CLASS
from core.data.minimal_pairs import Ability, Expectation, Pair, Suite, load_suite
from core.data.text import words
from core.evaluation.behaviour import OtherClasses, always, check
from core.release import verify
from core.service import session

NAMES = ("negation", "double negation", "contrast", "irony", "intensifiers", "typos", "names")
LABELS = ("negative", "positive")


def test_every_ability_has_pairs_enough_and_says_what_it_asserts() -> None:
    suite = load_suite()
    assert tuple(each.name for each in suite.abilities) == NAMES
    assert "written for this project" in suite.note
    for ability in suite.abilities:
        assert len(ability.pairs) >= 40
        assert ability.asserts
        assert len({(pair.first, pair.second) for pair in ability.pairs}) == len(ability.pairs), "each once"
        for pair in ability.pairs:
            assert pair.first != pair.second
            assert set(pair.labels) <= set(suite.labels)
            assert words(pair.first) != words(pair.second) or ability.test is Expectation.INV
        if ability.test is not Expectation.MFT:
            assert all(one == other for one, other in (pair.labels for pair in ability.pairs))


def test_both_classes_are_asked_about() -> None:
    for ability in load_suite().abilities:
        firsts = [pair.labels[0] for pair in ability.pairs]
        flips = sum(one != other for one, other in (pair.labels for pair in ability.pairs))
        assert len(set(firsts)) == 2 or flips == len(ability.pairs)


@pytest.mark.parametrize(
    ("test", "first", "second", "holds"),
    [
        (Expectation.MFT, 0.1, 0.9, True),
        (Expectation.MFT, 0.1, 0.4, False),
        (Expectation.MFT, 0.6, 0.9, False),
        (Expectation.DIR, 0.7, 0.9, True),
        (Expectation.DIR, 0.7, 0.65, True),
        (Expectation.DIR, 0.7, 0.5, False),
        (Expectation.INV, 0.7, 0.75, True),
        (Expectation.INV, 0.7, 0.9, False),
        (Expectation.INV, 0.52, 0.48, False),
    ],
)
def test_what_each_kind_of_test_asserts(test: Expectation, first: float, second: float, holds: bool) -> None:
    labels = ("negative", "positive") if test is Expectation.MFT else ("positive", "positive")
    pair = Pair("a", "b", labels)
    ability = Ability("x", test, "asserted", 0.1, (pair,))
    one, other = ({"negative": 1 - p, "positive": p} for p in (first, second))
    assert ability.holds(pair, one, other) is holds


def test_who_answers_one_class_passes_only_what_asks_for_no_change() -> None:
    found = {each.ability: each for each in check(load_suite(), always(load_suite(), "positive"), "one")}
    assert all(found[name].passed == 0 for name in ("negation", "contrast", "irony"))
    assert all(found[name].share == 1 for name in ("intensifiers", "typos", "names"))
    assert all(each.low < each.share or each.share == 0 for each in found.values())
    assert all(each.high > each.share or each.share == 1 for each in found.values())


def test_other_classes_are_refused() -> None:
    suite = Suite(LABELS, "", (Ability("x", Expectation.INV, "", 0.1, (Pair("a", "b", LABELS),)),))
    with pytest.raises(OtherClasses, match="answers bug, praise"):
        check(suite, lambda texts: [{"bug": 0.5, "praise": 0.5} for _ in texts], "mine")


class FakeSession:
    """Says positive to whatever holds no `not`."""

    def __init__(self, catalog: object) -> None:
        self.catalog = catalog

    def predict(self, texts: Sequence[str], model: str) -> list[object]:
        from core import api

        shares = [0.1 if "not" in text else 0.9 for text in texts]
        return [
            api.Predicted(model, "positive", {"negative": 1 - p, "positive": p}, ()) for p in shares
        ]  # the label is nobody's business here


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.catalog import models
    from core.cli import models as chosen

    monkeypatch.setattr(session, "Session", FakeSession)
    monkeypatch.setattr(models, "Catalog", lambda: None)
    monkeypatch.setattr(chosen, "choose_models", lambda catalog, named: list(named or ("scratch",)))


@pytest.mark.usefixtures("fake")
def test_the_matrix_is_a_table_with_intervals(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--models", "scratch"]) == 0
    shown = capsys.readouterr()
    header, one, interval, scratch, _ = shown.out.splitlines()
    assert header.startswith("passed, %")
    assert one.startswith(ONE_CLASS)
    assert interval.split()[0].startswith("[")
    assert scratch.startswith("scratch")
    assert "Ribeiro et al. 2020" in shown.err


@pytest.mark.usefixtures("fake")
def test_the_matrix_as_json_and_as_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    place = tmp_path / "matrix.json"
    assert main(["check", "--json", "--out", str(place)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["ability"] for line in lines] == list(NAMES)
    shipped = ShippedBehaviour.load(place)
    assert shipped.models == (ONE_CLASS, "scratch")
    assert shipped.abilities == NAMES
    cell = shipped.cell("scratch", "names")
    assert cell is not None
    assert {"model": "scratch", **{name: getattr(cell, name) for name in ("ability", "n", "passed")}}.items() <= (
        lines[-1].items()
    )


def test_a_matrix_that_cannot_be_read_is_an_empty_one(tmp_path: Path) -> None:
    assert ShippedBehaviour.load(tmp_path / "none.json").cells == ()
    (tmp_path / "other.json").write_text("[]")
    assert ShippedBehaviour.load(tmp_path / "other.json").cells == ()


def test_the_matrix_that_ships_is_of_this_suite() -> None:
    shipped, suite = ShippedBehaviour.load(), load_suite()
    assert shipped.abilities == NAMES
    assert dict(shipped.asserts).keys() == set(NAMES)
    for cell in shipped.cells:
        ability = next(each for each in suite.abilities if each.name == cell.ability)
        assert cell.n == len(ability.pairs)
        assert 0 <= cell.low <= cell.share <= cell.high <= 1
        assert cell.passed == round(cell.share * cell.n)


@pytest.mark.slow
def test_a_sample_of_the_matrix_is_what_the_shipped_models_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it: `make verify-cards`. Here the models that take no time."""
    quick = ("tfidf", "average")
    shipped = ShippedBehaviour.load()
    cells = tuple(cell for cell in shipped.cells if cell.model in quick)
    monkeypatch.setattr(ShippedBehaviour, "load", lambda path: ShippedBehaviour(cells))
    found = list(verify.verify_behaviour())
    assert len(found) == len(quick) * len(NAMES)
    assert [name for name, _, _, agrees in found if not agrees] == []
