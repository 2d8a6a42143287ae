"""The eras of a report, ranked: accuracy with its interval, drawn where there is room, and what each costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from core.appraisal.wording import Report, duration, size
from tui import safetext

MARK, NARROW, WIDE = 2, 10, 15
"""Cells before a name, and of the names: wide where an era has a second row, over text without labels."""
COLUMNS = (("accuracy", 10), ("95 %", 14), ("behind best", 13), ("train", 9), ("1,000 texts", 12), ("size", 10))
"""Of an era's numbers, with the cells of each."""
GAP, NARROWEST, WIDEST = 3, 16, 60
"""Between numbers and interval; cells of the drawn interval."""
CHOSEN = "▸"


class EraTable(Widget):
    """A line an era, in the order of the report; those that are still to be measured stand beneath, dim."""

    def __init__(self) -> None:
        super().__init__()
        self._report: Report | None = None

    def show(self, report: Report | None) -> None:
        """Show the table of a report, or nothing."""
        self._report = report
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """A heading and a line an era."""
        if self._report is None:
            return 0
        return 1 + len(self._report["table"]) + len(self._report.get("waiting", ()))

    def render(self) -> Content:
        """The table in the width there is."""
        return Content("\n").join(draw_eras(self._report, self.size.width)) if self._report else Content("")


def draw_eras(report: Report, width: int) -> Iterator[Content]:
    """The table in at most `width` cells: a heading, then a line an era. What has no room at the right goes."""
    columns = list(COLUMNS)
    name = WIDE if any(len(row["era"]) > NARROW for row in report["table"]) else NARROW
    while len(columns) > 1 and _cells(name, columns) > width:
        columns.pop()
    drawn = min(WIDEST, width - _cells(name, columns) - GAP)
    axis = _Axis.of(report, drawn) if drawn >= NARROWEST else None
    heading = " " * MARK + f"{'era':<{name}}" + "".join(title.rjust(cells) for title, cells in columns)
    yield Content.styled(heading + (" " * GAP + axis.heading if axis else ""), "$muted")
    for row in report["table"]:
        best = row["era"] == report["recommended"]
        numbers = "".join(said.rjust(cells) for said, (_, cells) in zip(_numbers(row), columns, strict=False))
        style = "bold" if best else ""
        yield Content.assemble(
            (f"{CHOSEN if best else '':<{MARK}}", "bold $accent"),
            (safetext.column(row["era"], name), "bold $accent" if best else ""),
            (numbers, style),
            " " * GAP if axis else "",
            *(axis.draw(row, best) if axis else ()),
        )
    for era in report.get("waiting", ()):
        yield Content.styled(f"{'':<{MARK}}{safetext.column(era, name)}{'to come':>{columns[0][1]}}", "$muted")


def _cells(name: int, columns: list[tuple[str, int]]) -> int:
    return MARK + name + sum(cells for _, cells in columns)


def _numbers(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What stands in `COLUMNS`."""
    against = row["against_best"]
    behind = "–" if against is None else f"{100 * against['mean']:.1f}"
    if against is not None and not row["certain"]:
        behind += " (noise)"
    return (
        f"{100 * row['mean']:.1f} %",
        f"{100 * row['low']:.1f}–{100 * row['high']:.1f}",
        behind,
        duration(row["seconds"]),
        duration(row["seconds_for_1000_texts"]),
        size(row["megabytes"]),
    )


class _Axis:
    """Accuracies on a line of so many cells, the majority class's marked where it is on it."""

    def __init__(self, low: float, high: float, majority: float, cells: int) -> None:
        self._low, self._high, self._cells = low, high, cells
        self._majority = self._place(majority) if majority >= low else None

    @classmethod
    def of(cls, report: Report, cells: int) -> _Axis:
        """One that holds every interval of the report; the majority, too, unless all would crowd at the other end."""
        majority = report["measured"]["majority"]
        low, high = min(row["low"] for row in report["table"]), max(row["high"] for row in report["table"])
        near = low - majority <= high - low
        return cls(min(low, majority) if near else low, max(high, majority), majority, cells)

    @property
    def heading(self) -> str:
        """Both ends of it, in percent."""
        low, high = f"{100 * self._low:.0f}", f"{100 * self._high:.0f} %"
        return f"{low}{high:>{self._cells - len(low)}}"

    def _place(self, share: float) -> int:
        span = self._high - self._low
        return round((share - self._low) / span * (self._cells - 1)) if span > 0 else 0

    def draw(self, row: Mapping[str, Any], best: bool) -> Iterator[tuple[str, str]]:
        """The interval, its mean, and the majority class's accuracy behind it."""
        low, mean, high = (self._place(row[end]) for end in ("low", "mean", "high"))
        style = "$accent" if best else "$secondary"
        for cell in range(self._cells):
            if cell == mean:
                yield "●", style
            elif low <= cell <= high:
                yield "━", style
            elif cell == self._majority:
                yield "┊", "$muted"
            else:
                yield " ", ""
