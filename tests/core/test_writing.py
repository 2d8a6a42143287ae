"""Writing on: the same seed writes the same, however it is asked; only words are written."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch

from core import api
from core.catalog.models import Catalog, ModelError
from core.data.detokenize import written_after
from core.data.text import words
from core.models.frozen_language_model import FrozenLanguageModel
from core.pretrained import language_model
from core.service.session import Session, WordError
from core.storage.paths import Home
from core.storage.store import Artifact, Store
from core.words.surprisal import RecurrentReader
from core.words.writing import NEVER, Writer, draw
from tests.tui.hostile import HOSTILE

BEGINNING = "The film is"


@pytest.fixture(scope="module")
def session(store: Store, tiny_language_models: dict[str, Artifact]) -> Session:
    assert tiny_language_models
    return Session(Catalog(Home(store=store.root, runs=store.root.parent / "runs"), shipped=None))


@pytest.fixture
def frozen(tiny_language_models: dict[str, Artifact]) -> FrozenLanguageModel:
    return language_model.load(tiny_language_models["forward"].path)


def written(
    session: Session, text: str, n: int = 1, temperature: float = 1.0, seed: int = 0, before: tuple[str, ...] = ()
) -> api.Written:
    found = session.ask(api.WriteOn(text, "lm", n, temperature, seed, before))
    assert isinstance(found, api.Written)
    return found


@pytest.mark.parametrize("temperature", [0.0, 0.7, 1.0])
def test_a_seed_writes_the_same_text_word_by_word_and_at_once(session: Session, temperature: float) -> None:
    at_once = written(session, BEGINNING, 12, temperature, seed=3)
    one_by_one: tuple[api.WrittenWord, ...] = ()
    for _ in range(12):
        before = tuple(each.word for each in one_by_one)
        found = written(session, BEGINNING, 1, temperature, 3, before)
        one_by_one += found.words
        written(session, "something else", 2, temperature, 5)  # what was asked in between changes nothing
    assert one_by_one == at_once.words
    assert found.continuation == at_once.continuation


def test_what_is_taken_over_is_written_on_as_it_would_have_been(session: Session) -> None:
    whole = written(session, BEGINNING, 8, seed=7)
    half = written(session, BEGINNING, 4, seed=7)
    taken = BEGINNING + half.continuation
    assert words(taken) == [*words(BEGINNING), *(each.word for each in half.words)]
    assert written(session, taken, 4, seed=7).words == whole.words[4:]


def test_seeds_and_places_differ(session: Session) -> None:
    texts = {tuple(each.word for each in written(session, BEGINNING, 12, seed=seed).words) for seed in range(8)}
    assert len(texts) > 1


def test_temperature_nought_is_the_likeliest_word(session: Session, frozen: FrozenLanguageModel) -> None:
    text = words(BEGINNING)
    for each in written(session, BEGINNING, 10, temperature=0).words:
        logs = frozen.model.log_probabilities(frozen.queries(frozen.vocabulary.encode(text))[-1:])[0]
        likely = [frozen.vocabulary.words[row] for row in logs.argsort(descending=True) if int(row) not in NEVER]
        assert each.word == likely[0]
        assert each.bits == pytest.approx(-float(logs[frozen.vocabulary.index(each.word)]) / math.log(2), abs=1e-3)
        text.append(each.word)
    assert written(session, BEGINNING, 10, temperature=1e-300) == written(session, BEGINNING, 10, temperature=0)


def test_it_reads_what_the_reader_reads_and_to_the_last_bit_what_it_read_before(frozen: FrozenLanguageModel) -> None:
    text = words("the film is wonderful , and a dull story !")
    writer = Writer(frozen)
    for end in (3, 4, 9, 2, len(text)):
        logs = writer.log_probabilities(text[:end])
        assert torch.equal(logs, Writer(frozen).log_probabilities(text[:end]))
        expected = RecurrentReader(frozen).expect(text[:end], 5, 99)[-1].likeliest
        assert [each.probability for each in expected] == pytest.approx(logs.exp().topk(5).values.tolist(), abs=1e-5)


def test_words_are_drawn_as_often_as_they_are_expected_and_what_is_no_word_never() -> None:
    logs = torch.tensor([5.0, 8.0, 2.0, 1.0, 0.0, -30.0]).log_softmax(dim=0)
    for temperature in (0.5, 1.0, 2.0):
        wanted = (logs[2:] / temperature).softmax(dim=0)
        rows = torch.tensor([draw(logs, temperature, n / 4_000) for n in range(4_000)])
        assert not set(NEVER) & set(rows.tolist())
        shares = torch.bincount(rows, minlength=6)[2:] / 4_000
        torch.testing.assert_close(shares, wanted, atol=1e-3, rtol=0)
    assert draw(logs, 0, 0.9) == 2
    assert draw(logs, 1e-320, 0.999) == 2
    assert draw(logs, 1e308, 0.999) == 5


def test_a_model_that_expects_only_unknown_words_still_writes_words(frozen: FrozenLanguageModel) -> None:
    with torch.no_grad():
        frozen.model.bias[NEVER] = 80.0
    assert Writer(frozen).write(["the"], 1.0, 0)[0] not in ("<unk>", "<pad>")
    assert Writer(frozen).write(["the"], 0.0, 0)[0] not in ("<unk>", "<pad>")


@pytest.mark.parametrize("text", ["", *HOSTILE.values()])
def test_any_text_is_written_on_and_stays_as_it_was(session: Session, text: str) -> None:
    found = written(session, text, 5)
    assert len(found.words) == 5
    assert found.continuation.strip()


def test_what_cannot_be_is_said(session: Session) -> None:
    for temperature in (-0.1, math.nan, math.inf):
        with pytest.raises(WordError, match="is no temperature"):
            written(session, BEGINNING, temperature=temperature)
    with pytest.raises(ModelError, match="does not write on"):
        session.ask(api.WriteOn(BEGINNING, "lm:backward"))
    with pytest.raises(ModelError, match="does not write on"):
        session.ask(api.WriteOn(BEGINNING, "mlm"))


def test_tokens_are_put_after_a_text_as_a_person_writes() -> None:
    tokens = words("thin, but i don't mind -- the \"well-made\" cast's (very) good. it works")
    assert written_after("The plot is", tokens) == (
        " thin, but I don’t mind — the “well-made” cast’s (very) good. It works"
    )
    assert written_after("", ["a", "film", "."]) == "A film."
    assert written_after("so ", ["-", "-", "'", "good", "'", "!"]) == "- - ‘good’!"
    assert written_after("It ended. ", ["then", "..."]) == "Then..."
    assert written_after("x", []) == ""


def test_a_continuation_is_read_back_as_the_tokens_it_was_made_of(session: Session) -> None:
    for seed in range(20):
        found = written(session, BEGINNING, 15, 1.0, seed)
        tokens = [each.word for each in found.words]
        # Full stops in a row become one token wherever they are read.
        if not any(a in (".", "...") and b in (".", "...") for a, b in pairwise(tokens)):
            assert words(BEGINNING + found.continuation) == [*words(BEGINNING), *tokens]
