"""What a ladder has found, as text, Markdown or JSON lines. It works on the object of core.benchmark.report alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from core.benchmark.labels_saved import LabelsSaved, find_labels_saved
from core.benchmark.ladder_words import describe_needed, points
from core.benchmark.spec import RESULTS
from core.catalog.ladder import Mean, MeasuredLadder
from core.cli.printing import emit, say, table
from core.runs import RunDirectory
from core.runs.wording import percent
from core.visible import one_line

Report = dict[str, Any]


def read_report(run: RunDirectory) -> Report | None:
    """What a ladder's run has written when it ended; None if it has not, or the file is damaged."""
    try:
        report = json.loads((run.path / RESULTS).read_bytes())
    except (OSError, ValueError):
        return None
    return report if isinstance(report, dict) and report.get("v") == 1 else None


def print_report(report: Report, as_json: bool = False, markdown: bool = False) -> None:
    """Print it: data on stdout, what the numbers are on stderr."""
    if as_json:
        for kind in ("cells", "table", "differences"):
            for record in report[kind]:
                emit({"kind": _SINGULAR[kind], "split": report["split"], **record})
        for mean, saved in _labels_saved(report):
            found = {**asdict(saved), "labels": mean.labels, "labels_read": saved.labels, "certain": saved.certain}
            emit({"kind": "saved", "split": report["split"], "data": mean.data, **found})
        return
    for note in notes(report):
        say(note)
    print("\n\n".join(_markdown(report) if markdown else _plain(report)), flush=True)


def _labels_saved(report: Report) -> Iterator[tuple[Mean, LabelsSaved]]:
    """For each mean, what the row before would need, where that can be told."""
    ladder = MeasuredLadder.from_document(report)
    for mean in ladder.means:
        if (saved := find_labels_saved(ladder, mean)) is not None:
            yield mean, saved


_SINGULAR = {"cells": "cell", "table": "mean", "differences": "difference"}


def notes(report: Report) -> Iterator[str]:
    """How to read the numbers, a sentence each."""
    yield f"{report['split'].capitalize()} accuracy in %, mean ± standard deviation over seeds."
    if shares := report.get("majority"):  # earlier versions did not measure it
        yield name_majority(shares)
    if report["differences"]:
        level = f"{100 * report['interval']['level']:.0f} %"
        texts = ", ".join(f"{n:,} of {data}" for data, n in _texts(report).items())
        yield (
            f"Differences in points, paired on the same texts ({texts}) and seeds, with {level} bootstrap intervals "
            "over both; with one seed over the texts alone."
        )
    if any(True for _ in _labels_saved(report)):
        yield (
            "Labels that the row before needs for as much: between measured numbers a line on their logarithms, in "
            "brackets the numbers at which the two rows cannot be told apart with 95 %."
        )
    if report["split"] == "validation" and any(row["labels"] is None for row in report["table"]):
        yield "At all labels the best epoch was chosen on these same validation texts, which flatters every row alike."
    if report["missing"]:
        yield f"Cells that are not measured yet: {report['missing']:,}."


def notes_of_picture(report: Report) -> Iterator[str]:
    """How to read the curves, a sentence each."""
    yield f"{report['split'].capitalize()} accuracy, means over seeds; bands: ± one standard deviation, where known."
    if shares := report.get("majority"):
        yield name_majority(shares)
    if report["missing"]:
        yield f"Cells that are not measured yet: {report['missing']:,}."


def name_majority(shares: Mapping[str, float]) -> str:
    """What accuracies are to be held against, by data set, in a sentence."""
    return "Always answering the largest class: " + ", ".join(f"{percent(s)} on {d}" for d, s in shares.items()) + "."


def _plain(report: Report) -> Iterator[str]:
    for data in report["data"]:
        rows = list(_rows(report, data))
        yield table(rows, _header(report, data), right=range(1, len(rows[0])))
        for lines in (list(_differences(report, data)), list(_needed(report, data))):
            if lines:
                yield "\n".join(lines)
    yield f"again: {one_line(report['command'])}"


def _markdown(report: Report) -> Iterator[str]:
    for data in report["data"]:
        header = [_escape(cell) for cell in _header(report, data)]
        drawn = [header, ["---", *["---:"] * (len(header) - 1)], *_rows(report, data)]
        yield "\n".join(f"| {' | '.join(line)} |" for line in drawn)
        for lines in (list(_differences(report, data)), list(_needed(report, data))):
            if lines:
                yield "\n".join(f"- {one_line(line)}" for line in lines)
    yield f"    {one_line(report['command'])}"


def _header(report: Report, data: str) -> list[str]:
    return [data, *(_name_budget(budget) for budget in report["labels"])]


def _rows(report: Report, data: str) -> Iterator[list[str]]:
    """A row an era, then the controls: the name, and for each budget the mean or a dash."""
    means = {(row["era"], row["labels"]): row for row in report["table"] if row["data"] == data}
    # A mean of fewer seeds than its neighbours is marked: it is less certain, or still being measured.
    most = {
        budget: max((m["seeds"] for (_, at), m in means.items() if at == budget), default=0)
        for budget in report["labels"]
    }
    for row in sorted(report["rows"], key=lambda row: row["control"]):
        name = f"{row['era']} (control)" if row["control"] else row["era"]
        yield [name, *(_mean(means.get((row["era"], budget)), most[budget]) for budget in report["labels"])]


def _mean(mean: dict[str, Any] | None, seeds: int) -> str:
    if mean is None:
        return "–"
    spread = "" if mean["sd"] is None else f" ± {100 * mean['sd']:.1f}"
    fewer = f" ({mean['seeds']} of {seeds})" if mean["seeds"] < seeds else ""
    return f"{100 * mean['mean']:.1f}{spread}{fewer}"


def _differences(report: Report, data: str) -> Iterator[str]:
    """A line each: `ulmfit - elmo at 100: +3.1 [+1.9, +4.4] (5 seeds)`."""
    for pair in report["differences"]:
        if pair["data"] == data:
            where = f"{pair['era']} - {pair['against']} at {_name_budget(pair['labels'])}"
            seeds = "1 seed" if pair["seeds"] == 1 else f"{pair['seeds']} seeds"
            yield f"{where}: {points(pair['mean'])} [{points(pair['low'])}, {points(pair['high'])}] ({seeds})"


def _needed(report: Report, data: str) -> Iterator[str]:
    """A line each: `elmo at 100: word2vec needs about 210 labels for as much [110 to 360]`."""
    for mean, saved in _labels_saved(report):
        if mean.data == data:
            yield f"{mean.era} at {_name_budget(mean.labels)}: {describe_needed(saved)}"


def _texts(report: Report) -> dict[str, int]:
    return {row["data"]: row["texts"] for row in report["table"]}


def _name_budget(budget: int | None) -> str:
    return "all" if budget is None else f"{budget:,}"


def _escape(cell: str) -> str:
    """A name that Markdown shows as it is: those of files may hold what it would act on."""
    return "".join(f"\\{character}" if character in "|`*<[]\\" else character for character in one_line(cell))
