"""What a ladder has found, as text, Markdown or JSON lines. It works on the object of core.benchmark.report alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from core.benchmark.spec import RESULTS
from core.cli.printing import emit, say, table
from core.runs import RunDirectory
from core.visible import one_line

Document = dict[str, Any]


def of_run(run: RunDirectory) -> Document | None:
    """What a ladder's run has written when it ended; None if it has not, or the file is damaged."""
    try:
        found = json.loads((run.path / RESULTS).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("v") == 1 else None


def show(found: Document, as_json: bool = False, markdown: bool = False) -> None:
    """Print it: data on stdout, what the numbers are on stderr."""
    if as_json:
        for kind in ("cells", "table", "differences"):
            for record in found[kind]:
                emit({"kind": _SINGULAR[kind], "split": found["split"], **record})
        return
    for note in notes(found):
        say(note)
    print("\n\n".join(_markdown(found) if markdown else _plain(found)), flush=True)


_SINGULAR = {"cells": "cell", "table": "mean", "differences": "difference"}


def notes(found: Document) -> Iterator[str]:
    """How to read the numbers, a sentence each."""
    yield f"{found['split'].capitalize()} accuracy in %, mean ± standard deviation over seeds."
    if found["differences"]:
        level = f"{100 * found['interval']['level']:.0f} %"
        texts = ", ".join(f"{n:,} of {data}" for data, n in _texts(found).items())
        yield (
            f"Differences in points, paired on the same texts ({texts}) and seeds, with {level} bootstrap intervals "
            "over both; with one seed over the texts alone."
        )
    if found["split"] == "validation" and any(row["labels"] is None for row in found["table"]):
        yield "At all labels the best epoch was chosen on these same validation texts, which flatters every row alike."
    if found["missing"]:
        yield f"Cells that are not measured yet: {found['missing']:,}."


def _plain(found: Document) -> Iterator[str]:
    for data in found["data"]:
        rows = list(_rows(found, data))
        yield table(rows, _header(found, data), right=range(1, len(rows[0])))
        if lines := list(_differences(found, data)):
            yield "\n".join(lines)
    yield f"again: {one_line(found['command'])}"


def _markdown(found: Document) -> Iterator[str]:
    for data in found["data"]:
        header = [_escaped(cell) for cell in _header(found, data)]
        lines = [header, ["---", *["---:"] * (len(header) - 1)], *_rows(found, data)]
        yield "\n".join(f"| {' | '.join(line)} |" for line in lines)
        if differences := list(_differences(found, data)):
            yield "\n".join(f"- {line}" for line in differences)
    yield f"    {one_line(found['command'])}"


def _header(found: Document, data: str) -> list[str]:
    return [data, *(_budget(labels) for labels in found["labels"])]


def _rows(found: Document, data: str) -> Iterator[list[str]]:
    """A row an era, then the controls: the name, and for each budget the mean or a dash."""
    means = {(row["era"], row["labels"]): row for row in found["table"] if row["data"] == data}
    # A mean of fewer seeds than its neighbours is marked: it is less certain, or still being measured.
    most = {
        labels: max((m["seeds"] for (_, at), m in means.items() if at == labels), default=0)
        for labels in found["labels"]
    }
    for row in sorted(found["rows"], key=lambda row: row["control"]):
        name = f"{row['era']} (control)" if row["control"] else row["era"]
        yield [name, *(_mean(means.get((row["era"], labels)), most[labels]) for labels in found["labels"])]


def _mean(mean: dict[str, Any] | None, seeds: int) -> str:
    if mean is None:
        return "–"
    spread = "" if mean["sd"] is None else f" ± {100 * mean['sd']:.1f}"
    fewer = f" ({mean['seeds']} of {seeds})" if mean["seeds"] < seeds else ""
    return f"{100 * mean['mean']:.1f}{spread}{fewer}"


def _differences(found: Document, data: str) -> Iterator[str]:
    """A line each: `ulmfit - elmo at 100: +3.1 [+1.9, +4.4] (5 seeds)`."""
    for pair in found["differences"]:
        if pair["data"] == data:
            where = f"{pair['era']} - {pair['against']} at {_budget(pair['labels'])}"
            seeds = "1 seed" if pair["seeds"] == 1 else f"{pair['seeds']} seeds"
            yield f"{where}: {_points(pair['mean'])} [{_points(pair['low'])}, {_points(pair['high'])}] ({seeds})"


def _points(share: float) -> str:
    points = f"{100 * share:+.1f}"
    return "0.0" if float(points) == 0 else points


def _texts(found: Document) -> dict[str, int]:
    return {row["data"]: row["texts"] for row in found["table"]}


def _budget(labels: int | None) -> str:
    return "all" if labels is None else f"{labels:,}"


def _escaped(cell: str) -> str:
    """A name that Markdown shows as it is: those of files may hold what it would act on."""
    return "".join(f"\\{character}" if character in "|`*<[]\\" else character for character in one_line(cell))
