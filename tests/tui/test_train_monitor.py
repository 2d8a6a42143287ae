"""The monitor of a run as a person watches it, over run directories written by hand."""

from __future__ import annotations

import math
import time
from functools import partial

import pytest
from textual.widgets import Static

from core.intervals import wilson
from core.jobs import GloveJob, LadderJob, LanguageModelJob, PretrainJob, TrainJob
from core.runs import RunView, events, following
from core.storage.paths import Home
from tests.tui.fake_run import FakeRun
from tests.tui.train_app import (
    app_of,
    eventually,
    footer,
    monitor,
    open_train,
    shown,
    words,
)
from tui.widgets.train import run_monitor
from tui.widgets.train.plot_curves import Curves
from tui.widgets.train.plot_series import epochs_shown
from tui.widgets.train.run_messages import list_messages
from tui.widgets.train.run_progress import RunProgress
from tui.widgets.train.run_rates import RunRates


def shows_the_end(plot: Curves) -> bool:
    return plot.chart.finished


async def test_a_run_is_watched_from_its_first_event_to_its_last(home: Home) -> None:
    run = FakeRun(home)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        assert monitor(screen).status == "waiting"
        run.start()
        run.say("progress", phase="data", step=0, total=0)
        await eventually(pilot, lambda: "reading the data" in str(screen.query_one(RunProgress).render()))
        run.train(6)
        await eventually(pilot, lambda: len(screen.query_one("#plot-accuracy", Curves).chart.curves) == 2)
        figures = str(screen.query_one(RunProgress).render())
        assert " 50 %" in figures
        assert "epoch 6 of 12" in figures
        assert "1:00 left" in figures
        assert "tokens/s" in figures
        await eventually(pilot, lambda: screen.query_one("#plot-accuracy", Curves).chart.best == (5.0, 0.791))
        assert "◆ best validation accuracy 79.1 %" in screen.query_one("#plot-accuracy", Curves).legend(200).plain
        assert screen.query_one("#plot-loss", Curves).chart.best is None, "it was not chosen by the loss"
        run.train(9, 6)
        run.done()
        await eventually(pilot, lambda: monitor(screen).status == "done")
        low, high = wilson(0.783, 850)
        assert f"(95 %: {100 * low:.1f} to {100 * high:.1f} %; validation 79.1 %)" in words(screen)
        assert (
            "Early stopping after epoch 9 of 12: no better for 4 epochs; best by validation accuracy was epoch 5"
            in words(screen)
        )
        figures = str(screen.query_one(RunProgress).render())
        assert " 75 %" in figures, "what was left undone does not look done"
        assert "epoch 9 of 12 · early stopping" in figures
        for name in ("loss", "accuracy"):
            plot = screen.query_one(f"#plot-{name}", Curves)
            await eventually(pilot, partial(shows_the_end, plot))
            assert [epoch for epoch, _ in plot.chart.curves["validation"]] == list(range(1, 10)), "one point an epoch"


async def test_the_plots_of_a_growing_run_end_at_one_epoch_in_every_frame(home: Home) -> None:
    run = FakeRun(home)
    run.start()
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        for grown in range(1, 12):
            run.train(0.7 * grown, 0.7 * (grown - 1))
            since = time.monotonic()
            while monitor(screen).view.step < run.total * 0.7 * grown / 12 - 1:
                assert time.monotonic() < since + 60
                await pilot.pause(0.02)
                loss, accuracy = (screen.query_one(f"#plot-{name}", Curves).chart for name in ("loss", "accuracy"))
                ends = {epochs_shown(chart.reached, chart.planned, chart.finished) for chart in (loss, accuracy)}
                assert len(ends) == 1


def test_beside_an_accuracy_stands_what_one_class_alone_would_score() -> None:
    scores = {"test": {"accuracy": 0.967, "n": 60.0, "majority": 0.963, "macro_f1": 0.491}}
    view = RunView()
    view.apply([events.Done(scores=scores)])
    low, high = wilson(0.967, 60)
    said = list_messages(view, "done", trains=True, has_model=True).plain
    assert (
        f"96.7 % of 60 texts in the test data labelled correctly (95 %: {100 * low:.1f} to {100 * high:.1f} %); "
        in said
    )
    assert "always answering one class scores 96.3 %, macro F1 0.49." in said
    assert "u uses this model in Read" in said


async def test_a_run_that_diverges_says_why(home: Home) -> None:
    run = FakeRun(home)
    run.start()
    run.train(1)
    run.say("progress", phase="train", step=41, total=run.total, loss=None, accuracy=None)
    run.say("warning", message="The loss is not a number since step 41.")
    run.fail("The training diverged.", "Try a smaller learning rate.")
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        assert monitor(screen).status == "failed"
        said = words(screen)
        assert "! The loss is not a number since step 41." in said
        assert "✗ The training diverged." in said
        assert "Try a smaller learning rate." in said


