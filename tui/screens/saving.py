"""The dialog that writes files: a list of formats, a path, and what became of it. Nothing is overwritten unasked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui import safetext
from tui.host import HostApp
from tui.screens.own_workers import OwnWorkers
from tui.widgets.shared.sentence_input import SentenceInput

TITLE_CELLS = 15


@dataclass(frozen=True)
class Format:
    """One way to write. `ending` is what its file's name ends with; of a folder, nothing. Only what is `there` can."""

    name: str
    ending: str
    title: str
    about: str
    there: bool = True


class SaveDialog(ModalScreen[None], OwnWorkers):
    """What is written, and how, says the one that derives from it."""

    app = getters.app(HostApp)

    TITLE = "Save"
    HELP = (
        "Choose a format with up and down, change the path if you like, and press enter. A file that is there already "
        "is only overwritten when enter is pressed a second time."
    )
    BINDINGS = [Binding("escape", "dismiss", "Close", id="save.close")]

    def __init__(self, formats: Sequence[Format]) -> None:
        super().__init__()
        self._formats = tuple(formats)
        self._edited = False
        self._overwrite: Path | None = None

    # ------------------------------------------------------------ for the one that derives

    def propose(self, found: Format) -> Path:
        """A name for the format in the present folder."""
        raise NotImplementedError

    def targets(self, found: Format, path: Path) -> list[Path]:  # noqa: ARG002
        """The files that are written; those that are there already are only overwritten when asked twice."""
        return [path]

    async def write(self, found: Format, path: Path, replace: bool) -> None:
        """Write it, then say `done` or `refuse`. `replace`: whether a file that is there is to be overwritten."""
        raise NotImplementedError

    # ------------------------------------------------------------ the dialog

    def compose(self) -> ComposeResult:
        """Formats, path, message."""
        with Vertical(id="save"):
            yield OptionList(*[Option(_line(each), disabled=not each.there) for each in self._formats], markup=False)
            yield SentenceInput(id="path")
            yield Static(id="save-says")

    def on_mount(self) -> None:
        """The first format, in the present folder."""
        dialog = self.query_one("#save")
        dialog.border_title = self.TITLE
        dialog.border_subtitle = "↑↓ format · Tab path · Enter writes · Esc closes"
        self.query_one("#path").border_title = "into"
        self.query_one(OptionList).highlighted = 0
        self.query_one(OptionList).focus()

    @property
    def _format(self) -> Format:
        return self._formats[self.query_one(OptionList).highlighted or 0]

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if not self._edited:
            with self.prevent(Input.Changed):
                self.query_one("#path", SentenceInput).value = str(self.propose(self._format))
        self.say(Content(""))

    @on(Input.Changed, "#path")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._edited = bool(event.value.strip())
        self._overwrite = None

    @on(OptionList.OptionSelected)
    @on(Input.Submitted, "#path")
    def _entered(self, event: OptionList.OptionSelected | Input.Submitted) -> None:
        event.stop()
        self._write()

    @work(exclusive=True, group="save")
    async def _write(self) -> None:
        typed = self.query_one("#path", SentenceInput).value.strip()
        path, found = Path(typed) if typed else self.propose(self._format), self._format
        try:
            path = path.expanduser().absolute()
            there = next((each for each in self.targets(found, path) if each.exists()), None)
        except (OSError, RuntimeError, ValueError) as error:
            self.refuse_place(path, error)
            return
        if there is not None and there.is_dir():
            self.refuse(f"{there} is a folder.", "Name a file in it.")
            return
        if there is not None and self._overwrite != there:
            self._overwrite = there
            said = (safetext.visible(str(there)), (" is there already. ", "$warning"), ("Enter again", "bold"))
            self.say(Content.assemble(("! ", "bold $warning"), *said, (" overwrites it.", "$warning")))
            return
        await self.write(found, path, there is not None)

    def done(self, said: str) -> None:
        """It is written: say so, and leave."""
        self.app.notify_safe(said)
        self.dismiss()

    def refuse_place(self, path: Path, error: Exception) -> None:
        """Say that nothing can be written there, and why."""
        why = str(getattr(error, "strerror", None) or error).rstrip(".")
        self.refuse(f"{path} cannot be written: {why}.", "Name another place.")

    def refuse(self, message: str, hint: str = "") -> None:
        """Say what went wrong; both may come from outside."""
        said = safetext.visible(message), (f" {safetext.visible(hint)}", "$muted")
        self.say(Content.assemble(("✕ ", "bold $error"), *said))

    def say(self, words: Content) -> None:
        """Say something beneath the path."""
        self.query_one("#save-says", Static).update(words)


def _line(found: Format) -> Content:
    return Content.assemble((f"{found.title:<{TITLE_CELLS}}", "bold"), (found.about, "$muted"))
