"""The ladders of a home: found, named, followed while they grow."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from core.benchmark.ladder_runs import SHIPPED, LadderReader, LadderSource
from core.catalog.ladder import LADDER, MeasuredLadder
from core.jobs import LadderJob
from core.runs.notes import RunNotes, write_notes
from core.storage.paths import Home
from tests.tui.fake_run import FakeRun

LADDER_TEXT = LADDER.read_text("utf-8")
CELLS = len(json.loads(LADDER_TEXT)["cells"])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "store", tmp_path / "runs")


def measured(home: Home, number: int, alive: bool = False, **changes: object) -> FakeRun:
    run = FakeRun(home, LadderJob(), number=number, alive=alive)
    (run.path / "ladder.json").write_text(json.dumps({**json.loads(LADDER_TEXT), **changes}), "utf-8")
    return run


def test_the_newest_first_with_the_names_people_gave(home: Home) -> None:
    reader = LadderReader(home)
    assert reader.read() == []
    measured(home, 1)
    named = measured(home, 2)
    write_notes(named.directory, RunNotes("mine"))
    FakeRun(home, number=3)
    FakeRun(home, LadderJob(), number=4, alive=False)  # ended before anything was measured
    FakeRun(home, LadderJob(), number=5)
    found = reader.read()
    assert [source.name for source in found] == ["run 000005", "mine", "run 000001"]
    assert [source.living for source in found] == [True, False, False]
    assert found[1].command == "nlp-tui ladder"
    assert found[1].job == LadderJob()


def test_two_of_one_name_are_told_apart(home: Home) -> None:
    for number in (1, 2):
        write_notes(measured(home, number).directory, RunNotes("mine"))
    assert [source.name for source in LadderReader(home).read()] == ["mine (000002)", "mine (000001)"]


def test_a_file_is_read_again_only_when_it_has_changed(home: Home) -> None:
    run = measured(home, 1, alive=True)
    reader = LadderReader(home)
    (before,) = reader.read()
    (same,) = reader.read()
    assert same.ladder is before.ladder
    path = run.path / "ladder.json"
    path.write_text(json.dumps({**json.loads(LADDER_TEXT), "missing": 7}), "utf-8")
    os.utime(path, ns=(1, 1))
    (after,) = reader.read()
    assert after.ladder.missing == 7


def test_how_far_it_is(home: Home) -> None:
    assert LadderSource(SHIPPED, MeasuredLadder.load()).progress == ""
    run = measured(home, 1, alive=True, missing=15)
    reader = LadderReader(home)
    run.start()
    run.say("progress", phase="ladder", step=CELLS, total=CELLS + 15, eta=754.0)
    (found,) = reader.read()
    assert found.progress == f"running · {CELLS} of {CELLS + 15} cells measured · about 12:34 left"
    run.say("stopped", step=CELLS)
    run.live(False)
    (found,) = reader.read()
    assert found.progress == f"stopped · {CELLS} of {CELLS + 15} cells measured"
    FakeRun(home, LadderJob(), number=2).start()
    assert reader.read()[0].progress == "running · no cell measured yet"


def test_a_damaged_file_is_no_ladder(home: Home) -> None:
    run = measured(home, 1)
    (run.path / "ladder.json").write_text("{", "utf-8")
    assert LadderReader(home).read() == []
