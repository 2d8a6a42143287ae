"""What a report says in sentences, the same in every format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from core.api.errors import list_confusions
from core.runs.wording import percent

Report = Mapping[str, Any]

_SMALLEST = 0.1
"""Megabytes that are said as a number."""
WIDEST = 20
"""Classes whose confusion is a matrix; of more the pairs that are confused most are listed, as are the largest."""


def how_measured(report: Report) -> str:
    """How the accuracies came about, and what they are to be held against."""
    measured = report["measured"]
    n, repeats = measured["texts"], measured["repeats"]
    majority = f"Always answering {measured['largest']!r} is right in {100 * measured['majority']:.1f} %."
    if measured["by"] == "cross-validation":
        return (
            f"{n:,} texts are few for a test split: each was answered by models that had learned from others only "
            f"({measured['folds']}-fold cross-validation, {_times(repeats)}, about {measured['learned_from']:,} labels "
            f"each; the intervals cover other texts and other seeds). {majority}"
        )
    return (
        f"Measured on the {n:,} texts of the test split, {repeats} seeds each, after learning from "
        f"{measured['learned_from']:,} texts, validation included (the intervals cover other texts and other seeds). "
        f"{majority}"
    )


def _times(repeats: int) -> str:
    return {1: "once", 2: "twice"}.get(repeats, f"{repeats:,} times")


def describe_data(report: Report) -> Iterator[tuple[str, str]]:
    """Name and value of what was understood of the data."""
    data = report["data"]
    for name in ("file", "dialect", "encoding", "text", "label"):
        if data.get(name):
            yield name, str(data[name])
    if "read" in data:
        left_out = data["read"] - data["rows"]
        yield "rows", f"{data['read']:,} read, {data['rows']:,} kept, {left_out:,} left out"
    total = sum(data["classes"].values())
    ranked = list(data["classes"].items())
    if len(ranked) > WIDEST:
        ranked.sort(key=lambda each: -each[1])
    for name, count in ranked[:WIDEST]:
        yield f"class {name}", f"{count:,} ({100 * count / total:.1f} %)"
    if rest := ranked[WIDEST:]:
        yield f"{len(rest):,} smaller classes", f"{sum(count for _, count in rest):,} texts"
    from core.data.text_measures import TextMeasures  # brings numpy, which the app does not need

    texts = TextMeasures(**data["texts"])
    yield "length", str(texts)
    yield "unseen", f"{100 * texts.unseen:.1f} % of a new text's tokens are in no text that was learned from"


TABLE = ("era", "accuracy", "95 %", "behind the best", "train", "1,000 texts", "size")


def table_rows(report: Report) -> Iterator[tuple[str, ...]]:
    """A row an era, as `TABLE` heads them."""
    for row in report["table"]:
        against = row["against_best"]
        behind = "–" if against is None else f"{100 * against['mean']:.1f}"
        if against is not None and not row["certain"]:
            behind += " (within the noise)"
        yield (
            row["era"],
            _accuracy(row),
            f"{100 * row['low']:.1f} to {100 * row['high']:.1f}",
            behind,
            duration(row["seconds"]),
            duration(row["seconds_for_1000_texts"]),
            size(row["megabytes"]),
        )


def notes(report: Report) -> Iterator[str]:
    """What is still missing, was left out, guessed or is suspicious."""
    if waiting := report.get("waiting"):
        yield f"not measured yet: {', '.join(waiting)}"
    yield from (f"{era} is left out: {why}" for era, why in report["left_out"].items())
    yield from report["data"].get("notes", ())
    yield from report["notes"]
    yield from report.get("own_text", {}).get("notes", ())


GAINS = ("era", "gain", "95 %", "")


def about_own_text(report: Report) -> str:
    """What the second rows are over, and what the reading itself bought; empty where there was no text to read."""
    own = report.get("own_text")
    if not own:
        return ""
    read = "".join(f" {title}: {bought}." for title, bought in own["read"].items())
    return (
        f"Rows marked +text stand over what has read {own['text']} first, without the texts that eras are measured on."
        f"{read}"
    )


def gain_rows(report: Report) -> list[tuple[str, ...]]:
    """A row an era that has both: what its second row has more than its first, as `GAINS` heads it."""
    return [
        (
            each["era"],
            f"{100 * each['mean']:+.1f} points",
            f"{100 * each['low']:+.1f} to {100 * each['high']:+.1f}",
            "" if each["certain"] else "within the noise",
        )
        for each in report.get("own_text", {}).get("gains", ())
    ]


def about_errors(report: Report) -> str:
    """Whose mistakes are shown, and how many there are."""
    errors = report["errors"]
    repeated = " (of several repeats, its mean answer)" if report["measured"]["repeats"] > 1 else ""
    return (
        f"{report['recommended']} has {errors['wrong']:,} of {errors['n']:,} wrong{repeated}; "
        f"the {len(errors['surest']):,} that it is surest of:"
    )


MISTAKES = ("sure", "label", "answer", "text")


def mistake_rows(report: Report) -> list[tuple[str, ...]]:
    """A row a mistake that is listed, as `MISTAKES` heads them."""
    surest = report["errors"]["surest"]
    return [(percent(each["probability"]), each["label"], each["answer"], each["text"]) for each in surest]


LADDER = ("era", "labels", "accuracy", "95 %")


def ladder_rows(report: Report) -> list[tuple[str, ...]]:
    """A row an era and number of labels, as `LADDER` heads them; none where nothing was measured with fewer labels."""
    return [
        (row["era"], f"{row['labels']:,}", _accuracy(row), f"{100 * row['low']:.1f} to {100 * row['high']:.1f}")
        for row in report.get("ladder") or ()
    ]


def about_ladder(report: Report) -> str:
    """What the ladder is made of."""
    return (
        "The recommended era and the best of the other kind, era or plain baseline, also with a quarter and with half "
        "of the labels, drawn from those that are learned from, asked about the same "
        f"{report['measured']['texts']:,} texts. prompt has learned from none. Bands are one standard deviation over "
        "repeats."
    )


CLASSES = ("true class", "n", "precision", "recall", "F1")


def class_scores(each: Mapping[str, Any]) -> tuple[str, ...]:
    """The scores of a class, as `CLASSES` heads them."""
    return (each["label"], str(each["n"]), *map(percent, (each["precision"], each["recall"], each["f1"])))


def is_wide(report: Report) -> bool:
    """Whether the confusion has more classes than a matrix can be read with."""
    return len(report["errors"]["labels"]) > WIDEST


CONFUSED = ("true class", "answer", "n")


def confused_rows(report: Report) -> list[tuple[str, ...]]:
    """A row a pair of classes that is confused often, as `CONFUSED` heads them."""
    pairs = list_confusions(*_confusion(report))
    return [(true, said, f"{count:,}") for true, said, count in pairs[:WIDEST]]


def about_confused(report: Report) -> str:
    """How many pairs of classes are confused at all."""
    labels, confusion = _confusion(report)
    return f"{len(list_confusions(labels, confusion)):,} pairs of {len(labels):,} classes are confused, most often:"


def about_suspects(report: Report) -> str:
    """How many labels are suspected, and why."""
    there = report["suspects"]
    listed = f"; the {len(there['listed']):,} with the widest margin" if len(there["listed"]) < there["found"] else ""
    return (
        f"{there['found']:,} of {there['of']:,} labels may be wrong: {report['recommended']}, which has not learned "
        f"from the text, gives another class more than that class's own texts have on the mean (confident learning, "
        f"Northcutt et al. 2021){listed}. Look at them before you train again."
    )


SUSPECTS = ("label", "likelier", "margin", "text")


def suspect_rows(report: Report) -> list[tuple[str, ...]]:
    """A row a suspected label that is listed, as `SUSPECTS` heads them."""
    listed = report["suspects"]["listed"]
    return [(each["label"], each["likelier"], percent(each["margin"]), each["text"]) for each in listed]


def size(megabytes: float) -> str:
    """Megabytes in words; of very few no figure is worth a place."""
    return f"{megabytes:,.1f} MB" if megabytes >= _SMALLEST else f"< {_SMALLEST} MB"


def _accuracy(row: Mapping[str, Any]) -> str:
    sd = "" if row["sd"] is None else f" ± {100 * row['sd']:.1f}"
    return f"{100 * row['mean']:.1f} %{sd}"


def _confusion(report: Report) -> tuple[list[str], list[list[int]]]:
    return report["errors"]["labels"], report["errors"]["confusion"]


def duration(seconds: float) -> str:
    """Seconds in words: under ten with their hundredths."""
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:,.0f} s"
