"""Words added and taken away: what lies nearest to the sum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import getters, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from core import api
from tui import safetext
from tui.view_table import Cell
from tui.widgets.shared.sentence_input import SentenceInput
from tui.widgets.words.answer_view import AnswerView
from tui.widgets.words.neighbor_line import neighbor_line
from tui.widgets.words.view_options import METHOD_NAMES, ViewOptions
from tui.word_query import WordQuery

MOST = 30
EXAMPLES = ("king - man + woman", "good - bad + terrible", "actor - he + she", "film - boring + funny")


class AnalogyView(AnswerView[api.AnalogyList]):
    """An expression, what was made of it, and the nearest words."""

    HELP = (
        "Write words with + and - between them, with spaces around the signs. 3CosAdd adds the cosines with the words "
        "that are added and takes away the others'; 3CosMul multiplies and divides them, so that one large cosine "
        "cannot outweigh the rest (Levy and Goldberg 2014)."
    )
    _input = getters.query_one("#expression", SentenceInput)
    lead = "Words added and taken away; the picked one does not matter."
    uses = frozenset({"method"})
    about_a_word = False
    answer_type = api.AnalogyList
    header = ("expression", "model", "method", "rank", "neighbor", "score", "count")

    def __init__(self, options: ViewOptions, id: str | None = None) -> None:
        super().__init__(options, id=id)
        self._example = 0

    def compose_body(self) -> ComposeResult:
        """Expression, note, words."""
        yield SentenceInput(EXAMPLES[0], placeholder="king - man + woman", id="expression")
        yield Static(classes="view-head")
        yield OptionList(markup=False)

    def on_mount(self) -> None:
        """Say what the input is for."""
        self._input.border_title = "words with + and - between them"
        self._input.border_subtitle = "/ edits · n: the next example"

    async def look_up(self, query: WordQuery) -> None:
        """What lies nearest to the sum; the expression stays in sight, whatever becomes of it."""
        self.reveal()
        await super().look_up(query)

    def make_question(self, query: WordQuery) -> api.Question:
        """The expression as it stands."""
        return api.Analogy(self._input.value, query.model, self.options.method, MOST)

    async def draw(self, found: api.AnalogyList, query: WordQuery) -> None:  # noqa: ARG002
        """What was made of the expression, and the words."""
        self.show_head(_describe(found))
        self.fill()

    def refuse(self, failed: api.Failed) -> None:
        """Say what is wrong with the expression, under it."""
        message, hint = safetext.visible(failed.message), safetext.visible(failed.hint)
        self.show_head(Content.assemble((message, "$warning"), " ", (hint, "$muted")))
        self.fill()

    def fill(self) -> None:
        """A line a word."""
        options = self.query_one(OptionList)
        options.clear_options()
        if self.found is not None:
            cells = max(24, options.scrollable_content_region.width or self.size.width - 4) - 2
            options.add_options([Option(neighbor_line(n, min(cells, 110))) for n in self.found.neighbors])

    def list_words(self, found: api.AnalogyList) -> Sequence[str]:
        """The nearest words."""
        return [neighbor.neighbor for neighbor in found.neighbors]

    def name_table(self, found: api.AnalogyList) -> str:
        """After the words of the expression."""
        return f"analogy {' '.join((*found.plus, *found.minus))} {found.model}"

    def list_rows(self, found: api.AnalogyList) -> Iterable[tuple[Cell, ...]]:
        """One row a word."""
        for n in found.neighbors:
            yield found.expression, found.model, found.method, n.rank, n.neighbor, n.score, n.count

    def focus_input(self) -> bool:
        """Go to the expression."""
        self._input.focus()
        return True

    def show_example(self) -> bool:
        """Put the next example in the input."""
        self._example = (self._example + 1) % len(EXAMPLES)
        self._input.value = EXAMPLES[self._example]
        return True

    @on(Input.Changed, "#expression")
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed())

    @on(Input.Submitted, "#expression")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_list()


def _describe(found: api.AnalogyList) -> Content:
    plus = [safetext.fit(word, 24) for word in found.plus]
    minus = [safetext.fit(word, 24) for word in found.minus]
    words = " + ".join(plus) + "".join(f" − {word}" for word in minus)
    method = f" by {METHOD_NAMES.get(found.method, safetext.fit(found.method, 12))} · "
    return Content.assemble((words, "bold"), (method, "$muted"), safetext.content(found.note, "$muted"))