async def test_a_killed_worker_is_noticed(home: Home) -> None:
    run = FakeRun(home)
    run.start()
    run.train(2)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        assert monitor(screen).status == "running"
        run.say("checkpoint", step=80, path="00000080")
        run.live(False)
        await eventually(pilot, lambda: monitor(screen).status == "lost")
        assert "ended without a last word" in words(screen)
        assert "Resume" in footer(screen)


async def test_vectors_have_one_plot(home: Home) -> None:
    run = FakeRun(home, PretrainJob())
    run.start(labels=[])
    run.say_all(
        [
            ("progress", 0.5, {"phase": "word2vec", "step": n, "total": 100, "epoch": n / 20, "loss": 2 - n / 100})
            for n in range(1, 50)
        ]
    )
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        assert list(screen.query_one("#plot-loss", Curves).chart.curves) == ["word2vec"]
        assert not screen.query_one("#plot-accuracy").display
        assert "learning word vectors" in str(screen.query_one(RunProgress).render())
        assert "Use" not in footer(screen)


async def test_glove_says_that_it_counts_and_that_it_fits(home: Home) -> None:
    run = FakeRun(home, GloveJob())
    run.say_all([("progress", 0.5, {"phase": "cooccurrence", "step": 5, "total": 10})])
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        assert "counting which words stand near each other" in str(screen.query_one(RunProgress).render())
        run.start(labels=[])
        run.say_all([("progress", 0.5, {"phase": "glove", "step": 5, "total": 10, "epoch": 0.5})])
        await eventually(pilot, lambda: "fitting word vectors" in str(screen.query_one(RunProgress).render()))


