"""Every era beside one another: what each makes of one word in two sentences, and beside what its cosine is read."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core import api
from core.cli import main
from core.data.corpora import DataError
from core.service.session import Session
from core.storage.paths import ASSETS
from core.storage.store import Artifact
from core.words import known_senses, random_pairs
from core.words.known_senses import KnownCosines, KnownPlace, known_places
from core.words.questions import compare
from core.words.questions.compare_era import judge

FIRST, SECOND = api.Place("film", "a wonderful film"), api.Place("film", "the film is dull")


def ask(session: Session, model: str, first: api.Place = FIRST, second: api.Place = SECOND) -> api.EraCompared:
    found = session.ask(api.CompareEra(model, first, second))
    assert isinstance(found, api.EraCompared)
    return found


def reference(same: float, apart: float, right: int) -> api.Reference:
    return api.Reference("film", same, apart, 0.0, right, 10, 4.0)


def test_an_era_of_word_vectors_has_one_whatever_the_sentence(session: Session, trained: dict[str, Artifact]) -> None:
    for era in ("scratch", "word2vec"):
        found = ask(session, f"{era}:{trained[era].key[:8]}")
        assert found.cosine == found.static == pytest.approx(1)
        assert (found.centred, found.reference, found.missing) == (None, None, "")
        assert "cannot tell" in found.verdict


def test_the_states_are_read_beside_places_of_known_senses_without_any_index(session: Session) -> None:
    found = ask(session, "lm")
    assert found.static == pytest.approx(1)
    assert found.cosine == found.centred
    assert found.centred is not None
    assert found.centred < 0.999
    assert found.reference is not None
    assert (found.reference.word, found.reference.places) == ("", len(known_places()))
    assert 0 < found.reference.chance < found.reference.places
    assert ask(session, "lm", FIRST, FIRST).centred == pytest.approx(1, abs=1e-5)
    own = ask(session, "lm", api.Place("like", "i like a film"), api.Place("like", "a film like this")).reference
    assert own is not None
    assert own.word == "like"
    assert own.places == sum(place.word == "like" for place in known_places())


def test_where_nothing_can_be_measured_no_number_is_given(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def lack(*_: object) -> None:
        raise DataError("the embedded reviews are missing", "install them")

    monkeypatch.setattr(compare, "measure_centering", lack)
    found = ask(session, "lm")
    assert found.cosine is None
    assert found.verdict == "nothing is measured here"
    assert found.missing == "the embedded reviews are missing install them"


def test_a_reference_counts_whose_nearest_place_is_of_its_own_sense(monkeypatch: pytest.MonkeyPatch) -> None:
    places = tuple(KnownPlace(word, "", sense) for word in ("bank", "bass") for sense in (0, 0, 1, 1))
    monkeypatch.setattr(known_senses, "known_places", lambda: places)
    apart = np.array([[1, 0.9], [0.9, 1]])
    told = np.kron(np.eye(2), apart) + np.kron(1 - np.eye(2), np.full((2, 2), 0.5))
    confused = np.kron(np.ones((2, 2)), np.array([[1, 0.1], [0.1, 1]]))  # each nearest to one of the other sense
    cosines = np.block([[told, np.zeros((4, 4))], [np.zeros((4, 4)), confused]]).astype(np.float32)
    known = KnownCosines(cosines)
    bank, bass, both = known.reference("bank"), known.reference("bass"), known.reference("violin")
    assert (bank.right, bank.places) == (4, 4)
    assert (bank.same, bank.apart, bank.other) == pytest.approx((0.9, 0.5, 0.0))
    assert (bass.right, bass.places) == (0, 4)
    assert (both.word, both.right, both.places) == ("", 4, 8)
    assert both.chance == pytest.approx(8 / 3), "one place of three is of the own sense"


def test_a_verdict_says_which_reference_is_nearer_and_how_often_the_model_is_right() -> None:
    assert judge(True, 0.3, reference(0.8, 0.4, 10)) == "two senses; tells apart: nearer to its own in 10 of 10 places"
    assert judge(True, 0.7, reference(0.8, 0.4, 8)).startswith("one sense; tells apart")
    assert judge(True, 0.7, reference(0.8, 0.4, 7)).startswith("one sense; partly tells:")
    assert judge(True, 0.7, reference(0.8, 0.4, 5)).startswith("one sense; hardly tells:")
    assert judge(False, 0.7, reference(0.8, 0.4, 8)).startswith("two words; ")


def test_the_verb_prints_a_row_an_era_and_says_what_is_not_here(
    session: Session, trained: dict[str, Artifact], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = f"word2vec:{trained['word2vec'].key[:8]}"
    monkeypatch.setenv("NLP_TUI_HOME", str(session.catalog.home.store.parent))
    monkeypatch.setattr(api, "SIDE_BY_SIDE", (here, "run:nowhere", "lm"))
    asked = ["compare", "film", "--in", "a wonderful film", "--with", "the film is dull", "--model", "all"]
    assert main([*asked, "--json"]) == 0
    shown = capsys.readouterr()
    rows = [json.loads(line) for line in shown.out.splitlines()]
    assert [row["model"] for row in rows] == [here, "lm"]
    assert [row["cosine"] for row in rows] == [rows[0]["static"], rows[1]["centred"]]
    assert "run:nowhere is left out" in shown.err
    assert main(asked) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["era", here, "lm"]
    assert main([*asked, "--layer", "lm"]) == 2
    assert "--layer: only for one model" in capsys.readouterr().err


def test_random_pairs_of_the_models_that_ship_are_not_measured_again() -> None:
    manifests = [json.loads(path.read_bytes()) for path in (ASSETS / "models").glob("*/manifest.json")]
    shipped = {each["key"] for each in manifests}
    moments = [each for each in manifests if each["kind"] == random_pairs.KIND]
    assert len(moments) == sum(model not in ("scratch", "word2vec", "glove") for model in api.SIDE_BY_SIDE)
    for each in moments:
        assert set(each["parents"]) <= shipped, "of another model: ship it again (python -P -m core.release moments)"
        assert each["recipe"] == random_pairs.RECIPE
        assert each["config"]["sentences"] == random_pairs.SENTENCES


def test_a_cosine_of_words_is_that_of_the_space_their_neighbours_are_looked_for_in(session: Session) -> None:
    word_model = session.word_models.get("lm")
    rows = [word_model.vocabulary.index(word) for word in ("film", "dull")]
    vectors = [word_model.matrix[row] for row in rows]
    static = ask(session, "lm", FIRST, api.Place("dull", "the film is dull")).static
    assert static == pytest.approx(word_model.space.cosine(*vectors), abs=1e-5)
