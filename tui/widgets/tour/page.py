"""A step of the tour on a page: what changed, the sentence, the answers, what it bought, what it cannot do."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from core.catalog.ladder import MeasuredLadder
from core.eras.history import HISTORY
from core.eras.table import BY_ID
from tui import safetext
from tui.widgets.tour.answers import describe_answers
from tui.widgets.tour.gains import describe_gains
from tui.widgets.tour.history_table import describe_history
from tui.widgets.tour.letter_blocks import LetterBlocks
from tui.widgets.tour.scene import Scene

OTHERWISE = "Here it came out otherwise than with the models that ship: other models answer."


class Page(Vertical):
    """The parts of a step beneath one another; what is not yet known, or not yet asked for, is not there."""

    def compose(self) -> ComposeResult:
        """From what changed to what is left to do."""
        yield Static(id="where")
        yield Static(id="news")
        yield LetterBlocks()
        yield Static(id="history")
        yield Static(id="asked")
        yield Static(id="answers")
        yield Static(id="shows")
        yield Static(id="gains")
        yield Static(id="limit")
        yield Static(id="own-answers")

    def show(self, scene: Scene, ladder: MeasuredLadder) -> None:
        """Show a step as it stands."""
        step, cells = scene.step, self._cells
        overview = len(step.measured) > 1
        self._say("where", _describe_place(scene))
        self._say("news", Content(step.news))
        blocks = self.query_one(LetterBlocks)
        blocks.display = not overview
        blocks.show(step, scene.frozen)
        self._say("history", describe_history(step, ladder, scene.tour.data) if overview else None)
        self._say("asked", _ask(scene))
        shown = scene.revealed
        answers = describe_answers(scene.answers, step.label, scene.guess, cells)
        self._say("answers", answers if shown else None)
        self._say("shows", _conclude(scene) if shown else None)
        bought = shown and bool(step.budgets) and not overview
        self._say("gains", describe_gains(step, ladder, scene.tour.data) if bought else None)
        self._say("limit", _describe_limit(step.era) if shown and step.era else None)
        own = Content("\n").join(
            [
                Content.assemble(("your own  ", "bold $accent"), safetext.content(safetext.fit(scene.own, cells - 10))),
                describe_answers(scene.own_answers, None, None, cells),
            ]
        )
        self._say("own-answers", own if scene.own else None)

    @property
    def _cells(self) -> int:
        return (self.content_size.width or self.app.size.width - 1) - 4

    def _say(self, id: str, said: Content | None) -> None:
        part = self.query_one(f"#{id}", Static)
        part.display = said is not None
        if said is not None:
            part.update(said)


def _describe_place(scene: Scene) -> Content:
    place, count = scene.place, len(scene.tour.steps)
    dots = "●" * place, "◉", "○" * (count - place - 1)
    era = BY_ID[scene.step.era] if scene.step.era else None
    return Content.assemble(
        (f"{place + 1} of {count}  ", "$muted"),
        (dots[0], "$muted"),
        (dots[1], "$accent"),
        (dots[2], "$muted"),
        "  ",
        (f"{era.id}  " if era else "", "bold"),
        (f"{era.year}  " if era else "", "$muted"),
        (scene.step.title, "" if era else "bold"),
    )


def _ask(scene: Scene) -> Content:
    """The sentence, and what can be pressed, or the truth."""
    step, (left, right) = scene.step, scene.tour.labels
    sentence = Content.assemble(("“", "$muted"), (step.text, "bold"), ("”", "$muted"))
    if scene.revealed:
        return Content.assemble(sentence, "  is ", (step.label, "bold"))
    hint = f"you say {scene.guess}; space shows what the eras say" if scene.guess else "guess first, or press space"
    return Content.assemble(
        sentence, "\n", ("← ", "bold $accent"), left, "   ", ("→ ", "bold $accent"), right, ("   " + hint, "$muted")
    )


def _conclude(scene: Scene) -> Content:
    said = scene.step.shows if scene.bears_out else OTHERWISE
    right, made = scene.guessed_right
    last = scene.place + 1 == len(scene.tour.steps)
    return Content.assemble(said, (f" Your guesses: {right} of {made} right." if last and made else "", "bold"))


def _describe_limit(era: str) -> Content:
    return Content.assemble(("What it cannot do yet  ", "bold $accent"), HISTORY[era].limit)