async def test_a_language_model_has_its_losses_its_perplexity_and_its_probe(home: Home) -> None:
    run = FakeRun(home, LanguageModelJob(epochs=2))
    run.pretrain(0.76)
    async with app_of(home).run_test(size=(140, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        assert "forward language model · imdb" in str(monitor(screen).query_one("#monitor-title", Static).render())
        await eventually(pilot, lambda: len(screen.query_one("#plot-accuracy", Curves).chart.curves) == 1)
        loss = screen.query_one("#plot-loss", Curves).chart
        assert list(loss.curves) == ["train, sampled", "held-out"]
        assert loss.notes["held-out"] == f"= ln {math.exp(loss.curves['held-out'][-1][1]):.1f}"
        assert list(screen.query_one("#plot-accuracy", Curves).chart.curves) == ["probe"]
        figures = str(screen.query_one(RunProgress).render())
        for told in ("epoch 1 of 2", "perplexity 1", "probe 67.", "left", "tokens/s"):
            assert told in figures
        assert "ppl 1" in shown(pilot), "the list tells it too"
        assert "Use" not in footer(screen)
        await pilot.press("s")
        assert run.directory.control().state == "stopped"
        run.say("checkpoint", step=600)
        run.say("stopped", has_model=False)
        run.live(False)
        await eventually(pilot, lambda: monitor(screen).status == "stopped")
        assert "it goes on from its checkpoint" in words(screen)
        assert "r goes on from the last checkpoint" in words(screen)


async def test_a_finished_language_model_says_what_it_is_good_for(home: Home) -> None:
    run = FakeRun(home, LanguageModelJob())
    run.pretrain(1)
    scores = {"held-out": {"perplexity": 101.3, "n": 231_042}, "probe": {"accuracy": 0.741, "n": 853}}
    run.say("done", artifact="a" * 64, model=None, best=None, scores=scores, cached=False)
    run.live(False)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        assert "Perplexity 101.3 on 231,042 held-out words" in words(screen)
        assert "elmo and ulmfit start from" in words(screen)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_fine_tuning_shows_which_group_learns_at_which_rate_and_when_it_joins(
    home: Home, size: tuple[int, int]
) -> None:
    run = FakeRun(home, TrainJob.of("ulmfit", labels=500))
    run.fine_tune(3)
    async with app_of(home).run_test(size=size) as pilot:
        screen = await open_train(pilot, runs=1)
        await eventually(pilot, lambda: bool(screen.query_one("#plot-accuracy", Curves).chart.curves))
        for plot in ("#plot-loss", "#plot-accuracy"):
            assert screen.query_one(plot, Curves).chart.marks == (1.8, 3.6)
        if size[1] < 50:
            line = str(screen.query_one(RunRates).render())
            assert "W_o 0.0017 · W_e, W_h 0.00083 · C joins at epoch 3.6" in line
            assert "C joins at epoch 3.6" in shown(pilot)
        else:
            await eventually(pilot, lambda: len(screen.query_one("#plot-rates", Curves).chart.curves) == 3)
            assert "learning rate" in shown(pilot)
            assert not screen.query_one(RunRates).display


async def test_groups_that_learn_alike_are_told_as_one(home: Home) -> None:
    run = FakeRun(home)
    run.start(groups=[{"name": name, "factor": 1.0, "joins": 0} for name in ("W_o", "C")])
    run.train(3)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        await eventually(pilot, lambda: str(screen.query_one(RunRates).render()) == "learning rate  0.0017")
        assert screen.query_one("#plot-loss", Curves).chart.marks == ()
        run.done()
        await eventually(pilot, lambda: not screen.query_one(RunRates).display)


async def test_a_run_on_the_whole_budget_says_that_nothing_validates_it(home: Home) -> None:
    run = FakeRun(home, TrainJob("scratch", labels=100, whole_budget=True))
    run.start(sizes={"train": 100, "validation": 0, "test": 850})
    run.train(3, validates=False)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        await eventually(pilot, lambda: list(screen.query_one("#plot-accuracy", Curves).chart.curves) == ["train"])
        assert "no validation: all labels are trained on" in shown(pilot)


async def test_a_ladder_counts_its_cells_and_has_no_empty_plot(home: Home) -> None:
    run = FakeRun(home, LadderJob())
    run.say("start", title=run.job.title, step=4, total=135, resumed=True)
    run.say("progress", phase="ladder", step=31, total=135, eta=4000.0)
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        screen = await open_train(pilot, runs=1)
        assert "31 of 135 cells" in str(screen.query_one(RunProgress).render())
        assert "23 % 1.1 h" in shown(pilot)
        assert "F5 shows them as they grow" in " ".join(shown(pilot).split())
        assert not screen.query_one("#monitor-plots").display


async def test_a_flood_is_read_in_small_pieces_and_the_keyboard_answers(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_monitor, "_SECONDS_A_LOOK", 0.001)
    run = FakeRun(home, TrainJob("scratch", epochs=500))
    run.start()
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        run.train(500)
        monitor(screen)._look()
        assert 0 < monitor(screen).view.step <= 1_000
        await pilot.press("l")
        assert monitor(screen).log_loss
        await eventually(pilot, lambda: monitor(screen).view.step == run.total, seconds=60)
        await eventually(pilot, lambda: len(screen.query_one("#plot-loss", Curves).chart.curves) == 2)
        assert len(screen.query_one("#plot-loss", Curves).chart.curves["train"]) <= 2_500


async def test_of_a_long_log_the_newest_is_shown_while_the_rest_is_read(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "LONG", 50_000)
    monkeypatch.setattr(following, "NEWEST", 20_000)
    monkeypatch.setattr(run_monitor, "_SECONDS_A_LOOK", 0.0)
    monkeypatch.setattr(run_monitor, "_SECONDS_A_PAUSE", 3_600.0)
    run = FakeRun(home, TrainJob("scratch", epochs=200))
    run.start()
    run.train(100)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        await eventually(pilot, lambda: "epoch 100 of 200" in str(screen.query_one(RunProgress).render()))
        assert "of about 4,100 events; reading the rest … " in shown(pilot)
        assert "so far" not in str(screen.query_one(RunProgress).render()), "nobody knows yet how long it took"
        early = screen.query_one("#plot-loss", Curves).chart.curves["train"]
        assert early[0][0] > 90
        monkeypatch.setattr(run_monitor, "_SECONDS_A_PAUSE", 0.001)
        monitor(screen)._catch_up()
        await eventually(pilot, lambda: monitor(screen).view.whole)
        await eventually(pilot, lambda: "reading the rest" not in shown(pilot))
        await eventually(pilot, lambda: screen.query_one("#plot-loss", Curves).chart.curves["train"][0][0] < 1)
        assert "so far" in str(screen.query_one(RunProgress).render())
        run.train(101, 100)
        await eventually(pilot, lambda: monitor(screen).view.step == 101 * run.steps_per_epoch)


async def test_the_log_axis_is_a_switch(home: Home) -> None:
    run = FakeRun(home)
    run.start()
    run.train(3)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        loss = screen.query_one("#plot-loss", Curves)
        await pilot.press("l")
        await eventually(pilot, lambda: loss.chart.log)
        assert "loss (log)" in shown(pilot)
        await pilot.press("l")
        await eventually(pilot, lambda: not loss.chart.log)


# ---------------------------------------------------------------- the list
