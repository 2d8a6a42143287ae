"""The verb `twins`: sentences that differ from one's own in one thing, and what that does to the answers."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING

from core import api
from core.cli.standard_input import text_of

if TYPE_CHECKING:
    from core.cli.words.verb import AddVerb

SUMMARY = "the sentence negated, intensified, turned around, …: each answer's change"


def add(verb: AddVerb) -> None:
    """Add the verb with its arguments."""
    parser: ArgumentParser = verb("twins", "TEXT", SUMMARY, "one JSON object a twin, one a line")
    parser.add_argument("text", metavar="TEXT", help="a sentence")
    parser.add_argument("--model", type=_list, metavar="MODEL[,MODEL...]", help="all (the default), or which ones")


def twins(wanted: Namespace) -> int:
    """Print each twin with every model's answer and its change, and which rules do not fit. Raises UserError."""
    from core.cli.models import choose_models
    from core.cli.printing import emit, say, table
    from core.cli.session import open_session

    session = open_session()
    models = choose_models(session.catalog, wanted.model)
    text = text_of(wanted.text)
    found = session.explain(api.MakeTwins(text))
    assert isinstance(found, api.TwinList)
    there = [twin for twin in found.twins if twin.text]
    answers = {model: session.predict([text, *(twin.text for twin in there)], model) for model in models}
    if wanted.json:
        for twin in found.twins:
            place = there.index(twin) + 1 if twin in there else None
            both = {model: [each[0], each[place]] for model, each in answers.items()} if place else {}
            emit(_record(text, twin, both))
        return 0
    rows: list[tuple[str, ...]] = [(text, *(_own(answers[model][0]) for model in models))]
    for place, twin in enumerate(there, start=1):
        rows.append((f"{twin.rule}: {twin.text}", *(_changed(*_two(answers[model], place)) for model in models)))
    print(table(rows, ("twin", *models), right=range(1, len(models) + 1)))
    say("In %: the probability of the class that is second of two, else of the first text's answer; and its change.")
    for twin in found.twins:
        if not twin.text:
            say(f"{twin.rule} does not fit: {twin.note}.")
    return 0


def _two(answers: list[api.Predicted], place: int) -> tuple[api.Predicted, api.Predicted]:
    return answers[0], answers[place]


def _label(answer: api.Predicted) -> str:
    """Whose probability is compared."""
    labels = list(answer.probabilities)
    return labels[1] if len(labels) == 2 else answer.label


def _own(answer: api.Predicted) -> str:
    return f"{100 * answer.probabilities[_label(answer)]:.0f}"


def _changed(own: api.Predicted, twin: api.Predicted) -> str:
    label = _label(own)
    return (
        f"{100 * twin.probabilities[label]:.0f} ({100 * (twin.probabilities[label] - own.probabilities[label]):+.0f})"
    )


def _record(text: str, twin: api.Twin, rows: dict[str, list[api.Predicted]]) -> dict[str, object]:
    from core.cli.words.answers import DECIMALS
    from core.floats import rounded

    record: dict[str, object] = {"text": text, "rule": twin.rule, "twin": twin.text or None, "note": twin.note}
    record["answers"] = [
        {
            "model": model,
            "label": other.label,
            "probabilities": other.probabilities,
            "change": {label: other.probabilities[label] - p for label, p in own.probabilities.items()},
        }
        for model, (own, other) in rows.items()
    ]
    made: dict[str, object] = rounded(record, DECIMALS)
    return made


def _list(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        raise ArgumentTypeError("no model is named")
    return names
