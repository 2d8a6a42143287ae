"""`make pictures`: the pictures in README.md, drawn by the real app with the shipped models and a real small run.

The run is also recorded while it is watched, and steered once: one animated picture of some moments of it. For that one
alone: `python -m tests.pictures fine-tuning`; for the first look and the report, of made-up tickets: `python -m
tests.pictures report`.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from textual.pilot import Pilot

from core.api import SIDE_BY_SIDE, FileLook
from core.jobs import IndexJob, ReportJob, TrainJob
from core.runs import RunDirectory, start_run
from core.runs.wishes import steer_run
from core.storage.paths import ASSETS
from tests.animation import animate
from tests.made_tickets import write_tickets
from tui.app import NlpTui
from tui.engine_client import EngineState
from tui.view_table import Cell
from tui.widgets.read.picture_canvas import PictureCanvas
from tui.widgets.train.train_form import TrainForm
from tui.widgets.words.compare_view import CompareView

SENTENCE = "The plot is thin but the cast is wonderful."
PINNED = (SENTENCE, "Not a single joke lands.")
PICTURES = ASSETS / "pictures"
SIZE = (120, 36)
MOMENTS = 11
"""Screenshots of a run that is at work; one more when it is done."""
A_MOMENT, THE_END = 0.9, 5.0
"""Seconds that each is shown."""
STEERED_AFTER, STEERED = 4, "x0.5"
"""The moment after which the rate is changed, and how."""
RECORDED = "fine-tuning"
"""The recorded run, whose last moment is a picture of its own."""
REPORT = "report"
"""The picture of a report, which takes some minutes to measure."""
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
        await pilot.press("down", "down", "down")  # to elmo
        await pilot.press(*SENTENCE)
        # Answers come first, then the colours; there is no event for "nothing more comes".
        await pilot.pause(4.0)
        _save(app, "read")
        await _draw_tour(app, pilot)
        await _draw_language_model(app, pilot)
        await _draw_lecture(app, pilot)
        await _draw_why(app, pilot)
        await _draw_ladder(app, pilot)
        await pilot.press("f3", "home", *["right"] * SENTENCE.split().index("cast"))
        await pilot.pause(4.0)
        _save(app, "words")
        await pilot.press("2")  # the first example: the same word in two sentences, to every era
        await _until(lambda: len(_compared(app)) == len(SIDE_BY_SIDE), pilot)
        _save(app, "compare")
        await _record(app, pilot)


async def _draw_recorded() -> None:
    """The recorded run alone."""
    app = NlpTui()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await _until(lambda: app.engine_state is EngineState.READY, pilot)
        await _record(app, pilot)


async def _draw_reported() -> None:
    """Made-up tickets at first sight; then some eras and both baselines on them, when all are measured."""
    data = write_tickets(Path(os.environ["NLP_TUI_HOME"]) / "tickets.csv")
    app = NlpTui(data=str(data))
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await _until(lambda: app.engine_state is EngineState.READY, pilot)
        await _until(lambda: isinstance(app.screen.query_one(TrainForm).look, FileLook), pilot)
        await pilot.pause(1.0)
        _save(app, "first-look")
        run = start_run(ReportJob(str(data), eras="scratch,word2vec,ulmfit,prompt,tfidf,average", repeats=1))
        await _until(lambda: not run.alive(), pilot)
        await app.run_action("report")
        await pilot.pause(3.0)
        _save(app, REPORT)


async def _record(app: NlpTui, pilot: Pilot[None]) -> None:
    """A run of its own, from its start to its end."""
    run = start_run(TrainJob.of("ulmfit", labels=500), pins=PINNED)  # newest, so Train opens on it
    await pilot.press("f4")
    moments = await _watch(app, run, pilot)
    _write(RECORDED, animate(moments, [*[A_MOMENT] * (len(moments) - 1), THE_END]))
    _save(app, "train")


async def _draw_tour(app: NlpTui, pilot: Pilot[None]) -> None:
    """Its third step, guessed and shown; then back."""
    await pilot.press("escape", "t", "home", "space", "space", "space", "space", "left", "space")
    await pilot.pause(4.0)
    _save(app, "tour")
    await pilot.press("q")
    assert app.sentence == SENTENCE


async def _draw_language_model(app: NlpTui, pilot: Pilot[None]) -> None:
    """The row `prompt` in its lab, and what its language model expects at the last word but one; then back to Read."""
    while app.current_model != "prompt":
        await pilot.press("down")
    await pilot.press("ctrl+t")
    await pilot.pause(4.0)
    _save(app, "lab")
    await pilot.press("escape", "f7", "left", "left", "f8")
    await pilot.pause(8.0)
    _save(app, "reading")
    await pilot.press("escape")
    while app.current_model != "elmo":
        await pilot.press("up")


async def _draw_lecture(app: NlpTui, pilot: Pilot[None]) -> None:
    """The lecture's picture of three eras, a word's memory traced; then back to Read, on the row it was on."""
    row = app.current_model
    for era in ("scratch", "elmo", "prompt"):
        app.current_model = era
        await pilot.press("f8")
        await _until(lambda: app.screen.query_one(PictureCanvas).known is not None, pilot)
        await pilot.press("home", *["right"] * SENTENCE.split().index("thin"))
        model = next(each for each in app.comparison if each.key == era)
        await _until(lambda: app.parameters.known(model) is not None, pilot)  # noqa: B023 - awaited here
        await pilot.pause(1.0)
        _save(app, f"picture-{era}")
        await pilot.press("escape")
    app.current_model = row


async def _draw_why(app: NlpTui, pilot: Pilot[None]) -> None:
    """What each word does to ulmfit's answer, beside the answers to a twin; then back to the row it was on."""
    row = app.current_model
    app.current_model = "ulmfit"
    await pilot.press("ctrl+y", "ctrl+g", "ctrl+g", "ctrl+g")  # words left out; but-reversed
    await pilot.pause(8.0)
    _save(app, "twins")
    await pilot.press("escape", "ctrl+y", "ctrl+y", "ctrl+y")
    app.current_model = row


