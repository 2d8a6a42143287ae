"""Words added and taken away: what lies nearest to the sum."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from core import api
from tui import safetext
from tui.view_table import ViewTable
from tui.widgets.shared.sentence_input import SentenceInput
from tui.widgets.words.neighbor_line import neighbor_line
from tui.widgets.words.word_view import WordView
from tui.word_query import WordQuery

MOST = 30
EXAMPLES = ("king - man + woman", "good - bad + terrible", "actor - he + she", "film - boring + funny")
METHODS = {"add": "3CosAdd", "mul": "3CosMul"}
HEADER = ("expression", "model", "method", "rank", "neighbor", "score", "count")


class AnalogyView(WordView):
    """An expression, what was made of it, and the nearest words."""

    HELP = (
        "Write words with + and - between them, with spaces around the signs. 3CosAdd adds the cosines with the words "
        "that are added and takes away the others'; 3CosMul multiplies and divides them, so that one large cosine "
        "cannot outweigh the rest (Levy and Goldberg 2014)."
    )
    options = frozenset({"method"})
    about_a_word = False

    method: reactive[str] = reactive("add")

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._found: api.AnalogyList | None = None
        self._example = 0

    def compose_body(self) -> ComposeResult:
        """Expression, note, words."""
        yield SentenceInput(EXAMPLES[0], placeholder="king - man + woman", id="expression")
        yield Static(classes="view-head")
        yield OptionList(markup=False)

    def on_mount(self) -> None:
        """Say what the input is for."""
        field = self.query_one("#expression", SentenceInput)
        field.border_title = "words with + and - between them"
        field.border_subtitle = "/ edits · n: the next example"

    async def look_up(self, query: WordQuery) -> None:
        """What lies nearest to the sum."""
        self.reveal()
        expression = self.query_one("#expression", SentenceInput).value
        answer = await self.answer(api.Analogy(expression, query.model, self.method, MOST))
        head = self.query_one(".view-head", Static)
        if isinstance(answer, api.Failed):
            self._found = None
            head.update(
                Content.assemble(
                    (safetext.visible(answer.message), "$warning"), " ", (safetext.visible(answer.hint), "$muted")
                )
            )
        elif isinstance(answer, api.AnalogyList):
            self._found = answer
            head.update(_said(answer))
        self._fill()

    def forget(self, asking: Content) -> None:
        """Empty note and words; the expression stays."""
        self._found = None
        self.query_one(".view-head", Static).update(asking)
        self._fill()

    def next_example(self) -> None:
        """Put the next example in the input."""
        self._example = (self._example + 1) % len(EXAMPLES)
        self.query_one("#expression", SentenceInput).value = EXAMPLES[self._example]

    def on_resize(self) -> None:
        """The bars take the room there is."""
        self._fill()

    def _fill(self) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        found = self._found
        if found is None:
            return
        cells = max(24, options.scrollable_content_region.width or self.size.width - 4) - 2
        options.add_options([Option(neighbor_line(n, min(cells, 110))) for n in found.neighbors])

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._found is not None and event.option_index < len(self._found.neighbors):
            self.post_message(self.Follow(self._found.neighbors[event.option_index].neighbor))

    @on(Input.Submitted, "#expression")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_list()

    def focus_list(self) -> None:
        """Go to the words."""
        self.query_one(OptionList).focus()

    def table(self) -> ViewTable | None:
        """One row a word."""
        found = self._found
        if found is None or not found.neighbors:
            return None
        rows = tuple(
            (found.expression, found.model, found.method, n.rank, n.neighbor, n.score, n.count) for n in found.neighbors
        )
        return ViewTable(f"analogy {' '.join((*found.plus, *found.minus))} {found.model}", HEADER, rows)


def _said(found: api.AnalogyList) -> Content:
    plus = [safetext.fit(word, 24) for word in found.plus]
    minus = [safetext.fit(word, 24) for word in found.minus]
    words = " + ".join(plus) + "".join(f" − {word}" for word in minus)
    method = f" by {METHODS.get(found.method, safetext.fit(found.method, 12))} · "
    return Content.assemble((words, "bold"), (method, "$muted"), safetext.content(found.note, "$muted"))
