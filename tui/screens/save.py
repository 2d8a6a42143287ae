"""Writes what a screen shows, or the vectors behind it, into a file named here."""

from __future__ import annotations

from pathlib import Path

from textual.content import Content

from core import api
from core.storage import atomic
from tui.screens.saving import Format, SaveDialog
from tui.view_table import ViewTable

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


class SaveScreen(SaveDialog):
    """The table that is shown, a picture of the screen, and a model's vectors, as far as there are any."""

    def __init__(self, shown: ViewTable | None, picture: str, model: str = "") -> None:
        """`model`: the one whose vectors may be written, if any."""
        unknown = (frozenset() if shown else OF_TABLE) | (frozenset() if model else OF_VECTORS)
        super().__init__([each for each in FORMATS if each.name not in unknown])
        self._shown, self._picture, self._model = shown, picture, model

    def propose(self, found: Format) -> Path:
        """Named for what is shown, or for the model."""
        if found.name in OF_VECTORS:
            stem = ViewTable(f"vectors {self._model}", (), ()).stem
        else:
            stem = self._shown.stem if self._shown else "words"
        return Path.cwd() / f"{stem}{found.ending}"

    def targets(self, found: Format, path: Path) -> list[Path]:
        """The projector reads two files of a folder."""
        return [path / "vectors.tsv", path / "metadata.tsv"] if found.name == "projector" else [path]

    async def write(self, found: Format, path: Path, replace: bool) -> None:
        """The engine writes vectors; the rest is here already."""
        if found.name in OF_VECTORS:
            await self._write_vectors(found, path, replace)
        else:
            self._write_text(found, path)

    def _write_text(self, found: Format, path: Path) -> None:
        text = self._picture
        if self._shown is not None and found.name in OF_TABLE:
            text = self._shown.csv() if found.name == "csv" else self._shown.json()
        try:
            atomic.write_text(path, text)
        except (OSError, ValueError) as error:
            self.refuse_place(path, error)
            return
        self.done(f"Written: {path}")

    async def _write_vectors(self, found: Format, path: Path, force: bool) -> None:
        self.say(Content.styled("Writing…", "$muted"))
        async for answer in self.app.engine.ask(api.Export(self._model, found.name, str(path), force)):
            if isinstance(answer, api.Failed):
                self.refuse(answer.message, answer.hint)
            elif isinstance(answer, api.Exported):
                what = f"{', '.join(answer.files)} ({answer.words:,} vectors of {answer.dimension} numbers)"
                self.done(f"Written: {what}")
