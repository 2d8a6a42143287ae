"""The card of one era: where its parameters come from, whose idea it was, what it could not do, what it scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from core.budget import name_budget
from core.catalog.ladder import Gain, Mean, MeasuredLadder
from core.eras.history import HISTORY
from core.eras.table import Era, Origin, Parameter
from tui import safetext
from tui.model_comparison import ComparedModel
from tui.model_scores import describe_accuracy
from tui.widgets.shared.parameter_block import colour

if TYPE_CHECKING:
    from core.catalog.models import ModelEntry

LABELS, ACCURACY, BAR = 12, 16, 24
BAR_FROM = 0.5
"""The share where a bar begins: what chance gives of two classes."""
BARS_FROM = 100
"""Columns of a terminal in which there is room for bars beside the differences."""


class EraCard(ModalScreen[None]):
    """A dialog about the focused model's era."""

    TITLE = "Era"
    HELP = "Everything about one era on one page. Up and down scroll; Escape closes it."
    BINDINGS = [
        Binding("escape,q,f6", "dismiss", "Close", id="card.close"),
        Binding("b", "app.behaviour", "What models can do", id="card.behaviour"),
    ]

    def __init__(self, model: ComparedModel, measured: MeasuredLadder) -> None:
        super().__init__()
        self._model, self._measured = model, measured

    def compose(self) -> ComposeResult:
        """Idea, parameters, scores, history."""
        era = self._model.era
        history = HISTORY[era.id]
        bars = BAR if self.app.size.width >= BARS_FROM else 0
        with VerticalScroll(id="card"):
            yield from _section("", [Content(era.idea)])
            yield from _section("Where its parameters come from", _parameters(era))
            if (entry := self._model.entry) is not None:
                yield from _section("The model that answers, and what it gets right", _describe_model(entry))
            yield from _section(
                "The era over several seeds: test texts right, in %", _scores(era, self._measured, bars)
            )
            yield from _section("Papers", [safetext.content(paper) for paper in history.papers])
            yield from _section("Who was first", [Content(history.before)])
            yield from _section("What it cannot do", [Content(history.limit)])

    def on_mount(self) -> None:
        """Name the dialog after its era."""
        card, era = self.query_one("#card"), self._model.era
        card.border_title = Content(f"{era.id} · {era.year} · {era.title}")
        card.border_subtitle = "↑↓ scroll · b what it can do · Esc close"
        card.focus()


def _section(title: str, lines: Iterable[Content]) -> Iterator[Static]:
    if title:
        yield Static(Content.styled(title, "bold $accent"), classes="card-title")
    for line in lines:
        yield Static(line, classes="card-line")


def _describe_model(entry: ModelEntry) -> Iterator[Content]:
    yield safetext.content(f"{entry.title} · {entry.source}")
    scores = [said for split in ("validation", "test") if (said := describe_accuracy(entry, split))]
    yield from map(Content, scores or ["It was not scored on texts that it had not seen."])
    if (calibration := entry.calibration) is not None:
        yield Content(calibration.said)
    if len(entry.labels) > 2:
        yield safetext.content(f"{len(entry.labels)} classes: {', '.join(map(safetext.one_line, entry.labels))}")


def _parameters(era: Era) -> Iterator[Content]:
    for parameter in era.parameters:
        yield Content.assemble(
            (f"{parameter.symbol:<5}", f"bold {colour(parameter.origin)}"),
            f"{parameter.name:<22}",
            (f"{parameter.origin if parameter.origin is not Origin.NONE else '–':<16}", colour(parameter.origin)),
            (_tuned(parameter), "$muted"),
        )
    yield Content.assemble(("reads ", "$muted"), era.reads.value)


def _tuned(parameter: Parameter) -> str:
    if parameter.origin is Origin.NONE:
        return ""
    return "tuned on the labels" if parameter.tuned else "stays as it is"


def _scores(era: Era, measured: MeasuredLadder, bars: int) -> Iterator[Content]:
    datasets = list(dict.fromkeys(mean.data for mean in measured.means if mean.era == era.id))
    if not datasets:
        yield Content.styled("Not measured in the ladder that came with this version.", "$muted")
        return
    for data in datasets:
        rows = list(measured.of(era.id, data))
        most = max(mean.texts for mean in rows)
        yield Content.styled(f"{data} · {most:,} sentences · mean ± standard deviation over seeds", "$muted")
        for mean in rows:
            yield _score(mean, measured.gain(mean), bars)
    yield Content.styled("A difference in bold is certain: its 95 % interval, in brackets, excludes zero.", "$muted")
    if bars:
        yield Content.styled(f"A bar begins at {100 * BAR_FROM:.0f} % and is full at 100 %.", "$muted")


def _score(mean: Mean, gain: Gain | None, bars: int) -> Content:
    budget = name_budget(mean.labels)
    spread = "" if mean.sd is None else f" ± {100 * mean.sd:.1f}"
    share = max(0.0, min(1.0, (mean.mean - BAR_FROM) / (1 - BAR_FROM)))
    filled = round(share * bars)
    against = ""
    if gain is not None:
        against = f"{100 * gain.mean:+.1f} [{100 * gain.low:+.1f}, {100 * gain.high:+.1f}] on {gain.against}"
    return Content.assemble(
        f"{budget:>{LABELS}}  ",
        (f"{100 * mean.mean:.1f}{spread}".ljust(ACCURACY - 4), "bold"),
        ("█" * filled, "$accent"),
        ("─" * (bars - filled), "$faint"),
        "  ",
        (against, "bold" if gain is not None and gain.certain else "$muted"),
    )
