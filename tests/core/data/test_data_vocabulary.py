from collections import Counter
from pathlib import Path

import pytest

from core.data.vocabulary import Vocabulary

COUNTS = Counter({"the": 9, "b": 3, "a": 3, "rare": 1})


def test_frequent_words_come_first_and_ties_by_alphabet() -> None:
    assert Vocabulary.from_counts(COUNTS).words == ("<pad>", "<unk>", "the", "a", "b", "rare")


def test_what_does_not_fit_is_counted_as_unknown() -> None:
    vocabulary = Vocabulary.from_counts(COUNTS, size=4)
    assert vocabulary.words == ("<pad>", "<unk>", "the", "a")
    assert vocabulary.counts.tolist() == [0, 4, 9, 3]
    assert Vocabulary.from_counts(COUNTS, min_count=3).counts.tolist() == [0, 1, 9, 3, 3]


def test_words_without_a_row_are_unknown() -> None:
    vocabulary = Vocabulary.from_counts(COUNTS, size=4)
    assert vocabulary.encode(["the", "zebra", "a", "<pad>", "<unk>"]) == [2, 1, 3, 1, 1]
    assert "the" in vocabulary
    assert "zebra" not in vocabulary
    assert "<pad>" not in vocabulary
    assert len(vocabulary) == 4


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    vocabulary = Vocabulary.from_counts(Counter({"é": 2, "\u2028odd": 1, "#": 5, "\x1fx": 1}))
    vocabulary.save(tmp_path)
    again = Vocabulary.load(tmp_path)
    assert again.words == vocabulary.words
    assert again.counts.tolist() == vocabulary.counts.tolist()
    assert again.digest == vocabulary.digest
    assert b"\r" not in (tmp_path / "vocabulary.tsv").read_bytes()


def test_a_damaged_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.tsv").write_text("<pad>\t0\nthe\t3\n", encoding="utf-8")
    with pytest.raises(ValueError, match="<unk>"):
        Vocabulary.load(tmp_path)
