"""A run's curves as files, each read back by what it is for."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from core.cli import main
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
    assert len(root.findall("{*}polyline")) == len(run.directory.view().series)


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
