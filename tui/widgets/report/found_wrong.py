"""What a report found wrong, as the lists of errors that the app shows: mistakes, and labels that are suspected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import api
from core.appraisal.wording import Report


def list_mistakes(report: Report) -> api.ErrorList:
    """The confusion, and the surest mistakes."""
    errors = report["errors"]
    texts = tuple(_judged(place, each, each["answer"]) for place, each in enumerate(errors["surest"]))
    return _listed(report, texts, errors["wrong"])


def list_suspects(report: Report) -> api.ErrorList:
    """The labels that may be wrong, each with the class that is likelier, the widest margin first."""
    suspects = report["suspects"]
    texts = tuple(_judged(place, each, each["likelier"]) for place, each in enumerate(suspects["listed"]))
    return _listed(report, texts, suspects["found"])


def _judged(place: int, each: Mapping[str, Any], answer: str) -> api.JudgedText:
    given = api.ReadAnswer(answer, each["probability"], right=False)
    return api.JudgedText(place, each["text"], each["label"], given)


def _listed(report: Report, texts: tuple[api.JudgedText, ...], found: int) -> api.ErrorList:
    errors = report["errors"]
    confusion = tuple(tuple(row) for row in errors["confusion"])
    answered = [sum(column) for column in zip(*confusion, strict=True)]
    return api.ErrorList(
        model=report["recommended"],
        against="",
        split=report["measured"]["by"],
        data=report["data"]["file"],
        n=errors["n"],
        labels=tuple(errors["labels"]),
        confusion=confusion,
        classes=tuple(
            api.ClassScore(each["label"], each["n"], given, each["precision"], each["recall"], each["f1"])
            for each, given in zip(errors["classes"], answered, strict=True)
        ),
        texts=texts,
        found=found,
        matching=found,
    )
