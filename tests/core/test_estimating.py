"""How long a run will take: scaled from what ran here, else from a card, else not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.jobs import IndexJob, LanguageModelJob, PretrainJob, TrainJob
from core.runs import list_runs
from core.runs.estimating import UNKNOWN, Estimate, Estimates, describe
from core.runs.queue import find_batch
from core.storage.paths import Home
from tests.tui.fake_run import FakeRun


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path))
    return Home.locate()


def ran(home: Home, job: TrainJob, number: int = 1) -> FakeRun:
    """A run of that job that is done after six epochs of 400 texts."""
    run = FakeRun(home, job, number=number, alive=False)
    run.start()
    run.train(6)
    run.done(5)
    return run


def test_what_ran_here_is_scaled_by_texts_and_epochs(home: Home) -> None:
    seconds = ran(home, TrainJob("scratch", labels=500)).directory.view().elapsed
    found = Estimates().estimate(TrainJob("scratch", labels=500, epochs=12, seed=3), list_runs())
    assert found is not None
    assert found.run == "000001"
    assert found.seconds == pytest.approx(2 * seconds)
    assert found.at_most, "early stopping may end it sooner"
    assert found.describe().startswith("at most about ")
    half = Estimates().estimate(TrainJob("scratch", labels=250, epochs=12), list_runs())
    assert half is not None
    assert half.seconds == pytest.approx(seconds)


def test_another_network_or_other_texts_say_nothing(home: Home) -> None:
    ran(home, TrainJob("scratch", labels=500))
    unlike = [TrainJob("scratch", cell="gru"), TrainJob("scratch", data="imdb"), TrainJob("word2vec", data="imdb")]
    for job in unlike:
        found = Estimates().estimate(job, list_runs())
        assert found is None or not found.run


def test_a_run_that_is_not_done_says_nothing(home: Home) -> None:
    run = FakeRun(home, TrainJob("scratch", labels=500, data="imdb"), alive=False)
    run.start()
    run.train(3)
    assert Estimates().estimate(run.directory.job, list_runs()) is None


def test_without_a_run_a_card_is_asked_and_is_of_another_machine() -> None:
    found = Estimates().estimate(TrainJob("scratch", labels=500), [])
    assert found is not None
    assert not found.run
    assert found.describe().endswith("on another machine")
    vectors = Estimates().estimate(PretrainJob(epochs=10), []), Estimates().estimate(PretrainJob(epochs=5), [])
    assert vectors[0] is not None
    assert vectors[1] is not None
    assert vectors[0].seconds == pytest.approx(2 * vectors[1].seconds)


def test_what_nobody_measured_is_not_known(tmp_path: Path) -> None:
    nowhere = Estimates(tmp_path)
    for job in (TrainJob("scratch"), LanguageModelJob(), IndexJob(model="ulmfit")):
        assert nowhere.estimate(job, []) is None
    own = TrainJob("scratch", data="/home/me/reviews.csv", labels=100)
    assert Estimates().estimate(own, []) is None
    assert describe([None]) == UNKNOWN


def test_a_file_of_which_the_texts_are_known_is_scaled_to_all_of_them(home: Home) -> None:
    seconds = ran(home, TrainJob("scratch", labels=500, data="/tmp/x.csv")).directory.view().elapsed
    every = TrainJob("scratch", data="/tmp/x.csv", epochs=6)
    assert Estimates().estimate(every, list_runs()) is None
    found = Estimates().estimate(every, list_runs(), texts=800)
    assert found is not None
    assert found.seconds == pytest.approx(2 * seconds)


def test_several_are_added_up_and_what_is_not_known_is_said() -> None:
    here, elsewhere = Estimate(60, "a1"), Estimate(30)
    assert describe([here, here]) == "about 2:00, by runs here"
    assert describe([here, elsewhere, None]) == "about 1:30 partly on another machine; 1 of 3 not known"
    assert describe([elsewhere, elsewhere], together=True) == "about 0:30 on another machine"


def test_runs_that_wait_for_one_another_are_a_batch(home: Home) -> None:
    runs = [
        FakeRun(home, number=number, after=after).directory
        for number, after in enumerate(["", "000001", "000002", ""], 1)
    ]
    for run in runs[:3]:
        assert [each.id for each in find_batch(run, runs)] == ["000001", "000002", "000003"]
    assert find_batch(runs[3], runs) == [runs[3]]
    assert [each.id for each in find_batch(runs[2], runs[1:])] == ["000002", "000003"], "the first was deleted"
