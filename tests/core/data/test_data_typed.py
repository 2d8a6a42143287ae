"""Sentences as people type them read as the sentences they were."""

from __future__ import annotations

import pytest

from core.data.corpora import load_task
from core.data.detokenize import typed
from core.data.text import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it 's a film that does n't care .", "It’s a film that doesn’t care."),
        ("i think i 'll pass -- really !", "I think I’ll pass — really!"),
        ('a " must see " ( twice ) , they say', "A “must see” (twice), they say"),
        ("the 'new' one is dull . worse , in fact", "The ‘new’ one is dull. Worse, in fact"),
        ("", ""),
        ("...", "..."),
    ],
)
def test_it_looks_as_if_a_person_had_typed_it(text: str, expected: str) -> None:
    assert typed(text) == expected


def test_the_tokenizer_reads_it_as_the_same_words() -> None:
    texts = load_task("rotten_tomatoes").validation.texts
    same = [words(typed(text)) == words(text) for text in texts]
    assert sum(same) >= len(same) - 2
    changed = [typed(text) != text for text in texts]
    assert sum(changed) > 0.95 * len(changed), "it is not the text as it came"
