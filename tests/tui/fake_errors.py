"""What the fake engine says of a model's mistakes: of made-up texts, by numbers that follow from their places."""

from __future__ import annotations

from core import api
from core.api.errors import ErrorQuestion

LABELS = ("negative", "positive")
MANY = tuple(f"class {place}" for place in range(40))
TEXTS = (
    "lavishly , exhilaratingly tasteless .",
    "interesting and thoroughly unfaithful version of carmen",
    "the film takes the materials of human tragedy and dresses them in lovely costumes , southern california locations "
    "and star power .",
    "it won't bust your gut -- and it's not intended to -- it's merely a blandly cinematic surgical examination",
)


def answer(question: ErrorQuestion) -> list[api.Answer]:
    """One word of how far it is, and the list; of a model called `tickets` there are forty classes."""
    if isinstance(question, api.StopReading):
        return []
    labels = MANY if "tickets" in question.model else LABELS
    count = len(labels)
    confusion = tuple(
        tuple(90 + row if row == column else (7 * row + 3 * column) % 5 for column in range(count))
        for row in range(count)
    )
    found = [_text(place, labels, bool(question.against)) for place in range(24)]
    kept = tuple(each for each in found if question.filter.strip().casefold() in each.text.casefold())
    scores = tuple(
        api.ClassScore(label, sum(row), sum(row), row[place] / sum(row), row[place] / sum(row), row[place] / sum(row))
        for place, (label, row) in enumerate(zip(labels, confusion, strict=True))
    )
    listed = api.ErrorList(
        question.model,
        question.against,
        question.split,
        "rotten_tomatoes",
        sum(map(sum, confusion)),
        labels,
        confusion,
        scores,
        kept,
        len(found),
        len(kept),
        won=14 if question.against else 0,
        lost=10 if question.against else 0,
        note=api.TEST_SPOILS if question.split == api.TEST else "The validation texts.",
    )
    return [api.SplitProgress(question.model, 32, 200, 5.0), listed]


def _text(place: int, labels: tuple[str, ...], compared: bool) -> api.JudgedText:
    true, said = labels[place % 2], labels[1 - place % 2]
    first, second = 0.99 - place / 100, 0.9 - place / 100
    return api.JudgedText(
        place,
        TEXTS[place % len(TEXTS)],
        true,
        api.ReadAnswer(said, first, right=False),
        api.ReadAnswer(true, second, right=True) if compared else None,
        first + second - 1 if compared else 0.0,
    )
