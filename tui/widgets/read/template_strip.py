"""Every template's answer at once, the mean that counts, and how far apart they are."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from core import api
from tui import safetext
from tui.prompt_lab import PromptLab
from tui.widgets.read.class_marks import colour_of, mark_of
from tui.widgets.shared import probability_bar

ARROWS = {"forward": "→", "backward": "←"}
ANSWER, WIDEST_BAR = 8, 31


class TemplateStrip(Widget):
    """A line a template, then the mean, then the spread in words."""

    def __init__(self, lab: PromptLab) -> None:
        super().__init__()
        self._lab = lab
        self._answer: api.Prompted | None = None

    def show(self, answer: api.Prompted | None) -> None:
        """Show these answers, and which template is looked at."""
        self._answer = answer
        height = self.content_size.height
        self.refresh(layout=not height or height != len(self._lines(self.content_size.width)))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as are drawn."""
        return len(self._lines(width))

    def render(self) -> Content:
        """The lines."""
        return Content("\n").join(self._lines(self.content_size.width))

    def _lines(self, cells: int) -> list[Content]:
        lab, answer = self._lab, self._answer
        labels = tuple(answer.answers) if answer else ()
        shown = _shown_label(lab.mean(answer)) if answer else ""
        asked = {each.template: each for each in answer.templates} if answer else {}
        said = f"% {mark_of(shown, labels)}{shown}" if answer else ""
        lines = [_head("each template alone", said, cells)]
        for place, template in enumerate(lab.listed):
            name = template if place < len(lab.templates) else f"{template}  (own)"
            found = asked.get(template.strip())
            arrow = ARROWS.get(found.direction, "↔") if found else " "
            probabilities = found.probabilities if found else {}
            lines.append(_line(f"{arrow} {name}", probabilities, shown, cells, chosen=place == lab.place))
        if answer is None:
            return lines
        count = len(lab.templates)
        mean = lab.mean(answer)
        lines.append(_line(f"  mean of its {count}: the answer", mean, shown, cells, chosen=False, bold=True))
        return [*lines, Content.styled(safetext.fit(describe_spread(answer, shown), cells), "bold")]


def describe_spread(answer: api.Prompted, label: str) -> str:
    """How far the answer depends on how one asks, in words; empty for a single template."""
    found = [each.probabilities[label] for each in answer.templates if label in each.probabilities]
    if len(found) < 2:
        return ""
    low, high = round(100 * min(found)), round(100 * max(found))
    return f"How one asks moves {safetext.fit(label, 16)} from {low} to {high} %."


def _shown_label(mean: dict[str, float]) -> str:
    """Of two classes the second, as in all of Read; else the likeliest."""
    labels = list(mean)
    return labels[1] if len(labels) == 2 else max(labels, key=lambda name: mean[name], default="")


def _head(left: str, right: str, cells: int) -> Content:
    bar = _bar_cells(cells)
    room = max(0, cells - ANSWER - bar - 2)
    return Content.styled(safetext.fit(safetext.column(left, room) + "  " + right, cells), "$muted")


def _bar_cells(cells: int) -> int:
    return min(WIDEST_BAR, max(9, cells // 4)) | 1


def _line(
    name: str, probabilities: dict[str, float], label: str, cells: int, *, chosen: bool, bold: bool = False
) -> Content:
    bar = _bar_cells(cells)
    room = max(0, cells - ANSWER - bar - 2)
    labels = tuple(probabilities)
    best = max(labels, key=lambda each: probabilities[each], default="")
    paint = colour_of(best, labels)
    percent = f"{100 * probabilities[label]:.0f} %" if label in probabilities else "–"
    style = "bold" if chosen or bold else ""
    return Content.assemble(
        ("▌" if chosen else " ", "bold $accent"),
        (safetext.column(name, room - 1), style),
        (f"{percent:>{ANSWER - 2}} {mark_of(best, labels)} ", f"{style} {paint}".strip()),
        probability_bar.bar(probabilities, bar) if probabilities else "",
    )
