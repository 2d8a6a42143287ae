"""A report as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from core.appraisal.wording import (
    CLASSES,
    CONFUSED,
    GAINS,
    LADDER,
    MISTAKES,
    SUSPECTS,
    TABLE,
    Report,
    about_confused,
    about_errors,
    about_ladder,
    about_own_text,
    about_suspects,
    class_scores,
    confused_rows,
    describe_data,
    gain_rows,
    how_measured,
    is_wide,
    ladder_rows,
    mistake_rows,
    notes,
    suspect_rows,
    table_rows,
)
from core.visible import one_line


def to_markdown(report: Report) -> str:
    """The whole file. Texts and labels may come from anywhere."""
    parts = [
        f"# Which era for {_plain(report['data']['file'])}",
        f"**{_plain(report['advice'])}**",
        "## Accuracy",
        _plain(how_measured(report)),
        _table(TABLE, table_rows(report)),
        *_ladder(report),
        *_own_text(report),
        "## The data",
        _table(("", ""), describe_data(report)),
        *(["\n".join(f"- {_plain(note)}" for note in found)] if (found := list(notes(report))) else []),
        "## Errors",
        *_confusion(report),
    ]
    if mistakes := mistake_rows(report):
        parts += [_plain(about_errors(report)), _table(MISTAKES, mistakes)]
    parts += ["## Labels that may be wrong", _plain(about_suspects(report))]
    if suspects := suspect_rows(report):
        parts.append(_table(SUSPECTS, suspects))
    parts += ["## Again", "\n".join(f"    {one_line(each)}" for each in report["commands"])]
    return "\n\n".join(parts) + "\n"


def _ladder(report: Report) -> Iterator[str]:
    if rows := ladder_rows(report):
        yield "## What more labels buy"
        if report["more_labels"]:
            yield _plain(report["more_labels"]["said"])
        yield _plain(about_ladder(report))
        yield _table(LADDER, rows)


def _own_text(report: Report) -> Iterator[str]:
    if said := about_own_text(report):
        yield "## What your text without labels bought"
        yield _plain(said)
        yield _table(GAINS, gain_rows(report))


def _confusion(report: Report) -> Iterator[str]:
    errors = report["errors"]
    if is_wide(report):
        yield about_confused(report)
        yield _table(CONFUSED, confused_rows(report))
        yield _table(CLASSES, map(class_scores, errors["classes"]))
        return
    rows = zip(errors["classes"], errors["confusion"], strict=True)
    header = (*CLASSES, *(f"→ {name}" for name in errors["labels"]))
    yield _table(header, [(*class_scores(each), *map(str, row)) for each, row in rows])


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(_plain, line)) + " |" for line in lines)


def _plain(text: str) -> str:
    """The text as it is: nothing in it is markup, no cell or line ends in it."""
    shown = one_line(text)
    for mark in "\\`*_|<>[]":
        shown = shown.replace(mark, "\\" + mark)
    return shown
