"""Wordpieces: our words in, a transformer's rows out, and every piece still inside its own word."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data.text import words

pytest.importorskip("tokenizers")

from core.data.wordpieces import WordPieces
from tests.core.conftest import tiny_encoder

LIMIT = 12


@pytest.fixture(scope="module")
def lexicon() -> WordPieces:
    return WordPieces.load(tiny_encoder(), LIMIT)


def spelled(lexicon: WordPieces, text: str) -> list[list[str]]:
    return [[lexicon.words[row] for row in rows] for rows in lexicon.spell(words(text))]


def test_a_word_is_spelled_with_its_pieces(lexicon: WordPieces) -> None:
    assert spelled(lexicon, "a wonderful Film") == [["a"], ["wonder", "##ful"], ["film"]]


def test_contractions_are_spelled_as_they_were_written_each_piece_in_its_own_word(lexicon: WordPieces) -> None:
    assert spelled(lexicon, "don't do it") == [["don"], ["'", "t"], ["do"], ["it"]]
    assert spelled(lexicon, "it's") == [["it"], ["'", "s"]]
    assert spelled(lexicon, "n't") == [["n", "'", "t"]], "alone it is what it is"


def test_only_whole_words_that_fit_are_read(lexicon: WordPieces) -> None:
    text = words("wonderful " * 20)
    assert lexicon.fits(text) == LIMIT // 2
    assert len(lexicon.encode(text)) == LIMIT
    assert lexicon.encode(["film", *text])[-2:] == lexicon.rows("wonderful")
    assert [len(part) for part in lexicon.parts(text)] == [6, 6, 6, 2]
    assert lexicon.encode([]) == []
    assert lexicon.fits([]) == 0


def test_whatever_is_typed_has_rows_and_never_those_that_mean_something_to_the_transformer(lexicon: WordPieces) -> None:
    for text in ("[CLS]", "[SEP] [PAD]", "\x00\x1b[31m", "😀", "́", "1," * 500, "x" * 900, "<b>"):
        found = lexicon.spell(words(text))
        assert all(found)
        assert not {0, *lexicon.boundaries()} & {row for rows in found for row in rows}
        assert len(lexicon.encode(words(text))) <= LIMIT


def test_any_word_of_letters_is_known_and_what_no_piece_spells_is_not(lexicon: WordPieces) -> None:
    assert lexicon.reads("zxqv")
    assert not lexicon.reads("😀")
    assert "film" in lexicon
    assert "zxqv" not in lexicon


def test_what_a_person_is_shown_are_whole_words(lexicon: WordPieces) -> None:
    shown = {word for word, whole in zip(lexicon.words, lexicon.whole, strict=True) if whole}
    assert "film" in shown
    assert not any(word.startswith(("##", "[")) for word in shown)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"model": {"type": "BPE"}}', '{"model": {"type": "WordPiece"}}'])
def test_another_kind_of_tokenizer_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError):  # noqa: PT011 - whichever it is
        WordPieces.load(tmp_path, LIMIT)
