"""What a report says in sentences, as its screen shows them: texts and labels in it may come from anywhere."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from core.appraisal.second_rows import era_of
from core.appraisal.wording import (
    Report,
    about_errors,
    about_own_text,
    about_suspects,
    describe_data,
    gain_rows,
    how_measured,
    notes,
)
from core.data.tables.left_out import DISPUTED
from core.eras.table import BY_ID
from tui import safetext

_WIDEST = 24
"""Cells of what a fact about the data is called, at most."""


def tell_advice(report: Report) -> Content:
    """The recommendation; of a report that is not whole, what holds so far."""
    so_far = ("So far: ", "bold $warning") if report.get("waiting") else ""
    return Content.assemble(so_far, _plain(report["advice"], "bold"))


def tell_measured(report: Report) -> Content:
    """How the accuracies came about, and what they are to be held against."""
    return _plain(how_measured(report), "$muted")


def tell_beneath(report: Report) -> Content:
    """What belongs to the table: what is left out and why, what more labels buy, and where to look next."""
    lines = list[Content]()
    if any(row["certain"] is False for row in report["table"]):
        noise = "(noise): with these texts it cannot be told apart from the best."
        lines.append(Content.styled(noise, "$muted"))
    for row in report["table"]:
        if (known := BY_ID.get(era_of(row["era"]))) is not None and known.asked:
            lines.append(Content.styled(f"{row['era']} was given no label: a language model is only asked.", "$muted"))
    for era, why in report["left_out"].items():
        lines.append(Content.assemble((f"{era} is left out: ", "$warning"), _plain(why)))
    if own := about_own_text(report):
        lines += [Content(""), _plain(own)]
        for era, gain, interval, noise in gain_rows(report):
            said = ", ".join(filter(None, (gain, f"95 %: {interval}", noise)))
            lines.append(Content.assemble((f"{era} +text: ", "bold"), said))
    if report["more_labels"]:
        lines += [Content(""), _plain(report["more_labels"]["said"])]
    wrong, suspected = report["errors"]["wrong"], report["suspects"]["found"]
    next_parts = (
        f"→ {wrong:,} of {report['errors']['n']:,} texts are answered wrongly, {suspected:,} labels look wrong."
    )
    return Content("\n").join([*lines, Content(""), _plain(next_parts, "$muted")])


def tell_mistakes(report: Report) -> Content:
    """Whose mistakes are listed, and what stands in a line."""
    if not report["errors"]["wrong"]:
        return _plain(f"{report['recommended']} has all {report['errors']['n']:,} texts right.", "bold")
    return Content.assemble(_plain(about_errors(report), "bold"), ("  how sure, true class → answer", "$muted"))


def tell_suspects(report: Report) -> Content:
    """How many labels are suspected and why, and what the file itself contradicts."""
    said = [_plain(about_suspects(report), "bold")]
    if contradicted := report["data"].get("left_out", {}).get(DISPUTED, 0):
        rows = "row has a text that stands" if contradicted == 1 else "rows have a text that stands"
        said.append(
            _plain(f"{contradicted:,} {rows} in the file more than once, with different labels: left out.", "$warning")
        )
    if report["suspects"]["listed"]:
        said.append(Content.styled("how sure, label → likelier class", "$muted"))
    return Content("\n").join(said)


def tell_data(report: Report) -> Content:
    """What was understood of the data, what is to be known of it, and the commands that do the same."""
    return Content("\n").join(_data_lines(report))


def _data_lines(report: Report) -> Iterator[Content]:
    facts = [(safetext.one_line(name), value) for name, value in describe_data(report)]
    cells = min(_WIDEST, max(safetext.width(name) for name, _ in facts))
    for name, value in facts:
        yield Content.assemble((safetext.column(name, cells), "$muted"), "  ", _plain(value))
    if found := list(notes(report)):
        yield Content("")
        yield from (Content.assemble(("! ", "$warning"), _plain(note)) for note in found)
    yield Content.styled("\nwhat does the same", "$muted")
    yield from (Content.assemble(("$ ", "$muted"), _plain(each)) for each in report["commands"])
    yield Content.styled(f"\nMeasured on {safetext.one_line(report['cpu'])}.", "$muted")


def _plain(text: str, style: str = "") -> Content:
    return safetext.content(safetext.one_line(text), style)
