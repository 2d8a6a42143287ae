"""How surprised a language model is by the words of a sentence, and what it would have written instead."""

from __future__ import annotations

from core import api
from core.data.text import tokenize
from core.words.sources import Sources


def read_closely(question: api.Surprisal, sources: Sources) -> api.SurprisalList:
    """Surprisal, rank and likeliest words of each token. Raises ModelError."""
    directions = sources.voices.directions(question.model)
    direction = question.direction or directions[0]
    reader = sources.voices.reader(question.model, direction)
    tokens = tokenize(question.text)
    words = [token.text for token in tokens]
    *read, last = reader.expect(words, max(0, question.k), question.first if question.first > 0 else len(words))
    found = tuple(
        api.Surprise(
            api.Token(token.text, token.start, token.end, reader.lexicon.reads(token.text)),
            expected.bits,
            expected.rank,
            expected.likeliest,
        )
        for token, expected in zip(tokens, read, strict=False)
    )
    total = sum(each.bits for each in found)
    mean = total / len(found) if found else None
    return api.SurprisalList(
        question.model,
        direction,
        directions,
        found,
        last.likeliest,
        len(words),
        total,
        mean,
        None if mean is None else 2**mean,
        note=f"each word, given {reader.given}",
        remark=_remark(found),
    )


def _remark(found: tuple[api.Surprise, ...]) -> str:
    """Which words stand for others."""
    unknown = list(dict.fromkeys(each.token.text for each in found if not each.token.known))
    if not unknown:
        return ""
    theirs = "its surprisal is" if len(unknown) == 1 else "their surprisal is"
    return f"unknown: {', '.join(unknown)} ({theirs} that of <unk>, any word it does not know)"
