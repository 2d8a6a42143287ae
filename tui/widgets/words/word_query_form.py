"""What is asked about: a token of the sentence or any word, the place that is pinned, and in whose eyes."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace
from textual import events, getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from core import api
from tui import safetext
from tui.widgets.shared.sentence_input import SentenceInput
from tui.widgets.words.token_picker import TokenPicker, pick_telling_token
from tui.word_query import SentenceToken


class WordQueryForm(Vertical):
    """The sentence's tokens, or an input in their place while it is edited; a word's input; the model."""

    picker = getters.query_one(TokenPicker)
    """The sentence's tokens."""

    @dataclass
    class Changed(Message):
        """Another word, or another place, is asked about."""

    @dataclass
    class Written(Message):
        """Another sentence was written."""

        sentence: str

    def __init__(self) -> None:
        super().__init__()
        self.sentence = ""
        self.pinned: SentenceToken | None = None
        self.typed: str | None = None
        """A typed word; None while a token of the sentence is picked."""
        self._wish = ""

    def compose(self) -> ComposeResult:
        """Tokens, then word and model side by side."""
        yield TokenPicker(id="tokens")
        yield SentenceInput(id="sentence")
        with Horizontal(id="asking"):
            yield SentenceInput(placeholder="press / and type any word", id="word")
            yield Static(id="model")

    def on_mount(self) -> None:
        """Say what each part is."""
        word, model = self.query_one("#word"), self.query_one("#model")
        sentence = self.query_one("#sentence", SentenceInput)
        word.border_title, model.border_title = "or any word", "in the eyes of"
        model.border_subtitle = "m: the next · g: all models"
        sentence.border_title, sentence.border_subtitle = "another sentence", "Enter reads it · Esc leaves it"
        sentence.display = False

    # ------------------------------------------------------------ what is asked

    @property
    def token(self) -> SentenceToken | None:
        """The place asked about; None for a word that is in no sentence."""
        tokens = self.picker.tokens
        position = self.picker.picked
        if self.typed is not None:
            position = tokens.index(self.typed) if self.typed in tokens else None
        if position is None or position >= len(tokens):
            return None
        return SentenceToken(self.sentence, position, tuple(tokens))

    @property
    def word(self) -> str:
        """The word asked about; empty where there is none."""
        token = self.token
        return self.typed or (token.word if token else "")

    # ------------------------------------------------------------ what is shown

    def set_sentence(self, sentence: str, title: str, wish: str = "") -> None:
        """Another sentence is about to be read; the word `wish` is to be picked in it."""
        self.picker.border_title = title
        self._wish = wish or self._wish
        if sentence != self.sentence or wish:
            self.sentence = sentence
            self.picker.picked = None

    def pick(self, place: int) -> None:
        """Ask about that token of the sentence, in place of any word that was typed."""
        self._clear_word()
        self.picker.picked = place

    def show_tokens(self, answer: api.Predicted | None, tinted: bool = True) -> None:
        """Show the sentence's tokens, `tinted` by the running answer, and pick one where none is."""
        if answer is None:
            self.picker.show(None)
            return
        self.picker.show(answer if tinted else replace(answer, running=()))
        if self._wish in self.picker.tokens:
            self.picker.picked = self.picker.tokens.index(self._wish)
            self._clear_word()
        elif self.picker.picked is None:
            self.picker.picked = pick_telling_token(answer)
        self._wish = ""
        self.show_pin()

    def show_model(self, year: str, name: str, title: str) -> None:
        """Name the model."""
        said = Content.assemble(
            (f"{year} " if year else "", "$muted"),
            (safetext.fit(name, 60), "bold"),
            (f"  {title}", "$muted"),
        )
        self.query_one("#model", Static).update(said)

    def show_pin(self) -> None:
        """Mark the pinned token, or say in which sentence it stands."""
        pinned = self.pinned
        here = pinned is not None and pinned.sentence == self.sentence
        self.picker.pinned = pinned.position if pinned is not None and here else None
        said = Content("e edits · p pins")
        if pinned is not None:
            around = safetext.fit(pinned.sentence, max(12, self.size.width // 3))
            word = safetext.fit(pinned.word, 16)
            said = Content.assemble(
                "▸ ", (word, "bold $accent"), " pinned" if here else f" in “{around}”", " · e edits"
            )
        self.picker.border_subtitle = said

    # ------------------------------------------------------------ what a person does

    def pin(self) -> bool:
        """Pin the place asked about, or let it go if it is the pinned one; False where there is none."""
        token = self.token
        if token is None:
            return False
        self.pinned = None if token == self.pinned else token
        self.show_pin()
        return True

    def type(self, word: str | None = None) -> None:
        """Go to the word's input, or put a word into it."""
        field = self.query_one("#word", SentenceInput)
        if word is None:
            field.focus()
        else:
            field.value = word

    def edit(self) -> None:
        """Write another sentence in the place of the tokens."""
        field = self.query_one("#sentence", SentenceInput)
        field.value = self.sentence
        field.display, self.picker.display = True, False
        field.action_end()
        field.focus()

    def _clear_word(self) -> None:
        self.typed = None
        with self.prevent(Input.Changed):
            self.query_one("#word", SentenceInput).value = ""

    @on(TokenPicker.Picked)
    def _picked(self, event: TokenPicker.Picked) -> None:
        event.stop()
        self._clear_word()
        self.post_message(self.Changed())

    @on(Input.Changed, "#word")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.typed = event.value.strip().lower() or None
        self.post_message(self.Changed())

    @on(Input.Submitted, "#word")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.picker.focus()

    @on(Input.Submitted, "#sentence")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._stop_editing()
        if event.value.strip():
            self._clear_word()
            self.picker.picked = None
            # What is pinned is looked for in the new sentence: there it is the other of the two.
            self._wish = self.pinned.word if self.pinned is not None else ""
            self.post_message(self.Written(event.value.strip()))

    @on(Input.Changed, "#sentence")
    def _writing(self, event: Input.Changed) -> None:
        event.stop()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Whoever leaves the sentence's input is not editing any more."""
        if event.widget.id == "sentence":
            self._stop_editing(focus=False)

    def _stop_editing(self, focus: bool = True) -> None:
        field = self.query_one("#sentence")
        if field.display:
            field.display, self.picker.display = False, True
            if focus or self.screen.focused is None:
                self.picker.focus()

    @on(events.Click, "#model")
    async def _clicked(self, event: events.Click) -> None:
        event.stop()
        await self.run_action("screen.model(1)")
