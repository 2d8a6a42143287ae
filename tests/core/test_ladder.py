"""The ladder: which cells, what is kept of them, and its run over children: resumed, failing, stopped, killed."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.benchmark import runner, spec, trial_process, trials
from core.benchmark.costs import Costs, Texts
from core.jobs import LadderJob, TrainJob, parse_budgets, select_eras
from core.machine.process import Process
from core.runs import EventReader, EventWriter, RunDirectory, create_run, events
from core.runs.logger import RunLogger
from core.storage.paths import ASSETS, Home
from core.storage.store import Store
from tests.core.conftest import Events
from tests.core.ladder_child import MODULE, TEXTS, FakeKeys, keep, measured

DEADLINE = 60.0
JOB = LadderJob(data="made-up", labels="20,100", eras="scratch,word2vec", seeds=2)
"""Eight cells."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LADDER_LOG", str(tmp_path / "log"))
    monkeypatch.setenv("PYTHONPATH", str(ASSETS.parent))  # the children find the tests
    return Home.locate()


@pytest.fixture
def store(home: Home) -> Store:
    return Store(home.store)


def behave(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.setenv("LADDER_TEST", how)


def begun(tmp_path: Path) -> list[dict[str, Any]]:
    """The trainings that were begun until now."""
    log = tmp_path / "log"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def climbed(run: RunDirectory, store: Store, job: LadderJob = JOB, desired: Callable[[], str] | None = None) -> Events:
    events = Events()
    logger = RunLogger(events, desired or (lambda: run.control().state))
    logger.log(runner.run_ladder(job, run.path, store, logger, FakeKeys(), MODULE))
    return events


def until(true: Callable[[], bool], seconds: float = DEADLINE) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


# ---------------------------------------------------------------- which cells there are


def test_cells_come_from_few_labels_to_many_seed_by_seed_with_all_eras_side_by_side() -> None:
    job = LadderJob(data="a.csv,b.csv", labels="all,20,100", eras="word2vec,scratch")
    order = [(cell.labels, cell.data, cell.seed, cell.era) for cell in spec.list_trials(job)]
    assert order[:4] == [
        (20, "a.csv", 0, "scratch"),
        (20, "a.csv", 0, "word2vec"),
        (20, "a.csv", 1, "scratch"),
        (20, "a.csv", 1, "word2vec"),
    ]
    assert [labels for labels, *_ in order] == [20] * 12 + [100] * 20 + [None] * 12
    assert order[6][1] == "b.csv"
    assert {cell.threads for cell in spec.list_trials(job)} == {1}


def test_a_number_of_seeds_holds_at_every_budget() -> None:
    assert [len(spec.seeds_at(LadderJob(), labels)) for labels in (20, 100, 500, 2000, None)] == [3, 5, 5, 3, 3]
    assert [len(spec.seeds_at(LadderJob(seeds=1), labels)) for labels in (20, 100, None)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (parse_budgets, "20,many", "'many' is no number of labels"),
        (parse_budgets, "-1", "'-1' is no number of labels"),
        (parse_budgets, ",", "no number of labels is named"),
        (select_eras, "gpt", "there is no era 'gpt'"),
        (select_eras, "", "no era is named"),
    ],
)
def test_a_list_with_a_mistake_is_refused_in_words(read: Callable[[str], object], text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(text)


# ---------------------------------------------------------------- in which order


def in_order(job: LadderJob, store: Store) -> list[TrainJob]:
    return [trial for trial, _ in runner.survey(job, store, FakeKeys()).waiting]


def test_the_cheapest_are_measured_first_and_those_alike_as_they_are_listed(store: Store) -> None:
    job = LadderJob(data="made-up,small", labels="0,20,all", eras="scratch,ulmfit,bert,prompt,tfidf", seeds=2)
    order = in_order(job, store)
    costs = Costs({data: FakeKeys().texts(TrainJob("scratch", data=data)) for data in ("made-up", "small")})
    guesses = [costs.guess(trial) for trial in order]
    assert guesses == sorted(guesses)
    listed = spec.list_trials(job)
    assert sorted(order, key=listed.index) == listed
    for earlier, later in itertools.pairwise(order):
        if costs.guess(earlier) == costs.guess(later):
            assert listed.index(earlier) < listed.index(later)

    def place(era: str, labels: int | None) -> int:
        return order.index(next(t for t in order if (t.era, t.data, t.labels) == (era, "made-up", labels)))

    assert place("tfidf", 20) < place("scratch", 20) < place("scratch", None) < place("bert", None)
    assert place("tfidf", None) < place("scratch", None), "what is fitted as a whole is cheap at any number of labels"
    assert place("scratch", None) < place("ulmfit", None), "many labels of a small model before those of a large one"


def test_the_order_of_the_rest_is_the_same_whatever_was_measured(store: Store) -> None:
    whole = in_order(JOB, store)
    for trial in (whole[0], whole[5]):
        keep(store, trial)
    assert in_order(JOB, store) == [trial for trial in whole if trial not in (whole[0], whole[5])]


def test_one_worker_begins_them_in_that_order_also_after_a_kill(
    home: Home, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = replace(JOB, workers=1)
    order = [(trial.era, trial.labels, trial.seed) for trial in in_order(job, store)]
    run = create_run(job, home)

    def killed() -> str:
        if len(begun(tmp_path)) == 3:
            raise KeyboardInterrupt
        return "running"

    with pytest.raises(KeyboardInterrupt):
        climbed(run, store, job, killed)
    assert climbed(run, store, job)[-1]["kind"] == "done"
    trained = [(each["era"], each["labels"], each["seed"]) for each in begun(tmp_path)]
    assert [each for place, each in enumerate(trained) if each not in trained[:place]] == order
    # Only the one that was at work may have been begun again.
    assert len(trained) <= len(order) + 1
    assert {each for each in order if trained.count(each) > 1} <= {order[2]}


# ---------------------------------------------------------------- what is kept of one


@pytest.mark.parametrize("n", [1, 8, 13, 400])
def test_the_right_texts_are_kept_to_the_bit(n: int) -> None:
    right = np.random.default_rng(n).random(n) < 0.7
    kept = trials.pack(right)
    assert len(kept) == 2 * -(-n // 8)
    assert trials.unpack(kept, n).tolist() == right.tolist()


def test_a_cell_that_never_read_the_test_cannot_answer_for_it(store: Store) -> None:
    cell = TrainJob("scratch")
    key = measured(cell).key
    assert trials.find(store, key, test=False) is None
    keep(store, cell, test=False)
    found = trials.find(store, key, test=False)
    assert found is not None
    assert set(found.scores) == set(found.right) == {"validation"}
    assert trials.find(store, key, test=True) is None


def test_a_cell_that_read_the_test_serves_validation_too(store: Store) -> None:
    cell = TrainJob("scratch")
    keep(store, cell, test=True)
    for test in (False, True):
        found = trials.find(store, measured(cell).key, test)
        assert found is not None
        assert found.right["test"].tolist() == measured(cell, test=True).right["test"].tolist()
        assert found.scores["test"]["accuracy"] == 22 / TEXTS


def test_a_score_that_its_texts_deny_is_not_kept(store: Store, tmp_path: Path) -> None:
    result = measured(TrainJob("scratch"))
    result.right["validation"][:20] = False
    with pytest.raises(ValueError, match=r"0 of 40 texts right is not an accuracy of 0\.5"):
        trials.write(tmp_path, TrainJob("scratch"), result, 1.0)


# ---------------------------------------------------------------- the run


def test_every_cell_is_measured_once_and_compared(
    home: Home, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create_run(JOB, home)
    events = climbed(run, store)
    assert events[-1]["kind"] == "done", events
    assert events.kinds("start")[0]["total"] == 8
    assert [event["accuracy"] for event in events.kinds("cell") if event["era"] == "scratch"] == [0.5] * 4
    last = [event for event in events.kinds("progress") if event["phase"] == "ladder"][-1]
    assert (last["step"], last["total"], last["eta"]) == (8, 8, 0.0)
    assert len(begun(tmp_path)) == 8
    assert not list(run.path.rglob("checkpoints")), "weights are not kept"
    found = json.loads((run.path / spec.RESULTS).read_text())
    assert found["missing"] == 0
    assert len(found["cells"]) == 8
    assert [(row["labels"], row["era"], row["mean"], row["sd"], row["seeds"]) for row in found["table"]] == [
        (20, "scratch", 0.5, 0.0, 2),
        (20, "word2vec", 0.6, 0.0, 2),
        (100, "scratch", 0.5, 0.0, 2),
        (100, "word2vec", 0.6, 0.0, 2),
    ]
    for pair in found["differences"]:
        assert (pair["era"], pair["against"], pair["seeds"], pair["texts"]) == ("word2vec", "scratch", 2, TEXTS)
        assert pair["mean"] == pytest.approx(0.1)
        assert pair["low"] <= pair["mean"] <= pair["high"]

    again = create_run(JOB, home)
    events = climbed(again, store)
    assert (events[-1]["kind"], events[-1]["cached"]) == ("done", True)
    assert len(begun(tmp_path)) == 8, "what is measured is not trained again"
    assert json.loads((again.path / spec.RESULTS).read_text()) == found


def test_a_cell_that_fails_is_said_in_words_and_the_others_go_on(
    home: Home, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    behave(monkeypatch, "refuses")
    run = create_run(JOB, home)
    events = climbed(run, store)
    assert [event["message"] for event in events.kinds("warning")] == [
        f"scratch · made-up · {labels} labels · seed 1 failed. It cannot be trained. Train another."
        for labels in (20, 100)
    ]
    assert events[-1]["kind"] == "failed"
    assert "2 of 8 cells failed" in events[-1]["message"]
    found = json.loads((run.path / spec.RESULTS).read_text())
    assert (found["missing"], len(found["cells"])) == (2, 6)
    assert {pair["seeds"] for pair in found["differences"]} == {1}, "compared on the seeds that both have"

    behave(monkeypatch, "")
    assert climbed(run, store)[-1]["kind"] == "done"
    assert len(begun(tmp_path)) == 8 + 2, "only what failed is tried again"


@pytest.mark.parametrize(
    ("how", "said"), [("dies", "without a last word (exit code 9)"), ("changes", "has changed since the ladder began")]
)
def test_a_child_that_dies_or_measures_something_else_is_a_failed_cell(
    how: str, said: str, home: Home, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    behave(monkeypatch, how)
    job = LadderJob(data="made-up", labels="20", eras="scratch", seeds=2)
    events = climbed(create_run(job, home), store, job)
    assert events[-1]["kind"] == "failed"
    assert said in events.kinds("warning")[-1]["message"]


def test_data_that_cannot_be_used_fails_alone_and_budgets_beyond_the_data_are_left_out(
    home: Home, store: Store
) -> None:
    job = LadderJob(data="refused,small", labels="20,100", eras="scratch", seeds=1)
    events = climbed(create_run(job, home), store, job)
    assert [event["message"] for event in events.kinds("warning")] == [
        "scratch on refused: It cannot be trained.",
        "small has 50 labelled training texts; 100 labels are left out.",
    ]
    assert [(event["data"], event["labels"]) for event in events.kinds("cell")] == [("small", 20)]
    assert (events[-1]["kind"], events[-1]["hint"]) == ("failed", "Train another.")

    job = LadderJob(data="small", labels="20,100", eras="scratch", seeds=1)
    assert climbed(create_run(job, home), store, job)[-1]["kind"] == "done"
    job = LadderJob(data="refused", eras="scratch")
    assert [event["kind"] for event in climbed(create_run(job, home), store, job)] == ["progress", "failed"]


def test_stopping_takes_the_children_along_and_resuming_finishes(
    home: Home, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    behave(monkeypatch, "waits")
    run = create_run(JOB, home)

    def desired() -> str:
        if len(begun(tmp_path)) == 2:
            run.set_state("stopped")
        return run.control().state

    events = climbed(run, store, desired=desired)
    assert events[-1]["kind"] == "stopped"
    assert all(Process.of(child["pid"]) is None for child in begun(tmp_path))
    for folder in (run.path / "cells").iterdir():
        assert EventReader(folder / "events.jsonl").read_fields()[-1]["kind"] == "stopped"
    assert json.loads((run.path / spec.RESULTS).read_text())["missing"] == 8

    behave(monkeypatch, "")
    run.set_state("running")
    assert climbed(run, store)[-1]["kind"] == "done"


def test_a_cell_took_as_long_as_all_attempts_at_it(home: Home, store: Store) -> None:
    job = LadderJob(data="made-up", labels="20", eras="scratch", seeds=1)
    run = create_run(job, home)
    (cell,) = spec.list_trials(job)
    key = FakeKeys().key(cell)
    folder = run.path / "cells" / f"scratch-20-seed0-{key[:8]}"
    folder.mkdir(parents=True)
    earlier = [(1000, "progress"), (1020, "heartbeat"), (1030, "stopped")]
    lines = [json.dumps({"v": 1, "seq": seq, "t": t, "kind": kind}) for seq, (t, kind) in enumerate(earlier, 1)]
    (folder / trial_process.EVENTS).write_text("".join(f"{line}\n" for line in lines))
    assert climbed(run, store, job)[-1]["kind"] == "done"
    found = trials.find(store, key, test=False)
    assert found is not None
    assert 30 <= found.seconds < 30 + DEADLINE


def test_a_child_that_does_not_listen_is_killed(
    home: Home, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    behave(monkeypatch, "deaf")
    monkeypatch.setattr(runner, "STOP_SECONDS", 0.3)
    run = create_run(JOB, home)
    events = climbed(run, store, desired=lambda: "stopped" if len(begun(tmp_path)) == 2 else "running")
    assert events[-1]["kind"] == "stopped"
    assert all(Process.of(child["pid"]) is None for child in begun(tmp_path))


def test_a_ladder_that_is_killed_leaves_no_child_behind_and_can_go_on_at_once(
    home: Home, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    behave(monkeypatch, "waits")
    run = create_run(JOB, home)
    ladder = subprocess.Popen([sys.executable, "-P", "-m", MODULE, "climb", str(run.path)])
    until(lambda: len(begun(tmp_path)) == 2)
    os.kill(ladder.pid, signal.SIGKILL)
    ladder.wait()
    behave(monkeypatch, "")
    assert climbed(run, store)[-1]["kind"] == "done"
    until(lambda: all(Process.of(child["pid"]) is None for child in begun(tmp_path)))
    said = [
        [event["kind"] for event in EventReader(folder / trial_process.EVENTS).read_fields()]
        for folder in (run.path / "cells").iterdir()
    ]
    assert sum("stopped" in kinds for kinds in said) == 2, "the orphans have kept their checkpoints"


def test_a_child_waits_for_the_orphan_that_still_writes(home: Home, tmp_path: Path) -> None:
    with EventWriter(tmp_path / "events.jsonl") as orphan:
        threaded: list[EventWriter] = []
        child = threading.Thread(target=lambda: threaded.append(trial_process._writer(tmp_path)))
        child.start()
        time.sleep(0.3)
        assert not threaded
        orphan.write(events.Stopped())
    child.join(DEADLINE)
    threaded[0].write(events.Start())
    assert [event["seq"] for event in EventReader(tmp_path / "events.jsonl").read_fields()] == [1, 2]
    threaded[0].close()


# ---------------------------------------------------------------- how long it takes


TWO = {"rotten_tomatoes": Texts(7_000, 20.0), "imdb": Texts(20_000, 200.0)}


def test_what_cells_took_says_what_the_others_will_take() -> None:
    costs = Costs(TWO)
    few, many = TrainJob("scratch", labels=20), TrainJob("scratch")
    assert costs.expect(few) == costs.guess(few) < costs.guess(many) < costs.guess(TrainJob("scratch", data="imdb"))
    costs.record(few, 12.0)
    assert costs.expect(TrainJob("scratch", labels=20, seed=7)) == pytest.approx(12.0)
    assert costs.expect(many) == pytest.approx(12.0 * costs.guess(many) / costs.guess(few))
    assert costs.expect(TrainJob("word2vec", labels=20)) == pytest.approx(12.0), "another era until it is measured"
    costs.record(TrainJob("word2vec", labels=20), 30.0)
    assert costs.expect(TrainJob("word2vec", labels=20, seed=1)) == pytest.approx(30.0)
    other = TrainJob("word2vec", labels=20, data="imdb")
    assert costs.expect(other) > 30.0, "its era, longer texts"
    costs.record(other, 70.0)
    assert costs.expect(TrainJob("word2vec", labels=20, data="imdb", seed=1)) == pytest.approx(70.0)


def test_what_is_left_is_spread_over_the_workers_but_not_below_the_longest_cell() -> None:
    costs = Costs(TWO)
    cells_of_ten = [TrainJob("scratch", labels=20, seed=seed) for seed in range(4)]
    costs.record(cells_of_ten[0], 10.0)
    assert costs.left(cells_of_ten, [], 2) == pytest.approx(20.0)
    assert costs.left(cells_of_ten[:2], [6.0, 0.0], 2) == pytest.approx(13.0)
    assert costs.left(cells_of_ten[:1], [], 2) == pytest.approx(10.0)
    assert costs.left([], [], 2) == 0.0
