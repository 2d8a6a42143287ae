"""Runs beside one another: which differences are real, and what differs in their settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cli import main
from core.intervals import difference, wilson
from core.jobs import PretrainJob, TrainJob
from core.runs.comparing import RunResult, find_differences, judge, rank, say_score, say_size
from core.storage.paths import Home
from tests.tui.fake_run import FakeRun


def result(name: str, accuracy: float | None, n: int = 850, split: str = "test", texts: str = "reviews") -> RunResult:
    interval = None if accuracy is None or not n else wilson(accuracy, n)
    return RunResult(name, name, name, "done", split, texts, accuracy, None, n, interval, 60.0, 1_000)


def test_the_interval_of_a_difference_is_newcombes() -> None:
    # Newcombe 1998, table II, (a): 56/70 against 48/80, method 10.
    low, high = difference((56 / 70, 70), (48 / 80, 80))
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


@given(st.floats(0, 1), st.integers(1, 5_000), st.floats(0, 1), st.integers(1, 5_000))
def test_the_interval_of_a_difference_holds_it_and_turns_with_it(p: float, n: int, q: float, m: int) -> None:
    low, high = difference((p, n), (q, m))
    assert low - 1e-9 <= p - q <= high + 1e-9
    turned = difference((q, m), (p, n))
    assert turned == pytest.approx((-high, -low))


def test_few_texts_tell_nothing_apart() -> None:
    said = judge([result("a", 0.9, 34), result("b", 0.8, 34), result("c", 0.85, 34)])
    assert said == "With 34 test texts a, b and c cannot be told apart."


def test_what_is_better_is_said_with_the_interval_of_the_difference() -> None:
    said = judge([result("b", 0.70), result("a", 0.80), result("c", 0.79)])
    assert said.startswith("With 850 test texts a is better than b: by 10.0 points (95 %: ")
    assert said.endswith("; it cannot be told apart from c.")


def test_scores_of_other_texts_are_left_out() -> None:
    said = judge([result("a", 0.8), result("b", 0.6), result("c", 0.9, 100, "validation"), result("d", 0.9, texts="x")])
    assert "a is better than b" in said
    assert said.endswith("Scored on other texts, and left out: c and d.")
    assert "texts of its own" in judge([result("a", 0.8), result("b", 0.8, 100, "validation")])


def test_the_best_test_score_stands_on_top() -> None:
    found = [result("a", None), result("b", 0.9, split="validation"), result("c", 0.7), result("d", 0.8)]
    assert [found[place].name for place in rank(found)] == ["d", "c", "b", "a"]
    assert [say_size(size) for size in (0, 130, 640_400, 999_600, 2_529_000)] == ["–", "1 k", "640 k", "1.0 M", "2.5 M"]


def test_validation_texts_were_chosen_by() -> None:
    said = judge([result("a", 0.8, 100, "validation"), result("b", 0.7, 100, "validation")])
    assert "cannot be told apart" in said
    assert said.endswith("Each was chosen by these very texts: the test says what it is worth.")


def test_without_scores_there_is_nothing_to_compare() -> None:
    assert judge([result("a", None), result("b", 0.5)]).startswith("There is nothing to compare yet")
    assert judge([]).startswith("There is nothing to compare yet")


def test_a_score_says_what_it_is_of() -> None:
    assert say_score(result("a", 0.783)) == "78.3 % (75.4 to 80.9) of 850 test"
    assert say_score(result("a", None)) == "–"


def test_only_what_differs_is_listed() -> None:
    jobs = [TrainJob("scratch", labels=500), TrainJob("scratch", labels=None, seed=3)]
    assert find_differences(jobs) == [("labels", ["500", "all"]), ("seed", ["0", "3"])]
    assert find_differences([jobs[0], jobs[0]]) == []
    other = dict(find_differences([jobs[0], PretrainJob()]))
    assert other["labels"] == ["500", "–"]
    assert "seed" not in other


def test_runs_are_compared_from_the_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path))
    home = Home.locate()
    for number, seed in ((1, 0), (2, 4)):
        run = FakeRun(home, TrainJob("scratch", seed=seed), number=number)
        run.start()
        run.train(9)
        run.done()
    assert main(["runs", "compare", "000001", "000002"]) == 0
    shown = capsys.readouterr().out
    assert "78.3 % (75.4 to 80.9) of 850 test" in shown
    assert "seed     0       4" in shown
    assert shown.splitlines()[-1] == "With 850 test texts scratch 000001 and scratch 000002 cannot be told apart."
    assert main(["runs", "compare", "--json", "000001", "000002"]) == 0
    first, _, last = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["differs"] == {"seed": "0"}
    assert first["interval"] == pytest.approx([0.754, 0.809], abs=1e-3)
    assert "cannot be told apart" in last["verdict"]
    assert main(["runs", "compare", "000001"]) == 1
    assert "one run cannot be compared" in capsys.readouterr().err
