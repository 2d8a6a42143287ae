"""One word in two sentences, a row an era: its cosine beside places of known senses, and what it comes to in words."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic

from textual.content import Content
from textual.widget import Widget

from core.api import SIDE_BY_SIDE, EraCompared, Failed
from core.api.parts import above
from tui import safetext
from tui.widgets.words.era_pace import EraPace
from tui.widgets.words.neighbor_line import format_cosine, score_bar

NAME, NUMBER, AXIS = 9, 7, 24
ROOMY, BROAD = 110, 140
"""Cells of a name, a number and a bar; from `ROOMY` cells on all columns are shown, from `BROAD` on bars too."""

Row = EraCompared | Failed


class EraRows(Widget):
    """A heading, a row an era as far as it is known, and what the columns mean."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, Row] = {}
        self._reading = ""
        self._pace: EraPace | None = None

    def on_mount(self) -> None:
        """While a row is waited for, say twice a second how far it is."""
        self._timer = self.set_interval(0.5, self.refresh, pause=True)

    def show(self, rows: Mapping[str, Row], reading: str = "", pace: EraPace | None = None) -> None:
        """Show what is known by now; `reading` is the model that is asked now, `pace` how long that takes."""
        self._rows, self._reading, self._pace = dict(rows), reading, pace
        (self._timer.resume if reading else self._timer.pause)()
        self.refresh()

    def render(self) -> Content:
        """The lines."""
        cells = self.content_size.width
        roomy, broad = cells >= ROOMY, cells >= BROAD
        lines = [_heading(roomy, broad)]
        lines += [self._line(model, roomy, broad) for model in SIDE_BY_SIDE]
        lines += [Content(""), *self._remarks(roomy)] if roomy else self._remarks(roomy)
        return Content("\n").join(
            (line if isinstance(line, Content) else Content(line)).truncate(cells, ellipsis=True) for line in lines
        )

    def _line(self, model: str, roomy: bool, broad: bool) -> Content:
        row = self._rows.get(model) if model != self._reading else None
        name = (safetext.column(model, NAME), "bold")
        if row is None:
            waits = f"reading… {self._pace.describe(monotonic()) if self._pace else ''}".rstrip()
            return Content.assemble(name, (waits if model == self._reading else "waits", "$muted"))
        if isinstance(row, Failed):
            why = f"left out: {row.message} {row.hint}"
            return Content.assemble(name, safetext.content(why, "$muted"))
        known = row.reference
        bar = (score_bar(row.cosine or 0.0, AXIS) + " ", "$origin-vectors" if known is None else "$accent")
        share = "–" if row.percentile is None else above(row.percentile).replace("over ", ">")
        references = (None, None, None) if known is None else (known.same, known.apart, known.other)
        verdict = row.verdict if not row.missing else f"{row.verdict}: {row.missing}"
        return Content.assemble(
            name,
            *((bar,) if broad else ()),
            (f"{_number(row.cosine):>{NUMBER}}", "bold"),
            (f"{share:>9}" if roomy else "", ""),
            ("".join(f"{_number(value):>{NUMBER}}" for value in references), "$muted"),
            "  ",
            safetext.content(verdict if roomy else _shorten(row), "" if known else "$muted"),
        )

    def _remarks(self, roomy: bool) -> list[Content]:
        known = next((r.reference for r in self._rows.values() if isinstance(r, EraCompared) and r.reference), None)
        if known is None:
            return []
        whose = safetext.fit(known.word, 20) if known.word else Content("12 words")
        luck = f"{known.chance:.1f} of {known.places} places"
        if not roomy:
            before, after = "mean cosines: one sense of ", ", two senses, other words"
            return [Content.assemble((before, "$muted"), whose, (after, "$muted"))]
        said = (
            f"pairs: the share of random pairs with a lower cosine. By luck {luck} are nearest to their own.",
            "lm: what elmo and prompt read with.",
        )
        references = Content.assemble(
            ("one, two, other: mean cosines of ", "$muted"),
            whose,
            (" in known sentences: with one sense, with two, and with another word.", "$muted"),
        )
        return [references, *(Content.styled(line, "$muted") for line in said)]


def _heading(roomy: bool, broad: bool) -> Content:
    references = ("one", "two", "other")
    said = "era".ljust(NAME) + (" " * (AXIS + 1) if broad else "") + "cosine".rjust(NUMBER)
    said += "pairs".rjust(9) if roomy else ""
    said += "".join(name.rjust(NUMBER) for name in references) + "  verdict"
    return Content.styled(said, "$muted")


def _number(value: float | None) -> str:
    return "–" if value is None else format_cosine(value)


def _shorten(row: EraCompared) -> str:
    """The verdict for a narrow screen."""
    if row.reference is None:
        return row.verdict.partition(":")[0]
    return f"{row.verdict.partition(';')[0]}; right in {row.reference.right} of {row.reference.places}"
