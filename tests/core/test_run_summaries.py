"""The list of runs, read from the ends of their files."""

from __future__ import annotations

import shutil
from pathlib import Path

from core.jobs import TrainJob
from core.runs.events import Paused
from core.runs.summaries import RunSummaryReader, read_tail
from core.storage.paths import Home
from tests.tui.fake_run import FakeRun


def home(tmp_path: Path) -> Home:
    return Home(store=tmp_path / "store", runs=tmp_path / "runs")


def test_no_folder_of_runs_yet(tmp_path: Path) -> None:
    assert RunSummaryReader(home(tmp_path)).read() == ()


def test_folders_that_cannot_be_read_are_counted_at_every_look(tmp_path: Path) -> None:
    place = home(tmp_path)
    FakeRun(place).start()
    copied = place.runs / "abc123"
    shutil.copytree(place.runs / "000001", copied)
    (place.runs / "def456").write_text("a file")
    reader = RunSummaryReader(place)
    for unreadable in (1, 1):
        assert [row.id for row in reader.read()] == ["000001"]
        assert reader.unreadable == unreadable, "a copy under another name is none: its id is another's"
    shutil.rmtree(copied)
    reader.read()
    assert reader.unreadable == 0


def test_newest_first_with_status_and_score(tmp_path: Path) -> None:
    place = home(tmp_path)
    done, running, failed = (FakeRun(place, number=n) for n in (1, 2, 3))
    for run in (done, running, failed):
        run.start()
    done.train(9)
    done.done()
    running.train(6)
    failed.fail("No.", "")
    rows = RunSummaryReader(place).read()
    assert [(row.id, row.status) for row in rows] == [("000003", "failed"), ("000002", "running"), ("000001", "done")]
    assert rows[1].fraction == 0.5
    assert rows[1].eta is not None
    assert rows[1].accuracy == 0.791
    assert rows[2].accuracy == 0.783


def test_a_dead_worker_is_noticed_without_a_new_event(tmp_path: Path) -> None:
    run = FakeRun(home(tmp_path))
    run.start()
    run.train(1)
    reader = RunSummaryReader(home(tmp_path))
    assert reader.read()[0].status == "running"
    run.live(False)
    assert reader.read()[0].status == "lost"


def test_a_run_that_ended_is_not_read_again(tmp_path: Path) -> None:
    run = FakeRun(home(tmp_path))
    run.start()
    run.done()
    reader = RunSummaryReader(home(tmp_path))
    assert reader.read()[0] is reader.read()[0]
    run.live(True)
    assert reader.read()[0].status == "waiting"
    run.start(step=40, resumed=True)
    assert reader.read()[0].status == "running"


def test_a_long_pause_of_heartbeats_stays_a_pause(tmp_path: Path) -> None:
    run = FakeRun(home(tmp_path))
    run.start()
    run.train(2)
    run.say("paused", step=80)
    reader = RunSummaryReader(home(tmp_path))
    assert reader.read()[0].status == "paused"
    run.say_all([("heartbeat", 5.0, {})] * 2_000)
    assert reader.read()[0].status == "paused"
    run.directory.set_state("paused")
    assert RunSummaryReader(home(tmp_path)).read()[0].status == "paused"


def test_the_tail_holds_whole_lines_only(tmp_path: Path) -> None:
    run = FakeRun(home(tmp_path), TrainJob("scratch"))
    run.say_all([("paused", 1.0, {"step": n}) for n in range(1_000)])
    events = run.path / "events.jsonl"
    with events.open("a", encoding="utf-8") as file:
        file.write('not json\n{"torn": ')
    found = read_tail(events, 1_000)
    assert [event.step for event in found if isinstance(event, Paused)] == list(range(1_000 - len(found), 1_000))
    assert 5 < len(found) < 20
