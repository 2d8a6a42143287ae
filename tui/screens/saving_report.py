"""Writes a report into a file: a page for a browser, Markdown, or all of it as JSON."""

from __future__ import annotations

import asyncio
from pathlib import Path

from core.appraisal.wording import Report
from core.storage import atomic
from tui.screens.saving import Format, SaveDialog


class SavingReport(SaveDialog):
    """A file of one's choice."""

    TITLE = "Write the report"
    HELP = f"One file, in which nothing is loaded from elsewhere.\n{SaveDialog.HELP}"

    def __init__(self, report: Report) -> None:
        super().__init__(
            (
                Format(".html", ".html", "HTML", "one page for a browser, its plots inside"),
                Format(".md", ".md", "Markdown", "the same as text and tables"),
                Format(".json", ".json", "JSON", "every number, for programs"),
            )
        )
        self._report = report

    def propose(self, found: Format) -> Path:
        """`report` in the present folder."""
        return Path.cwd() / f"report{found.ending}"

    async def write(self, found: Format, path: Path, replace: bool) -> None:  # noqa: ARG002
        """Off the event loop: it lists texts, and a disk may be slow."""
        from core.appraisal.formats import FORMATS

        try:
            text = await asyncio.to_thread(FORMATS[found.name], self._report)
            await asyncio.to_thread(atomic.write_text, path, text)
        except (OSError, ValueError) as error:
            self.refuse_place(path, error)
            return
        self.done(f"Written: {path}")
