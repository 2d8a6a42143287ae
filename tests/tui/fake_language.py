"""What the fake engine's language model says: longer words surprise it more, and it always writes the same on."""

from __future__ import annotations

from collections.abc import Sequence

from core import api
from core.data.detokenize import written_after

GIVEN = {"forward": "the words before it", "backward": "the words after it", "masked": "all the others"}
LIKELIEST = ("the", "a", "it", "<unk>", "film", "story", ",", "cast", ".", "plot", "and", "of", "i", "script")
STORY = "but the story is warm , and the cast does n't miss a beat .".split()  # noqa: SIM905


def read_closely(question: api.Surprisal, tokens: Sequence[api.Token]) -> api.SurprisalList:
    """One bit and a half a letter; backward a bit less."""
    direction = question.direction or "forward"
    rate = {"forward": 1.5, "backward": 1.2, "masked": 0.7}[direction]
    shown = tokens[: question.first] if question.first else tokens
    found = tuple(
        api.Surprise(
            token,
            rate * min(len(token.text), 12),
            None if direction == "masked" and len(token.text) > 6 else 3 * len(token.text),
            likeliest(question.k, len(token.text)),
        )
        for token in shown
    )
    bits = sum(each.bits for each in found)
    mean = bits / len(found) if found else None
    unknown = ", ".join(each.token.text for each in found if not each.token.known)
    return api.SurprisalList(
        question.model,
        direction,
        ("forward", "backward"),
        found,
        likeliest(question.k, 2),
        len(tokens),
        bits,
        mean,
        None if mean is None else 2**mean,
        note=f"each word, given {GIVEN[direction]}",
        remark=f"unknown: {unknown} (its surprisal is that of <unk>, any word it does not know)" if unknown else "",
    )


def likeliest(k: int, turn: int) -> tuple[api.Likely, ...]:
    """The same words, begun elsewhere, each half as likely as the one before."""
    words = [LIKELIEST[(n + turn) % len(LIKELIEST)] for n in range(min(k, len(LIKELIEST)))]
    return tuple(api.Likely(word, 0.5 ** (n + 1)) for n, word in enumerate(words))


def write_on(question: api.WriteOn) -> api.Written:
    """The story, begun at the place that the seed says, and again from its beginning."""
    written = list(question.written)
    new = []
    for _ in range(question.words):
        word = STORY[(len(written) + question.seed) % len(STORY)]
        written.append(word)
        new.append(api.WrittenWord(word, 3.0))
    return api.Written(question.model, tuple(new), written_after(question.text, written))
