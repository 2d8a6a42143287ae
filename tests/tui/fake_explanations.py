"""What the fake engine says of why a model answers so: as many points as a word is long, and everyone looks left."""

from __future__ import annotations

from core import api

LAYERS, HEADS = 6, 12


TWINS = (
    api.Twin("negated", "{} not", "not behind 'is'"),
    api.Twin("but-reversed", "", "no but in it"),
    api.Twin("typo", "{} dulll", "dull → dulll"),
)
"""Two that fit any text, and one that fits none."""


def answer(question: api.Explain | api.Attend | api.MakeTwins, tokens: tuple[api.Token, ...]) -> api.Answer:
    """Points by the length of a word, every second one against; weights by layer, head and distance."""
    if isinstance(question, api.MakeTwins):
        made = (api.Twin(each.rule, each.text.replace("{}", question.text), each.note) for each in TWINS)
        return api.TwinList(question.text, tuple(made))
    return _explain(question, tokens) if isinstance(question, api.Explain) else _attend(question, tokens)


def _explain(question: api.Explain, tokens: tuple[api.Token, ...]) -> api.Explained:
    times = {"loo": 3, "gradient": 1, "integrated": 5}[question.method]
    points = [times * len(token.text) * (-1.0) ** place for place, token in enumerate(tokens)]
    looked_at = tokens[: question.first or len(tokens)]
    path = question.method == "integrated"
    return api.Explained(
        model=question.model,
        answer="positive",
        label=question.label or "positive",
        method=question.method,
        methods=("loo", "gradient", "integrated"),
        probability=0.75,
        contributions=tuple(map(api.Contribution, looked_at, points)),
        tokens=len(tokens),
        read=len(tokens),
        baseline=0.25 if path else None,
        gap=0.5 if path else None,
        steps=32 if path else 0,
        note="what they are",
        remark="unfinished" if question.method == "loo" and tokens and tokens[-1].text == "." else "",
    )


def _attend(question: api.Attend, tokens: tuple[api.Token, ...]) -> api.Attention:
    words = ["[CLS]", *(token.text for token in tokens), "[SEP]"]
    sharp = 1 + question.layer + question.head
    rows = []
    for place in range(len(words)):
        weights = [1.0 / (1 + abs(place - 1 - other)) ** sharp for other in range(len(words))]
        rows.append(tuple(weight / sum(weights) for weight in weights))
    return api.Attention(
        model=question.model,
        layer=question.layer,
        head=question.head,
        layers=LAYERS,
        heads=HEADS,
        words=tuple(
            api.AttendedWord(word, 2 if len(word) > 9 else 1, "boundary" if word.startswith("[") else "text")
            for word in words
        ),
        weights=tuple(rows),
        tokens=len(tokens),
        read=len(tokens),
        note="words of several pieces: looked at, the sum of them; looking, their mean",
        caveat="Where a word looks is not why the answer is what it is (Jain and Wallace 2019).",
    )
