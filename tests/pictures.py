"""`make pictures`: the pictures in README.md, drawn by the real app with the shipped models and a real small run."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from core.jobs import IndexJob, TrainJob
from core.paths import ASSETS
from core.runs import start_run
from tui.app import NlpTui
from tui.engine import EngineState

SENTENCE = "The plot is thin but the cast is wonderful."
PICTURES = ASSETS / "pictures"
SIZE = (120, 36)
DEADLINE = 1_200.0
"""Seconds; a machine that is busy with other trainings takes its time."""


async def _until(true: Callable[[], bool], pilot: Pilot[None]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("the app did not get there")
        await pilot.pause(0.1)


async def _draw() -> None:
    index = start_run(IndexJob("elmo"))
    app = NlpTui()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await _until(lambda: app.engine_state is EngineState.READY, pilot)
        await _until(lambda: not index.alive(), pilot)
        run = start_run(TrainJob.of("ulmfit", labels=500))  # newest, so Train opens on it
        await pilot.press("down", "down", "down")  # to elmo
        await pilot.press(*SENTENCE)
        # Answers come first, then the colours; there is no event for "nothing more comes".
        await pilot.pause(4.0)
        _save(app, "read")
        await pilot.press("f3", "home", *["right"] * SENTENCE.split().index("cast"))
        await pilot.pause(4.0)
        _save(app, "words")
        await _until(lambda: not run.alive(), pilot)
        await pilot.press("f4")
        await pilot.pause(3.0)
        _save(app, "train")


def _save(app: NlpTui, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    drawn = app.export_screenshot(title="nlp-tui", simplify=True)
    # Rich asks a web server for the font; the reader's own monospaced one does, and nobody hears of it.
    (PICTURES / f"{name}.svg").write_text(
        re.sub(r"\s*@font-face \{.*?\}", "", drawn, flags=re.DOTALL), encoding="utf-8"
    )
    print(f"{name}.svg", file=sys.stderr)


def main() -> int:
    """Draw the three screens into assets/pictures/, with a home of their own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NLP_TUI_HOME"] = str(Path(folder))
        asyncio.run(_draw())
    return 0


if __name__ == "__main__":
    sys.exit(main())
