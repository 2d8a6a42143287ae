"""A view that asks one question: it says which, how the answer is drawn, and which rows of a table it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.content import Content
from textual.widgets import OptionList, Static

from core import api
from tui.view_table import Cell, ViewTable
from tui.widgets.words.view_options import ViewOptions
from tui.widgets.words.word_view import WordView
from tui.word_query import WordQuery

A = TypeVar("A")


class AnswerView(WordView, Generic[A]):
    """Asks, keeps and draws one answer of type `A`; composes a `.view-head`, and mostly an `OptionList`."""

    answer_type: type[A]
    header: ClassVar[tuple[str, ...]]

    def __init__(self, options: ViewOptions, id: str | None = None) -> None:
        super().__init__(options, id=id)
        self.found: A | None = None

    def make_question(self, query: WordQuery) -> api.Question:
        """What is asked."""
        raise NotImplementedError

    def describe_wait(self, query: WordQuery) -> str:  # noqa: ARG002
        """What takes its time, if it does."""
        return ""

    async def draw(self, found: A, query: WordQuery) -> None:
        """Show the answer."""
        raise NotImplementedError

    def refuse(self, failed: api.Failed) -> None:
        """Show that there is no answer."""
        self.say_failure(failed)

    def fill(self) -> None:
        """Write the answer's lines anew, in the room there is; none where there is no answer."""

    def list_words(self, found: A) -> Sequence[str]:  # noqa: ARG002
        """The words that the lines stand for, to be looked up in turn; none where they stand for more than a word."""
        return ()

    def name_table(self, found: A) -> str:
        """What a file of the table is called."""
        raise NotImplementedError

    def list_rows(self, found: A) -> Iterable[tuple[Cell, ...]]:
        """The answer under `header`."""
        raise NotImplementedError

    async def look_up(self, query: WordQuery) -> None:
        """Ask, and draw the answer."""
        answer, why = await self.ask_of_places(self.make_question, query, self.describe_wait(query))
        if answer is not None:
            self.remark(why)
        if isinstance(answer, api.Failed):
            self.found = None
            self.refuse(answer)
        elif isinstance(answer, self.answer_type):
            self.found = answer
            await self.draw(answer, query)

    def forget(self, asking: Content) -> None:
        """Keep no answer, and show none."""
        self.found = None
        self.show_head(asking)
        self.fill()

    def table(self) -> ViewTable | None:
        """The answer's rows, if there are any."""
        rows = tuple(self.list_rows(self.found)) if self.found is not None else ()
        return ViewTable(self.name_table(self.found), self.header, rows) if self.found is not None and rows else None

    def show_head(self, said: Content) -> None:
        """Say this above the answer."""
        self.query_one(".view-head", Static).update(said)

    def focus_list(self) -> None:
        """Go to the lines."""
        self.query_one(OptionList).focus()

    def on_resize(self) -> None:
        """The lines take the room there is."""
        self.fill()

    @on(OptionList.OptionSelected)
    def _look_up_line(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        words = self.list_words(self.found) if self.found is not None else ()
        if event.option_index < len(words):
            self.post_message(self.Follow(words[event.option_index]))
