"""A report as one HTML file: nothing is loaded from anywhere, plots stand in it as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from core.appraisal.label_curves import chart_labels
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
from core.drawing.intervals import Measured, draw_intervals
from core.drawing.learning_curves_svg import draw_svg
from core.visible import one_line

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1b2330; background: #fbfaf7; max-width: 62rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
.advice { border-left: 4px solid #0b63b5; padding: .6rem 1rem; background: #eef4fa; font-size: 1.05rem; }
table { border-collapse: collapse; margin: .8rem 0; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid #ddd8cc; vertical-align: top; }
td.hit { background: #e3efe6; } td.miss { background: #f8e7da; }
pre { background: #f1eee6; padding: .8rem; overflow-x: auto; }
svg { max-width: 100%; height: auto; }
.wide { overflow-x: auto; }
"""


def to_html(report: Report) -> str:
    """The whole file. Texts and labels may come from anywhere."""
    name = _plain(report["data"]["file"])
    rows = [
        Measured(row["era"], row["mean"], row["low"], row["high"], row["era"] == report["recommended"])
        for row in report["table"]
    ]
    majority = report["measured"]["majority"]
    plot = draw_intervals(
        rows, (majority, f"always {report['measured']['largest']}"), "Accuracy, %, with 95 % intervals"
    )
    parts = [
        f"<h1>Which era for {name}</h1>",
        f'<p class="advice">{_plain(report["advice"])}</p>',
        "<h2>Accuracy</h2>",
        _paragraph(how_measured(report)),
        plot,
        _table(TABLE, table_rows(report)),
        *_ladder(report),
        *_own_text(report),
        "<h2>The data</h2>",
        _table((), describe_data(report)),
    ]
    if found := list(notes(report)):
        parts.append("<ul>" + "".join(f"<li>{_plain(note)}</li>" for note in found) + "</ul>")
    parts += ["<h2>Errors</h2>", _confusion(report)]
    if mistakes := mistake_rows(report):
        parts += [_paragraph(about_errors(report)), _table(MISTAKES, mistakes)]
    parts += ["<h2>Labels that may be wrong</h2>", _paragraph(about_suspects(report))]
    if suspects := suspect_rows(report):
        parts.append(_table(SUSPECTS, suspects))
    commands = "\n".join(map(_plain, report["commands"]))
    parts += ["<h2>Again</h2>", f"<pre>{commands}</pre>", _paragraph(f"Measured on {report['cpu']}.")]
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Which era for {name}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n" + "\n".join(parts) + "\n</body>\n</html>\n"
    )


def _ladder(report: Report) -> Iterator[str]:
    """What fewer labels would have given, drawn and as a table."""
    chart = chart_labels(report)
    if chart is None:
        return
    yield "<h2>What more labels buy</h2>"
    if report["more_labels"]:
        yield _paragraph(report["more_labels"]["said"])
    yield draw_svg([chart], [], chart.title)
    yield _paragraph(about_ladder(report))
    yield _table(LADDER, ladder_rows(report))


def _own_text(report: Report) -> Iterator[str]:
    if said := about_own_text(report):
        yield "<h2>What your text without labels bought</h2>"
        yield _paragraph(said)
        yield _table(GAINS, gain_rows(report))


def _confusion(report: Report) -> str:
    """A row a class: its scores, then how many of it were given each class; the diagonal is right."""
    errors = report["errors"]
    if is_wide(report):
        scores = _table(CLASSES, map(class_scores, errors["classes"]))
        return f"{_paragraph(about_confused(report))}{_table(CONFUSED, confused_rows(report))}{scores}"
    header = (*CLASSES, *(f"→ {name}" for name in errors["labels"]))
    lines = ["<tr>" + "".join(f"<th>{_plain(cell)}</th>" for cell in header) + "</tr>"]
    for place, (each, counts) in enumerate(zip(errors["classes"], errors["confusion"], strict=True)):
        cells = [f"<td>{_plain(cell)}</td>" for cell in class_scores(each)]
        for column, count in enumerate(counts):
            kind = ' class="hit"' if column == place else ' class="miss"' if count else ""
            cells.append(f"<td{kind}>{count:,}</td>")
        lines.append("<tr>" + "".join(cells) + "</tr>")
    return '<div class="wide"><table>' + "\n".join(lines) + "</table></div>"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "<tr>" + "".join(f"<th>{_plain(cell)}</th>" for cell in header) + "</tr>" if header else ""
    body = "\n".join("<tr>" + "".join(f"<td>{_plain(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table>{head}{body}</table></div>'


def _paragraph(text: str) -> str:
    return f"<p>{_plain(text)}</p>"


def _plain(text: str) -> str:
    return escape(one_line(text))
