"""Writes a run's curves, read from its whole log, into a file named here: what `nlp-tui runs export` does."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual.content import Content

from core.errors import UserError, in_sentences
from core.machine.extras import TENSORBOARD, has_tensorboard
from core.runs import RunDirectory
from core.runs.exporting import TENSORBOARD as EVENT_FILES
from core.runs.exporting import export_run
from tui.screens.saving import Format, SaveDialog


class ExportingRun(SaveDialog):
    """One run; TensorBoard's event files only where its extra is installed."""

    TITLE = "Save a run's curves"
    HELP = (
        "What was measured is written from the whole log, as many points as the run told: loss and accuracy, learning "
        "rates, gradient norm, speed, pinned sentences, and how far the letters have moved. The picture has what was "
        f"steered, too.\n{SaveDialog.HELP}"
    )

    def __init__(self, run: RunDirectory) -> None:
        event_files = "a folder that TensorBoard opens" if has_tensorboard() else f"not here yet: {TENSORBOARD}"
        super().__init__(
            (
                Format("csv", ".csv", "CSV", "a row for each moment, a column for each curve"),
                Format("json", ".json", "JSON", "the same by curve, with scores and what was steered"),
                Format("svg", ".svg", "SVG", "a picture: a plot for each curve, over the epochs"),
                Format(EVENT_FILES, "", "TensorBoard", event_files, there=has_tensorboard()),
            )
        )
        self._exported = run

    def propose(self, found: Format) -> Path:
        """Named for the run, whose title may be anything, by its id."""
        stem = f"tensorboard-{self._exported.id}" if found.name == EVENT_FILES else f"run-{self._exported.id}"
        return Path.cwd() / f"{stem}{found.ending}"

    def targets(self, found: Format, path: Path) -> list[Path]:
        """A folder of event files is never overwritten: two of them would be read as one."""
        return [] if found.name == EVENT_FILES else [path]

    async def write(self, found: Format, path: Path, replace: bool) -> None:
        """Off the event loop: a log may be long, and a disk slow."""
        self.say(Content.styled("Reading the whole log…", "$muted"))
        try:
            said = await asyncio.to_thread(export_run, self._exported, found.name, path, replace)
        except (UserError, OSError) as error:
            self.refuse(in_sentences(error))
            return
        self.done(said)
