"""A long log is looked at from its end first; what is known of it in the end is what one reading tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.runs import GrowingView, RunView, following
from core.runs.newest import NewestView

A_MOMENT = 0.0
"""Seconds in which one block is read, and no more."""
numbers = st.floats(0, 1, allow_nan=False)
steps = st.integers(0, 300)
said = st.one_of(
    st.fixed_dictionaries({"kind": st.just("progress"), "phase": st.just("train"), "step": steps, "loss": numbers}),
    st.fixed_dictionaries(
        {
            "kind": st.just("eval"),
            "step": steps,
            "split": st.sampled_from(["validation", "test"]),
            "accuracy": numbers,
            "best": st.booleans(),
        }
    ),
    st.fixed_dictionaries({"kind": st.just("start"), "step": steps, "steps_per_epoch": st.just(10.0)}),
    st.fixed_dictionaries({"kind": st.sampled_from(["heartbeat", "paused", "resumed", "done", "checkpoint"])}),
    st.fixed_dictionaries({"kind": st.just("warning"), "message": st.text(max_size=30)}),
)
lines = st.lists(st.one_of(said.map(json.dumps), st.sampled_from(["", "torn", '{"kind":"pro'])), max_size=60)


def state(view: RunView) -> dict[str, Any]:
    return {**vars(view), "watched": vars(view.watched)}


def write(path: Path, texts: list[str]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(f"{text}\n" for text in texts))


def take_for_long(patch: pytest.MonkeyPatch, long: int, newest: int) -> None:
    """From so many bytes on a log is long, and of one so many are looked at first."""
    patch.setattr(following, "LONG", long)
    patch.setattr(following, "NEWEST", newest)


def progress(step: int) -> str:
    fields = {"phase": "train", "step": step, "total": 9_000, "loss": 1 / step}
    return json.dumps({"v": 1, "seq": step, "t": float(step), "kind": "progress", **fields}, separators=(",", ":"))


START = json.dumps({"kind": "start", "title": "long", "step": 0, "steps_per_epoch": 100.0, "epochs": 90})
EVAL = '{"kind":"eval","step":%d,"split":"validation","accuracy":%s,"best":true}'


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lines, st.lists(lines, max_size=4), st.integers(1, 2_000), st.integers(1, 7))
def test_no_result_differs_whichever_end_is_read_first(
    tmp_path: Path, begun: list[str], added: list[list[str]], newest: int, block: int
) -> None:
    path = tmp_path / "events.jsonl"
    path.unlink(missing_ok=True)
    write(path, begun)
    with pytest.MonkeyPatch.context() as patch:
        take_for_long(patch, 0, newest)
        growing = GrowingView(path)
        for texts in added:
            growing.read(A_MOMENT, block)
            write(path, texts)
        while growing.read(A_MOMENT, block) or growing.behind:
            assert bool(growing.reading) != growing.view.whole
    at_once = GrowingView(path)
    at_once.read()
    assert state(growing.view) == state(at_once.view)
    assert growing.bad == at_once.bad
    assert not growing.reading


def test_the_newest_is_there_at_once_and_what_is_read_of_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_for_long(monkeypatch, 100_000, 20_000)
    path = tmp_path / "events.jsonl"
    told = [progress(step) for step in range(1, 9_001)]
    told.insert(2_000, EVAL % (2_000, 0.7))
    told.insert(4_000, EVAL % (4_000, 0.8))
    write(path, [START, *told])
    growing = GrowingView(path)
    seen = growing.read(A_MOMENT, 500)
    assert 0 < seen < 300
    view = growing.view
    assert (view.step, view.epoch, view.epochs, view.title) == (9_000, 90, 90, "long")
    assert view.series["validation accuracy"] == [(20.0, 0.7), (40.0, 0.8)], "what is rare is looked for further back"
    assert view.best is not None
    assert view.best["accuracy"] == 0.8
    assert view.elapsed == 0, "of what was not read nobody knows how long it took"
    first = growing.reading
    assert first == f"The newest {seen} of about 8,900 events; reading the rest … 0 %"
    write(path, [progress(9_001)])
    assert growing.read(A_MOMENT, 500) == 1
    assert growing.view.step == 9_001, "what is new stays new while the past is read"
    assert growing.reading != first
    while growing.behind:
        assert not growing.view.whole
        growing.read(A_MOMENT, 500)
    assert growing.view.whole
    assert growing.view.series["train loss"][0] == (0.01, 1.0)
    assert growing.view.elapsed == 9_000
    assert growing.reading == ""


def test_a_short_log_is_read_from_its_start_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    write(path, [START, *(progress(step) for step in range(1, 1_000))])
    growing = GrowingView(path)
    growing.read(A_MOMENT, 10)
    assert growing.behind
    assert growing.view.whole
    assert growing.view.step == 9


@pytest.mark.parametrize("content", [b"", b"\n", b"x" * 3_000_000, b'{"kind":"progress","step":1}' + b"\n" + b"y" * 99])
def test_a_first_look_at_what_is_hardly_a_log_ends(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(content)
    look = NewestView(path, 64)
    assert look.view.step == 0
    assert look.read(10) == 0


def test_a_log_that_begins_anew_is_looked_at_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take_for_long(monkeypatch, 50_000, 5_000)
    path = tmp_path / "events.jsonl"
    write(path, [START, *(progress(step) for step in range(1, 2_000))])
    growing = GrowingView(path)
    growing.read(A_MOMENT, 100)
    path.unlink()
    write(path, [START, progress(3)])
    while growing.read(A_MOMENT, 100) or growing.behind:
        pass
    assert growing.view.step == 3
    assert growing.view.series["train loss"] == [(0.03, 1 / 3)]