async def _draw_ladder(app: NlpTui, pilot: Pilot[None]) -> None:
    """The ladder that ships, at the point where it opens."""
    await pilot.press("f5")
    await pilot.pause(1.0)
    _save(app, "ladder")
    await pilot.press("f2")


async def _watch(app: NlpTui, run: RunDirectory, pilot: Pilot[None]) -> list[str]:
    """Screenshots of a run as its screen shows it: at even shares of its steps, and when it is done."""
    shots: list[str] = []

    def trained() -> float:
        view = run.view()
        return (view.fraction or 0.0) if view.phase == "train" else 0.0

    for moment in range(MOMENTS):
        await _until(lambda: trained() > moment / MOMENTS or not run.alive(), pilot)  # noqa: B023 - awaited here
        await pilot.pause(0.3)
        shots.append(_drawn(app))
        if moment == STEERED_AFTER:
            steer_run(run, STEERED)
    await _until(lambda: not run.alive(), pilot)
    await pilot.pause(3.0)
    return [*shots, _drawn(app)]


def _compared(app: NlpTui) -> tuple[tuple[Cell, ...], ...]:
    """The rows of Compare by now."""
    table = app.screen.query_one(CompareView).table()
    return table.rows if table is not None else ()


def _drawn(app: NlpTui) -> str:
    return app.export_screenshot(title="nlp-tui", simplify=True)


def _save(app: NlpTui, name: str) -> None:
    # Rich asks a web server for the font; the reader's own monospaced one does, and nobody hears of it.
    _write(name, re.sub(r"\s*@font-face \{.*?\}", "", _drawn(app), flags=re.DOTALL))


def _write(name: str, drawn: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / f"{name}.svg").write_text(drawn, encoding="utf-8")
    print(f"{name}.svg: {len(drawn.encode()) / 1e3:.0f} kB", file=sys.stderr)


def main(wanted: Sequence[str]) -> int:
    """Draw the screens into assets/pictures/, with a home of their own; only what is `wanted` if that can be alone."""
    alone = {RECORDED: _draw_recorded, REPORT: _draw_reported}
    # A name that is the same every time: it is read in a picture.
    folder = Path(tempfile.gettempdir()) / "tour"
    folder.mkdir()
    os.environ["NLP_TUI_HOME"] = str(folder)
    try:
        for draw in [alone[name] for name in wanted if name in alone] or [_draw, _draw_reported]:
            asyncio.run(draw())
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
