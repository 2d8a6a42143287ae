"""The file of events: nothing is lost, whatever moment the writer was killed at."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from core.runs import EventReader, EventWriter, RunError, events
from core.runs.events import Event

number = st.none() | st.floats(allow_nan=False, allow_infinity=False)
count = st.integers(0, 1 << 53)
said = st.one_of(
    st.builds(events.Progress, phase=st.text(), step=count, epoch=number, eta=number, unit=st.text()),
    st.builds(events.Eval, split=st.text(), step=count, loss=number, best=st.none() | st.booleans()),
    st.builds(events.Start, labels=st.lists(st.text(), max_size=3), sizes=st.dictionaries(st.text(), number)),
    st.builds(events.Done, scores=st.dictionaries(st.text(), st.dictionaries(st.text(), number)), cached=st.booleans()),
    st.builds(events.Failed, message=st.text(), hint=st.text()),
    st.just(events.Heartbeat()),
)


def read(path: Path) -> list[dict[str, Any]]:
    return EventReader(path).read_fields()


@settings(max_examples=50)
@given(st.lists(said, max_size=5), st.lists(said, min_size=1, max_size=3), st.floats(0, 1))
def test_a_file_cut_anywhere_goes_on_with_every_whole_event(
    before: list[Event], after: list[Event], cut: float
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "events.jsonl"
        with EventWriter(path) as writer:
            for event in before:
                writer.write(event)
        whole = path.read_bytes()
        kept = whole[: round(cut * len(whole))]
        path.write_bytes(kept)
        survivors = kept.count(b"\n")

        early = EventReader(path)
        assert len(early.read()) == survivors
        with EventWriter(path) as writer:
            for event in after:
                writer.write(event)
        found = read(path)
        late = early.read()
        assert [replace(event, t=UNSET) for event in late] == after
        assert early.bad == 0
        assert [fields["seq"] for fields in found] == list(range(1, survivors + len(after) + 1))
        assert [replace(event, t=UNSET) for event in EventReader(path).read()] == before[:survivors] + after


def test_the_file_need_not_exist_yet(tmp_path: Path) -> None:
    reader = EventReader(tmp_path / "events.jsonl")
    assert reader.read() == []
    with EventWriter(tmp_path / "events.jsonl") as writer:
        writer.write(events.Heartbeat())
        assert [event["kind"] for event in reader.read_fields()] == ["heartbeat"], (
            "an event is there as soon as it is written"
        )
    assert reader.read() == []


def test_a_torn_last_line_is_left_for_later(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"kind":"start"}\n{"kind":"prog')
    reader = EventReader(path)
    assert [event["kind"] for event in reader.read_fields()] == ["start"]
    with path.open("ab") as file:
        file.write(b'ress"}\n')
    assert [event["kind"] for event in reader.read_fields()] == ["progress"]
    assert reader.bad == 0


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b'{"kind":"prog{"kind":"start"}',
        b"[]",
        b"5",
        b"{}",
        b'{"kind":5}',
        b"\xff\xfe",
        b"\x00",
        b"[" * 100_000,
        b'{"kind":"x","n":' + b"9" * 5000 + b"}",
        b'{"kind":"x","text":"' + b"a" * (1 << 20) + b'"}',
    ],
)
def test_a_line_that_is_no_event_is_skipped_and_counted(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"kind":"start","seq":7}\n' + line + b'\n{"kind":"eval","seq":8}\n')
    reader = EventReader(path)
    assert [event["kind"] for event in reader.read_fields()] == ["start", "eval"]
    assert reader.bad >= 1
    with EventWriter(path) as writer:
        writer.write(events.Done())
    assert [event["seq"] for event in reader.read_fields()] == [9]


def test_a_file_that_became_shorter_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"kind":"start"}\n{"kind":"progress"}\n')
    reader = EventReader(path)
    assert len(reader.read()) == 2
    path.write_bytes(b'{"kind":"eval"}\n')
    assert [event["kind"] for event in reader.read_fields()] == ["reset", "eval"]


def test_a_reader_can_take_a_little_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as writer:
        for number in range(10):
            writer.write(events.Progress(step=number))
    reader = EventReader(path)
    steps = [[event["step"] for event in reader.read_fields(limit=4)] for _ in range(4)]
    assert steps == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9], []]


def test_numbers_of_any_make_are_written_and_infinite_ones_are_null(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as writer:
        writer.write(
            events.Progress(
                loss=float("nan"),
                rates={"worst": float("inf"), "single": np.float32(0.5)},  # type: ignore[dict-item]
                step=np.int64(3),  # type: ignore[arg-type]
            )
        )
    (event,) = read(path)
    assert event["loss"] is None
    assert event["rates"] == {"worst": None, "single": 0.5}
    assert event["step"] == 3
    assert "NaN" not in path.read_text()


def test_a_foreign_nan_is_read_as_nothing(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"kind":"eval","loss":NaN,"x":-Infinity}\n')
    assert read(path) == [{"kind": "eval", "loss": None, "x": None}]


def test_what_is_no_event_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as writer:
        with pytest.raises(TypeError, match="JSON"):
            writer.write(events.Eval(loss=object()))  # type: ignore[arg-type]
        writer.write(events.Eval())
    assert [event["seq"] for event in read(path)] == [1]


def test_a_hostile_text_stays_on_its_line(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    text = "\n\r\u2028\x00\x1b]0;x\x07[/b]\ud800"
    with EventWriter(path) as writer:
        writer.write(events.Warned(message=text))
        writer.write(events.Done())
    assert [event.get("message") for event in read(path)] == [text, None]
    assert path.read_bytes().isascii()


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path), pytest.raises(RunError, match="another process") as caught:
        EventWriter(path)
    assert caught.value.hint
    EventWriter(path).close()


def test_threads_of_the_writer_do_not_mix_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as writer:

        def beat() -> None:
            for _ in range(100):
                writer.write(events.Warned(message="x" * 500))

        threads = [threading.Thread(target=beat) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [event["seq"] for event in read(path)] == list(range(1, 401))


def test_every_event_says_when_and_in_which_order(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as writer:
        writer.write(events.Start(title="x"))
    line = path.read_text()
    assert line.startswith('{"v":1,"seq":1,"t":')
    assert json.loads(line)["t"] > 1.7e9


def test_lines_of_other_versions_lose_only_what_is_strange_in_them(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(
        '{"kind":"progress","t":5,"step":3,"epoch":1,"later":[{"x":1}]}\n'
        '{"kind":"progress","t":6.5,"step":"3","epoch":1.5,"eta":null,"rates":{"C":null},"phase":"\\ud800"}\n'
        '{"kind":"progress","step":true,"loss":1e400,"total":' + "9" * 50 + ',"speed":NaN,"accuracy":0.5}\n'
        '{"kind":"thought","t":7.0,"of":"a later version"}\n'
    )
    reader = EventReader(path)
    assert reader.read() == [
        events.Progress(t=5.0, step=3, epoch=1.0),
        events.Progress(t=6.5, epoch=1.5, eta=None, rates={"C": None}, phase="\ud800"),
        events.Progress(accuracy=0.5, speed=None),
        Event(t=7.0),
    ]
    assert reader.bad == 0


def test_what_is_not_said_is_not_written() -> None:
    assert events.to_fields(events.Progress(phase="data", step=0, total=0)) == {
        "kind": "progress",
        "phase": "data",
        "step": 0,
        "total": 0,
    }
    assert events.to_fields(events.Progress(eta=None)) == {"kind": "progress", "eta": None}
    assert events.to_fields(events.Stopped()) == {"kind": "stopped", "step": 0, "artifact": None, "has_model": False}
    done: dict[str, object] = {
        "kind": "done",
        "artifact": None,
        "model": None,
        "best": None,
        "scores": {},
        "cached": False,
    }
    assert events.to_fields(events.Done()) == done
