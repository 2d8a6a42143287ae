"""A run's curves as files, each read back by what it is for."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from core.cli import main
from core.drawing.curves import LABEL, WIDTH
from core.drawing.svg import MARGIN
from core.machine.extras import has_tensorboard
from core.runs import exporting
from core.storage.paths import Home
from tests.tui.fake_run import FakeRun
from tests.tui.train_app import HOSTILE


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeRun:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    made = FakeRun(Home.locate(), title=HOSTILE)
    made.start()
    made.train(3.0)
    made.done()
    return made


def export(run: FakeRun, way: str, path: Path) -> int:
    return main(["runs", "export", run.directory.id, f"--{way}", "-o", str(path)])


def test_a_table_has_a_row_for_each_moment(run: FakeRun, tmp_path: Path) -> None:
    assert export(run, "csv", tmp_path / "a.csv") == 0
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    view = run.directory.view()
    for name, points in view.series.items():
        assert [(float(row["epoch"]), float(row[name])) for row in rows if row[name]] == points
    assert len({row["step"] for row in rows}) == len(rows)


def test_json_has_every_curve(run: FakeRun, tmp_path: Path) -> None:
    assert export(run, "json", tmp_path / "a.json") == 0
    told = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    series = {name: [tuple(point) for point in points] for name, points in told["series"].items()}
    view = run.directory.view()
    assert not told["thinned"]
    assert {name: series[name] for name in view.series} == view.series


def test_a_picture_has_a_line_for_each_curve(run: FakeRun, tmp_path: Path) -> None:
    assert export(run, "svg", tmp_path / "a.svg") == 0
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    curves = exporting.list_curves(run.directory.view())
    assert curves.keys() > run.directory.view().series.keys(), "what was watched beside, too"
    assert len(root.findall("{*}polyline")) == len(curves)


def test_all_plots_of_a_picture_end_at_the_same_epoch(run: FakeRun, tmp_path: Path) -> None:
    assert export(run, "svg", tmp_path / "a.svg") == 0
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    lines = {line.get("points") or "" for line in root.findall("{*}polyline")}
    ends = {line.split()[-1].split(",")[0] for line in lines}
    assert len(ends) == 1, "epoch 3 of each"
    starts = {float(line.split()[0].split(",")[0]) for line in lines}
    assert len(starts) == 2, "batches begin with the first step, evaluations with the first epoch"
    assert max(starts) - MARGIN - LABEL == pytest.approx(WIDTH / 3, abs=0.1)


def test_what_was_steered_is_in_the_picture_and_in_json(run: FakeRun, tmp_path: Path) -> None:
    run.say("steered", step=60, number=1, wish=1, learning_rate=0.0005, frozen=[HOSTILE])
    assert export(run, "svg", tmp_path / "a.svg") == 0
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "1: rate 0.0005, [CLS]" in drawn
    dashed = re.findall(r'<path d="M([\d.]+) [\d.]+V[\d.]+" [^>]*stroke-dasharray', drawn)
    assert {float(x) for x in dashed} == {MARGIN + LABEL + WIDTH * 1.5 / 3}
    assert len(dashed) == drawn.count("<polyline")
    assert export(run, "json", tmp_path / "a.json") == 0
    (told,) = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["steered"]
    assert (told["step"], told["rate"], told["frozen"]) == (60, 0.0005, [HOSTILE])


def test_the_whole_log_is_exported_and_what_is_left_out_of_it_is_said_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    run = FakeRun(Home.locate())
    run.start()
    run.train(210.0, validates=False)
    assert run.directory.view().thinned, "a screen keeps less"
    assert export(run, "json", tmp_path / "whole.json") == 0
    told = json.loads((tmp_path / "whole.json").read_text(encoding="utf-8"))
    assert len(told["series"]["train loss"]) == 210 * run.steps_per_epoch
    assert (told["thinned"], told["thinning"]) == (False, None)
    monkeypatch.setattr(exporting, "MOST", 40)
    for way in ("csv", "json", "svg"):
        assert export(run, way, tmp_path / f"thin.{way}") == 0
        assert "(2 of each 512)" in (tmp_path / f"thin.{way}").read_text(encoding="utf-8")
    told = json.loads((tmp_path / "thin.json").read_text(encoding="utf-8"))
    assert told["thinned"]
    assert len(told["series"]["train loss"]) <= 40


@pytest.mark.skipif(not has_tensorboard(), reason="needs the extra tensorboard")
def test_tensorboard_reads_its_files(run: FakeRun, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    assert export(run, "tensorboard", tmp_path / "tb") == 0
    read = EventAccumulator(str(tmp_path / "tb"), size_guidance={"scalars": 0}).Reload()
    for name, points in run.directory.view().series.items():
        assert [each.value for each in read.Scalars(name.replace(" ", "_"))] == pytest.approx([y for _, y in points])


def test_what_cannot_be_written_is_said(
    run: FakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "there").write_text("mine")
    assert export(run, "csv", tmp_path / "there") == 1
    assert (tmp_path / "there").read_text() == "mine"
    assert "is there already" in capsys.readouterr().err
    monkeypatch.setattr(exporting, "has_tensorboard", lambda: False)
    assert export(run, "tensorboard", tmp_path / "tb") == 1
    assert "pip install 'nlp-tui[tensorboard]'" in capsys.readouterr().err
    assert main(["runs", "export", run.directory.id, "-o", str(tmp_path / "x")]) == 1
