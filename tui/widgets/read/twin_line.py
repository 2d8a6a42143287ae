"""The sentence's twin, under the sentence: which rule made it, what it changed, or why it does not fit."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from core.api import Predicted, Twin
from tui import safetext
from tui.widgets.shared import probability_bar

KEYS = "^g next · esc removes"


class TwinLine(Static):
    """Out of sight while there is no twin."""

    def on_mount(self) -> None:
        """There is none yet."""
        self.show(None)

    def show(self, twin: Twin | None, number: int = 0, of: int = 0) -> None:
        """Show the `number`-th twin `of` so many, from 1; None takes it away."""
        self.display = twin is not None
        if twin is None:
            return
        name = (f"twin {number} of {of}, {twin.rule}: ", "bold $accent")
        if twin.text:
            told = (safetext.visible(twin.text), "")
            note = (f"  {safetext.one_line(twin.note)} · {KEYS}", "italic $muted")
        else:
            told = ("does not fit: ", "italic")
            note = (f"{safetext.one_line(twin.note)} · {KEYS}", "italic $muted")
        self.update(Content.assemble(name, told, note))


def describe_change(own: Predicted, twin: Predicted, cells: int) -> Content:
    """The twin's answer, and by how many points the right-hand class of two moved, else the own answer's."""
    labels = list(own.probabilities)
    two = len(labels) == 2
    label = labels[1] if two else own.label
    moved = round(100 * (twin.probabilities.get(label, 0.0) - own.probabilities.get(label, 0.0)))
    sure = round(100 * twin.probabilities.get(twin.label, 0.0))
    lean = probability_bar.lean_of(twin.probabilities)
    sign = ("◂" if lean < 0 else "▸") if two else safetext.fit(twin.label, 3)
    said = safetext.column(f"{sign} {sure}% {moved:+4d}", cells, "right")
    changed = own.label != twin.label
    return Content.styled(said, f"{'bold ' if changed else ''}{probability_bar.colour(lean)}")
