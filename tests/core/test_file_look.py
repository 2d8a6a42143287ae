"""A first look as the app asks for it: what the process answers, whatever stands in the file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from core import api
from core.service.file_look import LONGEST_EXAMPLE, look_at
from tests.tui.hostile import HOSTILE

ROWS = [(f"text number {n} of many", "good" if n % 3 else "bad") for n in range(60)]


def write(path: Path, rows: list[tuple[str, str]]) -> Path:
    path.write_text("text\tlabel\n" + "".join(f"{text}\t{label}\n" for text, label in rows), "utf-8")
    return path


def understood(path: Path) -> api.FileLook:
    answer = look_at(api.LookAtFile(str(path)))
    assert isinstance(answer, api.FileLook), answer
    return answer


def test_it_says_what_can_be_trained_on_the_file(tmp_path: Path) -> None:
    look = understood(write(tmp_path / "a.tsv", [*ROWS, ROWS[0], ("", "good")]))
    assert (look.read, look.kept) == (62, 60)
    assert look.left_out == (api.Left("no text", 1, 63), api.Left("text is there already", 1, 62))
    assert look.classes == {"bad": 20, "good": 40}
    assert sum(look.splits.values()) == look.kept
    assert look.budget == api.Budget(4, look.splits["train"])
    assert [each.label for each in look.examples] == ["bad"] * 5 + ["good"] * 5
    assert look.lengths == api.Lengths(5, 5.0, 5.0, 5, look.splits["train"] + look.splits["test"])
    assert look.unseen is not None
    assert 0 < look.unseen <= 0.2, "the number, if any"
    assert any("test split" in note for note in look.notes)
    assert not any("left out" in note for note in look.notes), "those are counted by themselves"


def test_a_class_with_one_training_text_leaves_no_budget(tmp_path: Path) -> None:
    rows = [*ROWS, *((f"a rare text, number {n}", "rare") for n in range(3))]
    look = understood(write(tmp_path / "a.tsv", rows))
    assert (look.budget, look.fault) == (None, None)


def test_what_can_be_read_and_not_learned_from_says_why(tmp_path: Path) -> None:
    look = understood(write(tmp_path / "a.tsv", [*ROWS[1:3], *ROWS[4:6], ("the only one of its kind", "rare")]))
    assert look.fault is not None
    assert "'rare' has 1" in look.fault.message
    assert look.splits == {}


def test_a_class_with_one_example_is_left_out_and_named(tmp_path: Path) -> None:
    look = understood(write(tmp_path / "a.tsv", [*ROWS, ("the only one of its kind", "rare")]))
    assert look.fault is None
    assert api.Left("class with too few examples", 1, len(ROWS) + 2) in look.left_out
    assert list(look.classes) == ["bad", "good"]
    assert any("left out: 'rare' (1)" in note for note in look.notes)


def test_a_fault_of_a_column_names_the_column(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", ROWS)
    for asked, column in (
        (api.LookAtFile(str(path), text_column="x"), "text_column"),
        (api.LookAtFile(str(path), label_column="x"), "label_column"),
        (api.LookAtFile(str(path), label_column="text"), "label_column"),
        (api.LookAtFile(str(tmp_path / "none.tsv")), ""),
        (api.LookAtFile("a\0b.csv"), ""),
    ):
        answer = look_at(asked)
        assert isinstance(answer, api.FileFault)
        assert answer.column == column
        assert answer.hint


def test_an_example_is_only_its_beginning(tmp_path: Path) -> None:
    rows = [("word " * 9_000 + f"{n}", "good" if n % 2 else "bad") for n in range(20)]
    look = understood(write(tmp_path / "a.tsv", rows))
    assert {len(each.text) for each in look.examples} == {LONGEST_EXAMPLE}


def test_the_process_answers_in_one_line_whatever_stands_in_the_file(tmp_path: Path) -> None:
    rows = [
        (f"{' '.join(text.split())} number {n}", f"label {n % 2}") for n, text in enumerate(4 * list(HOSTILE.values()))
    ]
    path = tmp_path / "hostile [b].tsv"
    path.write_bytes(("text\tlabel\n" + "".join(f"{t}\t{n}\n" for t, n in rows)).encode("utf-8", "replace"))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "core.service.file_look"],
        input=api.encode(7, api.LookAtFile(str(path))).encode() + b"\n",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.count(b"\n") == 1
    answer = api.decode_looked(done.stdout.decode("ascii"))
    assert isinstance(answer, api.FileLook), answer
    assert answer.kept + sum(each.count for each in answer.left_out) == answer.read
