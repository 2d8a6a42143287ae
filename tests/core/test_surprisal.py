"""Surprisal: the model's own softmax on what it has read, in bits, whichever way it reads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from core import api
from core.catalog.models import Catalog, ModelError
from core.data.batches import pad
from core.data.text import words
from core.data.wordpieces import WordPieces
from core.models.frozen_language_model import FrozenLanguageModel
from core.models.masked import MaskedLanguageModel
from core.pretrained import encoder, language_model
from core.service.session import Session
from core.storage.paths import Home
from core.storage.store import Artifact
from core.words.surprisal import REACH, MaskedReader, RecurrentReader
from tests.core.conftest import tiny_encoder
from tests.tui.hostile import HOSTILE

SENTENCE = "The film is wonderful, and a zxqv story!"


@pytest.fixture(scope="module")
def masked() -> tuple[MaskedLanguageModel, WordPieces]:
    found = encoder.find(str(tiny_encoder()))
    lexicon = found.lexicon()
    return MaskedLanguageModel(found.model(), 0, *lexicon.boundaries()).eval(), lexicon


def asked(
    session: Session, text: str, model: str = "lm", direction: str = "", k: int = 5, first: int = 0
) -> api.SurprisalList:
    found = session.ask(api.Surprisal(text, model, direction, k, first))
    assert isinstance(found, api.SurprisalList)
    return found


def after(frozen: FrozenLanguageModel, prefix: Sequence[int]) -> torch.Tensor:
    """(V,) log probabilities after a prefix, read word by word: the brute force."""
    model, state = frozen.model, frozen.model.start(1)
    with torch.no_grad():
        for row in [0, *prefix]:
            layers, state = model.read(model.C[torch.tensor([[row]])], state)
        return model.log_probabilities(model.query(layers[-1])[0])[0]


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_surprisal_is_the_softmax_of_what_was_read(
    session: Session, tiny_language_models: dict[str, Artifact], direction: str
) -> None:
    frozen = language_model.load(tiny_language_models[direction].path)
    ids = frozen.vocabulary.encode(words(SENTENCE))
    found = asked(session, SENTENCE, direction=direction)
    assert len(found.tokens) == found.words == len(ids)
    for place, (each, row) in enumerate(zip(found.tokens, ids, strict=True)):
        logs = after(frozen, ids[:place] if direction == "forward" else ids[:place:-1])
        assert float(logs.exp().sum()) == pytest.approx(1, abs=1e-5)
        assert each.bits == pytest.approx(-float(logs[row]) / math.log(2), abs=1e-4)
        assert each.rank == int((logs > logs[row]).sum()) + 1
        best = [frozen.vocabulary.words[n] for n in logs.topk(5).indices]
        assert [likely.word for likely in each.likeliest] == best
    logs = after(frozen, ids if direction == "forward" else ids[::-1])
    assert [likely.probability for likely in found.open] == pytest.approx(logs.exp().topk(5).values.tolist(), abs=1e-5)
    assert found.bits == pytest.approx(sum(each.bits for each in found.tokens))
    assert found.perplexity == pytest.approx(2 ** (found.bits / len(ids)))


def test_probabilities_of_all_words_sum_to_one(session: Session) -> None:
    for place in asked(session, SENTENCE, k=1_000).tokens:
        assert sum(likely.probability for likely in place.likeliest) == pytest.approx(1, abs=1e-4)
        assert "<pad>" not in {likely.word for likely in place.likeliest}


def test_an_unknown_word_has_the_surprisal_of_unknown_words_and_it_is_said(session: Session) -> None:
    found = asked(session, SENTENCE, k=1_000)
    (unknown,) = (each for each in found.tokens if not each.token.known)
    assert unknown.token.text == "zxqv"
    (theirs,) = (likely for likely in unknown.likeliest if likely.word == "<unk>")
    assert unknown.bits == pytest.approx(-math.log2(theirs.probability), abs=1e-3)
    assert "zxqv (its surprisal is that of <unk>" in found.remark
    assert asked(session, "the film").remark == ""


def test_a_text_is_read_whole_where_only_its_first_words_are_looked_at(session: Session) -> None:
    for direction in ("forward", "backward"):
        whole = asked(session, SENTENCE, direction=direction)
        some = asked(session, SENTENCE, direction=direction, first=3)
        assert some.words == whole.words > 3
        assert [each.bits for each in some.tokens] == pytest.approx([each.bits for each in whole.tokens[:3]], abs=1e-5)
        assert [each.word for each in some.open] == [each.word for each in whole.open]


def test_nothing_typed_has_no_perplexity_but_a_beginning(session: Session) -> None:
    found = asked(session, " ")
    assert found.tokens == ()
    assert (found.bits, found.mean, found.perplexity) == (0, None, None)
    assert len(found.open) == 5


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read(session: Session, masked: tuple[MaskedLanguageModel, WordPieces], text: str) -> None:
    assert math.isfinite(asked(session, text).bits)
    assert all(math.isfinite(each.bits) for each in MaskedReader(*masked).expect(words(text), 3, 99)[:-1])


def test_a_row_reads_with_the_language_models_it_stands_on(session: Session, trained: dict[str, Artifact]) -> None:
    pair = asked(session, SENTENCE, direction="backward")
    for era in ("elmo", "ulmfit"):
        found = asked(session, SENTENCE, f"{era}:{trained[era].key[:8]}", "backward")
        assert found.directions == ("forward", "backward")
        assert found.tokens == pair.tokens


def test_untrained_language_models_are_about_equally_surprised_by_any_word(
    session: Session, trained: dict[str, Artifact]
) -> None:
    untrained = asked(session, "the film is wonderful .", f"random-lm:{trained['random-lm'].key[:8]}")
    assert untrained.bits > asked(session, "the film is wonderful .").bits


def test_what_is_no_language_model_says_so(session: Session, trained: dict[str, Artifact]) -> None:
    for spec in (f"scratch:{trained['scratch'].key[:8]}", f"bert:{trained['bert'].key[:8]}"):
        with pytest.raises(ModelError, match="has no language model of its own"):
            asked(session, SENTENCE, spec)
    with pytest.raises(ModelError, match="guesses no words"):
        asked(session, SENTENCE, "vectors:word2vec")
    with pytest.raises(ModelError, match="does not read backward"):
        asked(session, SENTENCE, "lm:forward", "backward")


def test_a_row_whose_language_models_are_gone_says_so(trained: dict[str, Artifact], tmp_path: Path) -> None:
    alone = Session(Catalog(Home(store=tmp_path / "store", runs=tmp_path / "runs"), shipped=None))
    with pytest.raises(ModelError, match="are not here"):
        asked(alone, SENTENCE, str(trained["elmo"].path))


# ---------------------------------------------------------------- masked


def guess(model: MaskedLanguageModel, ids: list[int], start: int) -> torch.Tensor:
    """(V,) log probabilities of the place `start`."""
    wanted = torch.zeros(1, len(ids), dtype=torch.bool)
    wanted[0, start] = True
    with torch.no_grad():
        return model.logits(*pad([ids]), wanted)[0].log_softmax(dim=0)


def test_a_masked_word_is_guessed_from_all_the_others(masked: tuple[MaskedLanguageModel, WordPieces]) -> None:
    model, lexicon = masked
    assert lexicon.mask is not None
    text = ["the", "film", "is", "wonderful", ",", "and", "funny"]
    spelled = lexicon.spell(text)
    assert len(spelled[3]) == 2, "of two pieces"
    found = MaskedReader(model, lexicon).expect(text, 400, 99)
    for place, pieces in enumerate(spelled):
        left = [piece for word in spelled[:place] for piece in word]
        right = [piece for word in spelled[place + 1 :] for piece in word]
        bits = 0.0
        for done, piece in enumerate(pieces):
            masks = [lexicon.mask] * (len(pieces) - done)
            logs = guess(model, [*left, *pieces[:done], *masks, *right], len(left) + done)
            assert float(logs.exp().sum()) == pytest.approx(1, abs=1e-5)
            bits -= float(logs[piece]) / math.log(2)
        assert found[place].bits == pytest.approx(bits, abs=1e-4)
        alone = guess(model, [*left, lexicon.mask, *right], len(left))
        assert found[place].likeliest[0].probability == pytest.approx(
            float(alone.masked_fill(~torch.from_numpy(lexicon.whole), -torch.inf).max().exp()), abs=1e-5
        )
        assert (found[place].rank is None) == (len(pieces) > 1)
    shown = {likely.word for place in found for likely in place.likeliest}
    assert not any(word.startswith(("##", "[")) for word in shown)


def test_a_long_text_and_a_long_word_are_guessed_from_what_is_near(
    masked: tuple[MaskedLanguageModel, WordPieces],
) -> None:
    reader = MaskedReader(*masked)
    text = ["the", "film", "is", "funny", "and"] * 40
    found = reader.expect([*text, "z" * 90], 3, 1_000)
    assert len(found) == 202
    assert all(math.isfinite(each.bits) for each in found[:-1])
    assert reader.lexicon.limit < REACH * 2, "the tiny transformer reads less than that"
    some = reader.expect(text, 3, 4)
    assert [each.bits for each in some[:-1]] == pytest.approx([each.bits for each in found[:4]], abs=1e-4)
    assert len(some) == 5


def test_readers_are_deterministic(session: Session, tiny_language_models: dict[str, Artifact]) -> None:
    reader = RecurrentReader(language_model.load(tiny_language_models["forward"].path))
    assert reader.expect(words(SENTENCE), 3, 99) == reader.expect(words(SENTENCE), 3, 99)
