"""One way to look at a word: what all of the views in Words have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from core import api
from core.jobs import IndexJob
from tui import safetext
from tui.host import HostApp
from tui.view_table import ViewTable
from tui.widgets.words.index_builder import IndexBuilder
from tui.widgets.words.stand_in import (
    STAND_IN,
    PlaceAnswer,
    choose_job,
    describe_lack,
    lacks_places,
    small_job,
)
from tui.widgets.words.view_options import ViewOptions
from tui.word_query import WordQuery

PATIENCE = 0.4
"""Seconds after which an answer that has not come is waited for visibly."""


class WordView(Vertical):
    """Asks the engine and shows what it says; or says in words why there is nothing to show.

    `lead` says what it shows, `uses` are the options that mean something to it; `about_a_word` is whether it needs a
    word, and `about_a_pair` whether it needs another that is pinned.
    """

    app = getters.app(HostApp)

    lead: ClassVar[str] = ""
    uses: ClassVar[frozenset[str]] = frozenset()
    about_a_word: ClassVar[bool] = True
    about_a_pair: ClassVar[bool] = False

    @dataclass
    class Follow(Message):
        """A word of the view is to be looked up."""

        word: str

    class Changed(Message):
        """The view itself asks about something else now: another expression, another epoch."""

    def __init__(self, options: ViewOptions, id: str | None = None) -> None:
        super().__init__(id=id)
        self.options = options
        self._model = ""  # whose answers are shown

    def compose(self) -> ComposeResult:
        """Words in place of the view, and the view."""
        yield Static(classes="view-words")
        yield Static(classes="view-remark")
        with Vertical(classes="view-body"):
            yield from self.compose_body()

    def compose_body(self) -> ComposeResult:
        """What the view shows."""
        raise NotImplementedError

    # ------------------------------------------------------------ what a view does

    async def look_up(self, query: WordQuery) -> None:
        """Ask, and show the answer."""
        raise NotImplementedError

    def forget(self, asking: Content) -> None:
        """Empty what is shown; `asking` says what is waited for, where there is a place for that."""
        raise NotImplementedError

    def table(self) -> ViewTable | None:
        """What is shown as a table; None where nothing is."""
        return None

    def focus_list(self) -> None:
        """Go to what can be walked through."""
        raise NotImplementedError

    # ------------------------------------------------------------ what some views do

    @property
    def offered(self) -> frozenset[str]:
        """The options among `uses` that mean something now."""
        return self.uses

    def apply_options(self) -> None:
        """Follow those options that need no other answer."""

    def expire(self) -> None:
        """Take the next answer anew: the model may be another by the same name, or know more."""

    def focus_input(self) -> bool:
        """Go to the view's own input; False where it has none."""
        return False

    def show_example(self) -> bool:
        """Show the view's own next example; False where it has none."""
        return False

    def step_epoch(self, step: int) -> None:
        """Go to the epoch before or after, where epochs are looked at."""

    # ------------------------------------------------------------ what all views do

    def switch_model(self, model: str) -> None:
        """Show nothing more of another model's answers: its successor may take seconds, or not answer at all."""
        if model == self._model:
            return
        self._model = model
        self.remark("")
        asking = Content.assemble(("asking ", "$muted"), safetext.content(model, "$muted"), ("…", "$muted"))
        self.forget(asking)
        if self.has_class("-saying"):
            self.say(asking)

    def say(self, heading: Content | str, words: Content | str = "") -> None:
        """Show words in place of the view; plain strings may come from outside."""
        said = heading if isinstance(heading, Content) else safetext.content(heading, "bold")
        more = words if isinstance(words, Content) else safetext.content(words, "$muted")
        self.query_one(".view-words", Static).update(Content.assemble(said, "\n\n", more))
        self.remark("")
        self.add_class("-saying")

    def reveal(self) -> None:
        """Show the view."""
        self.remove_class("-saying")

    def say_failure(self, failed: api.Failed) -> None:
        """Show why there is no answer."""
        self.say(Content.assemble(("✕ ", "bold $error"), safetext.content(failed.message, "bold")), failed.hint)

    async def fetch(self, question: api.Question, doing: str = "") -> api.Answer | None:
        """The one answer to a question; None when a newer question took its place, or the engine died.

        `doing` says what takes its time, once it does.
        """
        timer = self.set_timer(PATIENCE, lambda: self._wait(doing))
        found: api.Answer | None = None
        try:
            async for answer in self.app.engine.ask(question):
                found = answer
        finally:
            timer.stop()
            self.remove_class("-waiting")
        return found

    async def ask_of_places(
        self, make_question: Callable[[WordQuery], api.Question], query: WordQuery, doing: str = ""
    ) -> tuple[api.Answer | None, str]:
        """The model's answer; where it has no places to search, the language models', and the sentence that says so."""
        question = make_question(query)
        answer = await self.fetch(question, doing)
        if not lacks_places(question, answer, query):
            return answer, ""
        other = await self.fetch(make_question(query.to_model(STAND_IN)), doing)
        if isinstance(other, api.Failed):
            return answer, ""  # there are no language models here: what there is to say or to do stands
        return other, describe_lack(query)

    async def arm_builder(self, answer: PlaceAnswer, query: WordQuery) -> IndexJob | None:
        """What there is to build: the small index by itself, another with the key, which is returned."""
        builder, home = self.query_one(IndexBuilder), self.app.home
        if answer.missing != "index":
            job = choose_job(answer, query)
            await builder.stand_beside(job, home)
            return job
        if answer.model == STAND_IN and not (query.model == STAND_IN and (query.layer or query.vectors)):
            await builder.begin(small_job(), home)
        else:
            await builder.offer(IndexJob(model=answer.model, layer=query.layer, vectors=query.vectors), home)
        return None

    def remark(self, said: str) -> None:
        """Say this above the view; empty for nothing."""
        line = self.query_one(".view-remark", Static)
        line.update(safetext.content(said, "$warning"))
        line.display = bool(said)

    def _wait(self, doing: str) -> None:
        self.add_class("-waiting")
        if doing and (self.has_class("-saying") or self.table() is None):
            self.say(Content.styled(doing, "$muted"))


def key_hint(*parts: str) -> Content:
    """Words with keys among them: every second part is a key."""
    return Content.assemble(*((part, "bold $accent" if n % 2 else "$muted") for n, part in enumerate(parts)))
