"""Writes what a screen shows, or the vectors behind it, into a file named here. Nothing is overwritten unasked."""

from __future__ import annotations

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

from core import api
from core.storage import atomic
from tui import safetext
from tui.host import HostApp
from tui.screens.own_workers import OwnWorkers
from tui.view_table import ViewTable
from tui.widgets.shared.sentence_input import SentenceInput


@dataclass(frozen=True)
class Format:
    """One way to write. `ending` is what its file's name ends with; of a folder, nothing."""

    name: str
    ending: str
    title: str
    about: str


FORMATS = (
    Format("csv", ".csv", "CSV", "the table that is shown, for spreadsheets"),
    Format("json", ".json", "JSON", "the table that is shown, one object a row"),
    Format("svg", ".svg", "SVG", "a picture of the screen"),
    Format("projector", "", "projector TSV", "all vectors and words, for projector.tensorflow.org: a folder"),
    Format("word2vec", ".txt", "word2vec text", "all vectors and words, as gensim reads them"),
    Format("npz", ".npz", "NumPy", "all vectors and words, as arrays"),
)
OF_TABLE = frozenset({"csv", "json"})
OF_VECTORS = frozenset({"projector", "word2vec", "npz"})
TITLE_CELLS = 15


class SaveScreen(ModalScreen[None], OwnWorkers):
    """A list of formats, a path, and what became of it."""

    app = getters.app(HostApp)

    TITLE = "Save"
    HELP = (
        "Choose a format with up and down, change the path if you like, and press enter. A file that is there already "
        "is only overwritten when enter is pressed a second time."
    )
    BINDINGS = [Binding("escape", "dismiss", "Close", id="save.close")]

    def __init__(self, shown: ViewTable | None, picture: str, model: str = "") -> None:
        """`model`: the one whose vectors may be written, if any."""
        super().__init__()
        self._shown, self._picture, self._model = shown, picture, model
        unknown = (frozenset() if shown else OF_TABLE) | (frozenset() if model else OF_VECTORS)
        self._formats = tuple(each for each in FORMATS if each.name not in unknown)
        self._edited = False
        self._overwrite: Path | None = None

    def compose(self) -> ComposeResult:
        """Formats, path, message."""
        with Vertical(id="save"):
            yield OptionList(*[Option(_line(each)) for each in self._formats], markup=False)
            yield SentenceInput(id="path")
            yield Static(id="save-says")

    def on_mount(self) -> None:
        """The first format, in the present folder."""
        dialog = self.query_one("#save")
        dialog.border_title = "Save"
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
                self.query_one("#path", SentenceInput).value = str(self._proposed())
        self._say(Content(""))

    def _proposed(self) -> Path:
        """A name for the format in the present folder."""
        found = self._format
        if found.name in OF_VECTORS:
            stem = ViewTable(f"vectors {self._model}", (), ()).stem
        else:
            stem = self._shown.stem if self._shown else "words"
        return Path.cwd() / f"{stem}{found.ending}"

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
        path, found = Path(typed) if typed else self._proposed(), self._format
        try:
            path = path.expanduser().absolute()
            targets = [path / "vectors.tsv", path / "metadata.tsv"] if found.name == "projector" else [path]
            there = next((each for each in targets if each.exists()), None)
        except (OSError, RuntimeError, ValueError) as error:
            self._refuse_place(path, error)
            return
        if there is not None and there.is_dir():
            self._refuse(f"{there} is a folder.", "Name a file in it.")
            return
        if there is not None and self._overwrite != there:
            self._overwrite = there
            said = (safetext.visible(str(there)), (" is there already. ", "$warning"), ("Enter again", "bold"))
            self._say(Content.assemble(("! ", "bold $warning"), *said, (" overwrites it.", "$warning")))
            return
        if found.name in OF_VECTORS:
            await self._write_vectors(found, path, force=there is not None)
        else:
            self._write_text(found, path)

    def _write_text(self, found: Format, path: Path) -> None:
        text = self._picture
        if self._shown is not None and found.name in OF_TABLE:
            text = self._shown.csv() if found.name == "csv" else self._shown.json()
        try:
            atomic.write_text(path, text)
        except (OSError, ValueError) as error:
            self._refuse_place(path, error)
            return
        self._done(str(path))

    async def _write_vectors(self, found: Format, path: Path, force: bool) -> None:
        self._say(Content.styled("Writing…", "$muted"))
        async for answer in self.app.engine.ask(api.Export(self._model, found.name, str(path), force)):
            if isinstance(answer, api.Failed):
                self._refuse(answer.message, answer.hint)
            elif isinstance(answer, api.Exported):
                self._done(f"{', '.join(answer.files)} ({answer.words:,} vectors of {answer.dimension} numbers)")

    def _done(self, what: str) -> None:
        self.app.notify_safe(f"Written: {what}")
        self.dismiss()

    def _refuse_place(self, path: Path, error: Exception) -> None:
        why = str(getattr(error, "strerror", None) or error).rstrip(".")
        self._refuse(f"{path} cannot be written: {why}.", "Name another place.")

    def _refuse(self, message: str, hint: str) -> None:
        self._say(
            Content.assemble(("✕ ", "bold $error"), safetext.visible(message), (f" {safetext.visible(hint)}", "$muted"))
        )

    def _say(self, words: Content) -> None:
        self.query_one("#save-says", Static).update(words)


def _line(found: Format) -> Content:
    return Content.assemble((f"{found.title:<{TITLE_CELLS}}", "bold"), (found.about, "$muted"))
