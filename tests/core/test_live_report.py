"""A ladder's results while it goes on: each mean and difference is worked out once, and the file has them all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.benchmark import report, spec, statistics
from core.benchmark.costs import Texts
from core.benchmark.live_report import LiveReport
from core.jobs import LadderJob
from tests.core.ladder_child import TEXTS
from tests.core.test_cli_ladder import cell

JOB = LadderJob(data="made-up", labels="20,100,all", eras="scratch,word2vec", seeds=2)
FOUND = {trial: cell(trial) for trial in spec.list_trials(JOB)}
SIZES = {"made-up": Texts(1000, 20.0)}


def first(count: int) -> dict[Any, Any]:
    return dict(list(FOUND.items())[:count])


def counted(usual: Callable[..., Any], name: str, asked: list[str]) -> Callable[..., Any]:
    def ask(*given: Any) -> Any:
        asked.append(name)
        return usual(*given)

    return ask


def test_what_was_worked_out_for_fewer_cells_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    for name in ("summarize", "difference"):
        monkeypatch.setattr(statistics, name, counted(getattr(statistics, name), name, asked))
    known = report.Comparisons()
    for count in range(1, len(FOUND) + 1):
        grown = report.build(JOB, first(count), SIZES, known)
        several = len(asked)
        report.build(JOB, first(count), SIZES, known)
        assert len(asked) == several, "nothing is worked out twice"
        assert grown == report.build(JOB, first(count), SIZES)
        del asked[several:]
    # A cell's mean each, and a difference where its partner is there already.
    assert asked.count("summarize") == len(FOUND)
    assert asked.count("difference") == len(FOUND) // 2


def test_all_labels_are_the_training_texts_and_those_that_choose_the_epoch() -> None:
    assert report.build(JOB, FOUND, SIZES)["all_labels"] == {"made-up": 1000 + TEXTS}
    assert report.build(JOB, FOUND)["all_labels"] == {}


def test_the_file_has_what_is_found_on_the_way_and_everything_at_the_end(tmp_path: Path) -> None:
    live = LiveReport(JOB, tmp_path, SIZES)

    def cells() -> int:
        return len(json.loads((tmp_path / spec.RESULTS).read_text())["cells"])

    live.offer({})
    assert not list(tmp_path.iterdir())
    live.offer(first(3))
    live.wait()
    assert cells() == 3
    (tmp_path / spec.RESULTS).unlink()
    live.offer(first(3))
    live.wait()
    assert not list(tmp_path.iterdir()), "it was written already"
    live.offer(first(4))
    live.finish(FOUND)
    assert cells() == len(FOUND)


def test_a_full_disk_on_the_way_ends_nothing_but_the_end_says_it(tmp_path: Path) -> None:
    live = LiveReport(JOB, tmp_path / "gone", SIZES)
    live.offer(first(1))
    live.wait()
    with pytest.raises(OSError, match="gone"):
        live.finish(FOUND)
