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

from core.runs import EventReader, EventWriter, RunError

fields = st.dictionaries(
    st.text(min_size=1).filter(lambda name: name not in {"v", "seq", "t", "kind", "self"}),
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    max_size=4,
)


def read(path: Path) -> list[dict[str, Any]]:
    return EventReader(path).read()


@settings(deadline=None, max_examples=50)
@given(st.lists(fields, max_size=5), st.lists(fields, min_size=1, max_size=3), st.floats(0, 1))
def test_a_file_cut_anywhere_goes_on_with_every_whole_event(
    before: list[dict[str, Any]], after: list[dict[str, Any]], cut: float
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "events.jsonl"
        with EventWriter(path) as writer:
            for body in before:
                writer.write("progress", **body)
        whole = path.read_bytes()
        kept = whole[: round(cut * len(whole))]
        path.write_bytes(kept)
        survivors = kept.count(b"\n")

        early = EventReader(path)
        assert len(early.read()) == survivors
        with EventWriter(path) as writer:
            for body in after:
                writer.write("eval", **body)
        events = read(path)
        assert early.read() == events[survivors:]
        assert early.bad == 0
        assert [event["seq"] for event in events] == list(range(1, survivors + len(after) + 1))
        bodies = [{k: v for k, v in event.items() if k not in ("v", "seq", "t", "kind")} for event in events]
        assert bodies == before[:survivors] + after


def test_the_file_need_not_exist_yet(tmp_path: Path) -> None:
    reader = EventReader(tmp_path / "events.jsonl")
    assert reader.read() == []
    with EventWriter(tmp_path / "events.jsonl") as writer:
        writer.write("heartbeat")
        assert [event["kind"] for event in reader.read()] == ["heartbeat"], "an event is there as soon as it is written"
    assert reader.read() == []


def test_a_torn_last_line_is_left_for_later(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"kind":"start"}\n{"kind":"prog')
    reader = EventReader(path)
    assert [event["kind"] for event in reader.read()] == ["start"]
    with path.open("ab") as file:
        file.write(b'ress"}\n')
    assert [event["kind"] for event in reader.read()] == ["progress"]
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
    assert [event["kind"] for event in reader.read()] == ["start", "eval"]
    assert reader.bad >= 1
    with EventWriter(path) as writer:
        writer.write("done")
    assert [event["seq"] for event in reader.read()] == [9]


def test_a_file_that_became_shorter_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"kind":"start"}\n{"kind":"progress"}\n')
    reader = EventReader(path)
    assert len(reader.read()) == 2
    path.write_bytes(b'{"kind":"eval"}\n')
    assert [event["kind"] for event in reader.read()] == ["reset", "eval"]


def test_a_reader_can_take_a_little_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as writer:
        for number in range(10):
            writer.write("progress", step=number)
    reader = EventReader(path)
    steps = [[event["step"] for event in reader.read(limit=4)] for _ in range(4)]
    assert steps == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9], []]


def test_numbers_of_any_make_are_written_and_infinite_ones_are_null(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as writer:
        writer.write(
            "eval",
            loss=float("nan"),
            nested={"worst": [float("inf"), -float("inf")]},
            single=np.float32(0.5),
            count=np.int64(3),
            flag=True,
        )
    (event,) = read(path)
    assert event["loss"] is None
    assert event["nested"] == {"worst": [None, None]}
    assert (event["single"], event["count"], event["flag"]) == (0.5, 3, True)
    assert "NaN" not in path.read_text()


def test_a_foreign_nan_is_read_as_nothing(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"kind":"eval","loss":NaN,"x":-Infinity}\n')
    assert read(path) == [{"kind": "eval", "loss": None, "x": None}]


def test_what_is_no_event_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as writer:
        with pytest.raises(ValueError, match="seq"):
            writer.write("eval", seq=5)
        with pytest.raises(TypeError, match="JSON"):
            writer.write("eval", thing=object())
        writer.write("eval")
    assert [event["seq"] for event in read(path)] == [1]


def test_a_hostile_text_stays_on_its_line(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    text = "\n\r\u2028\x00\x1b]0;x\x07[/b]\ud800"
    with EventWriter(path) as writer:
        writer.write("warning", message=text)
        writer.write("done")
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
                writer.write("heartbeat", text="x" * 500)

        threads = [threading.Thread(target=beat) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [event["seq"] for event in read(path)] == list(range(1, 401))


def test_every_event_says_when_and_in_which_order(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as writer:
        writer.write("start", title="x")
    line = path.read_text()
    assert line.startswith('{"v":1,"seq":1,"t":')
    assert json.loads(line)["t"] > 1.7e9
