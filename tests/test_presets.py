"""Every example does what it says: of sentences, which eras are right; of words, who tells their senses apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import api
from core.catalog.models import Catalog
from core.eras.table import BY_ID, ERAS, Composition
from core.machine.extras import absent
from core.service.session import Session
from core.storage.paths import Home
from core.words.known_senses import known_places
from tui.presets import Preset, pairs, presets
from tui.screens.judging import BORDER

UNDECIDED = 0.01
"""An answer this near to even is nobody's claim."""


@pytest.mark.slow
def test_the_shipped_models_answer_as_the_examples_say(tmp_path: Path) -> None:
    session = Session(Catalog(Home(store=tmp_path / "store", runs=tmp_path / "runs")))
    for era in ERAS:
        if absent(era):
            continue
        answers = session.predict([preset.text for preset in presets()], era.id)
        for preset, answer in zip(presets(), answers, strict=True):
            share = answer.probabilities[preset.label]
            assert (share > 0.5) == (era.id in preset.right), (era.id, preset.text, share)
            assert abs(share - 0.5) > UNDECIDED, (era.id, preset.text, share)


def test_the_examples_teach_the_way_up_and_also_where_it_ends() -> None:
    found = presets()
    assert len({preset.text for preset in found}) == len(found)
    for preset in found:
        assert set(preset.right) <= {era.id for era in ERAS}
        assert preset.label in ("negative", "positive")
        assert len(f"true label: {preset.label} · {preset.turn}: {preset.lesson}") <= 120 - BORDER, "seen whole"
    turns = {preset.turn for preset in found}
    assert {"no era is right", "every era is right"} <= turns
    assert {turn.split(",")[0] for turn in turns} >= {
        f"turns at {era}" for era in ("word2vec", "elmo", "ulmfit", "bert")
    }


@pytest.mark.parametrize(
    ("right", "said"),
    [
        ((), "no era is right"),
        (tuple(BY_ID[era.id].id for era in ERAS), "every era is right"),
        (("elmo", "ulmfit", "bert", "prompt"), "turns at elmo"),
        (("ulmfit", "bert"), "turns at ulmfit, not prompt"),
        (("scratch", "bert"), "wrong: word2vec, glove, elmo, ulmfit, prompt"),
    ],
)
def test_where_an_example_turns(right: tuple[str, ...], said: str) -> None:
    assert Preset("a", "b", "positive", right, "c").turn == said


def test_the_words_in_two_sentences_are_places_of_known_senses() -> None:
    assert pairs()[0].word == "like", "what every model of sentences tells apart leads"
    for pair in pairs():
        known = {place.sentence: place.sense for place in known_places() if place.word == pair.word}
        assert (known[pair.first], known[pair.second]) == (0, 1)


@pytest.mark.slow
def test_word_vectors_do_not_tell_the_examples_apart_and_models_of_sentences_do(tmp_path: Path) -> None:
    session = Session(Catalog(Home(store=tmp_path / "store", runs=tmp_path / "runs")))
    told: dict[str, set[str]] = {pair.word: set() for pair in pairs()}
    for model in api.SIDE_BY_SIDE:
        if model not in ("lm", "mlm") and BY_ID[model].composition is not Composition.TASK_RNN:
            continue
        if model == "mlm" and absent(BY_ID["bert"]):
            continue
        for pair in pairs():
            question = api.CompareEra(model, api.Place(pair.word, pair.first), api.Place(pair.word, pair.second))
            found = session.ask(question)
            assert isinstance(found, api.EraCompared)
            if found.reference is None:
                assert found.cosine == pytest.approx(1), (model, pair.word)
            elif found.verdict.startswith("two senses; tells apart"):
                told[pair.word].add(model)
    for word, models in told.items():
        assert models & {"lm", "mlm"}, f"nothing tells {word} apart"
    assert "lm" in told[pairs()[0].word]
