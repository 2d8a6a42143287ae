"""The Train screen as a person uses it, over run directories written by hand."""

from __future__ import annotations

import importlib
import math
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from core.jobs import Job, LadderJob, LanguageModelJob, PretrainJob, TrainJob
from core.paths import Home
from core.runs import RunDirectory, RunError
from tests.tui.fake_engine import LANGUAGE_MODELS, FakeCatalog, FakeEngine
from tests.tui.fake_run import FakeRun
from tui.app import NlpTui
from tui.screens.train import TrainScreen
from tui.widgets import run_monitor
from tui.widgets.plot_curves import Curves
from tui.widgets.run_list import RunList
from tui.widgets.run_monitor import RunMonitor
from tui.widgets.run_progress import RunProgress
from tui.widgets.run_rates import RunRates
from tui.widgets.run_words import RunWords
from tui.widgets.train_form import Choice, TrainForm

train = importlib.import_module("tui.screens.train")  # its package has a function of that name
HOSTILE = "[CLS] [/b] [@click=app.quit]x[/] \x1b[31m\x1b]0;t\x07 \x9b2J \u202egnp \x00"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path))
    return Home.locate()


class TrainFirst(NlpTui):
    """The app, opened on the screen these tests are about."""

    DEFAULT_MODE = "train"


def app_of(home: Home) -> NlpTui:
    return TrainFirst(FakeEngine(), home, FakeCatalog())


async def eventually(pilot: Pilot[None], true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for what a person would wait for."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        await pilot.pause(0.02)
    await pilot.pause()


async def open_train(pilot: Pilot[None], *, runs: int) -> TrainScreen:
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, TrainScreen)
    await eventually(pilot, lambda: len(screen.query_one(RunList).rows) == runs)
    return screen


def monitor(screen: TrainScreen) -> RunMonitor:
    return screen.query_one(RunMonitor)


def words(screen: TrainScreen) -> str:
    return str(screen.query_one(RunWords).render())


def shown(pilot: Pilot[None]) -> str:
    """The whole screen as characters."""
    lines = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)


def footer(screen: TrainScreen) -> set[str]:
    found = screen.active_bindings.values()
    return {active.binding.description for active in found if active.enabled and active.node is screen}


# ---------------------------------------------------------------- nothing yet, and the form


async def test_before_the_first_run_it_says_what_to_press_and_what_one_will_see(home: Home) -> None:
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        screen = await open_train(pilot, runs=0)
        assert "No run yet" in shown(pilot)
        assert "loss falls" in shown(pilot)
        await pilot.press("n")
        assert screen.query_one(TrainForm).display
        assert "nlp-tui train --era scratch" in shown(pilot)
        await pilot.press("escape")
        assert "No run yet" in shown(pilot)


async def test_the_command_follows_the_fields(home: Home) -> None:
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=0)
        screen.query_one("#kind", Choice).value = "word2vec"
        screen.query_one("#labels", Choice).value = "500"
        screen.query_one("#epochs", Input).value = "3"
        screen.query_one("#cell", Choice).value = "gru"
        await pilot.pause()
        assert screen.query_one(TrainForm).command == (
            "nlp-tui train --era word2vec --labels 500 --epochs 3 --cell gru"
        )
        screen.query_one("#kind", Choice).value = "pretrain"
        await pilot.pause()
        assert screen.query_one(TrainForm).command == "nlp-tui pretrain word2vec"
        assert not screen.query_one("#row-labels").display
        assert screen.query_one("#dimension").display


async def test_a_wrong_field_says_so_and_nothing_starts(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Job] = []
    monkeypatch.setattr(train, "start_run", lambda job, _home: started.append(job))
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=0)
        screen.query_one("#learning_rate", Input).value = "fast"
        await pilot.pause()
        assert "rate: a number above 0" in shown(pilot)
        assert screen.query_one("#begin").disabled
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert started == []
        assert screen.focused is screen.query_one("#learning_rate")


async def test_eras_that_arrive_later_are_listed_and_passed_over(home: Home) -> None:
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=0)
        screen.query_one("#kind").focus()
        await pilot.press("enter", "down", "down", "down", "down")
        assert "bert      ~2019   arrives later" in shown(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert screen.query_one("#kind", Choice).value == "pretrain"


async def test_an_era_shows_its_own_learning_rate_and_takes_another(home: Home) -> None:
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=0)
        rate = screen.query_one("#learning_rate", Input)
        rate.value = "0.02"
        await pilot.pause()
        screen.query_one("#kind", Choice).value = "ulmfit"
        await pilot.pause()
        assert rate.value == ""
        assert float(rate.placeholder) == TrainJob.of("ulmfit").learning_rate
        assert screen.query_one(TrainForm).command == "nlp-tui train --era ulmfit --labels 500"
        assert not screen.query_one("#cell").display, "it has the language model's own cell"
        screen.query_one("#direction", Choice).value = "forward"
        await pilot.pause()
        assert "nlp-tui train --era ulmfit" in shown(pilot)
        assert (screen.query_one(TrainForm).command or "").endswith("--direction forward")


async def test_without_a_language_model_elmo_says_what_comes_first(home: Home) -> None:
    app = app_of(home)
    assert isinstance(app.catalog, FakeCatalog)
    app.catalog.known = {}
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=0)
        screen.query_one("#kind", Choice).value = "elmo"
        await eventually(pilot, lambda: "pretrain one first" in " ".join(shown(pilot).split()))
        assert screen.query_one("#begin").disabled
        app.catalog.known = dict(LANGUAGE_MODELS)
        run = FakeRun(home, LanguageModelJob())
        run.start()
        run.done()
        await eventually(pilot, lambda: not screen.query_one("#begin").disabled)


async def test_both_directions_of_a_language_model_are_started_side_by_side(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Job] = []

    def start(job: Job, _home: Home) -> RunDirectory:
        started.append(job)
        return FakeRun(home, job, number=6 + len(started)).directory

    monkeypatch.setattr(train, "start_run", start)
    async with app_of(home).run_test(size=(80, 24), notifications=True) as pilot:
        screen = await open_train(pilot, runs=0)
        await pilot.press("n")
        screen.query_one("#kind", Choice).value = "lm"
        await pilot.pause()
        assert screen.query_one(TrainForm).command == "nlp-tui pretrain lm --direction both"
        for absent in ("#row-labels", "#learning_rate", "#cell", "#dimension"):
            assert not screen.query_one(absent).display
        await pilot.press("ctrl+s")
        await eventually(pilot, lambda: len(screen.query_one(RunList).rows) == 2)
        assert started == [LanguageModelJob("forward"), LanguageModelJob("backward")]
        assert screen.query_one(RunList).selected == "000007"


async def test_own_data_asks_for_a_file_and_its_columns(home: Home) -> None:
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=0)
        assert not screen.query_one("#row-source").display
        screen.query_one("#data", Choice).value = "own file"
        await pilot.pause()
        assert screen.query_one("#row-source").display
        assert screen.query_one("#row-columns").display
        assert "which file?" in shown(pilot)


async def test_ctrl_s_starts_the_job_from_inside_an_input(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Job] = []

    def start(job: Job, where: Home) -> RunDirectory:
        assert where is home
        started.append(job)
        return FakeRun(home, job, number=7).directory

    monkeypatch.setattr(train, "start_run", start)
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        screen = await open_train(pilot, runs=0)
        await pilot.press("n")
        screen.query_one("#labels", Choice).value = "100"
        screen.query_one("#seed", Input).focus()
        await pilot.press("end", "2", "ctrl+s")
        await eventually(pilot, lambda: monitor(screen).run is not None)
        assert started == [TrainJob("scratch", labels=100, seed=2)]
        assert screen.query_one(RunList).selected == "000007"
        assert not screen.query_one(TrainForm).display
        assert "starting…" in shown(pilot)


async def test_a_run_that_cannot_start_is_a_sentence(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(job: Job, where: Home) -> RunDirectory:
        raise RunError("the disk is full [/b]", "free some space")

    monkeypatch.setattr(train, "start_run", start)
    async with app_of(home).run_test(size=(120, 36), notifications=True) as pilot:
        await open_train(pilot, runs=0)
        await pilot.press("ctrl+s")
        await eventually(pilot, lambda: "the disk is full [/b]. free some space." in shown(pilot))


# ---------------------------------------------------------------- watching


async def test_a_run_is_watched_from_its_first_event_to_its_last(home: Home) -> None:
    run = FakeRun(home)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        assert monitor(screen).status == "waiting"
        run.start()
        run.say("progress", phase="data", step=0, total=0)
        await eventually(pilot, lambda: "reading the data" in str(screen.query_one(RunProgress).render()))
        run.train(6)
        await eventually(pilot, lambda: len(screen.query_one("#plot-accuracy", Curves).picture.curves) == 2)
        figures = str(screen.query_one(RunProgress).render())
        assert " 50 %" in figures
        assert "epoch 6 of 12" in figures
        assert "1:00 left" in figures
        assert "tokens/s" in figures
        await eventually(pilot, lambda: screen.query_one("#plot-loss", Curves).picture.best == (5.0, 0.46))
        run.train(9, 6)
        run.done()
        await eventually(pilot, lambda: monitor(screen).status == "done")
        assert "validation 79.1 % (n 100) · test 78.3 % ± 2.8 (n 850)" in words(screen)


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
        assert list(screen.query_one("#plot-loss", Curves).picture.curves) == ["word2vec"]
        assert not screen.query_one("#plot-accuracy").display
        assert "learning word vectors" in str(screen.query_one(RunProgress).render())
        assert "Use" not in footer(screen)


async def test_a_language_model_has_its_losses_its_perplexity_and_its_probe(home: Home) -> None:
    run = FakeRun(home, LanguageModelJob(epochs=2))
    run.pretrain(0.76)
    async with app_of(home).run_test(size=(140, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        assert "forward language model · imdb" in str(monitor(screen).query_one("#monitor-title", Static).render())
        await eventually(pilot, lambda: len(screen.query_one("#plot-accuracy", Curves).picture.curves) == 1)
        loss = screen.query_one("#plot-loss", Curves).picture
        assert list(loss.curves) == ["train, sampled", "held-out"]
        assert loss.notes["held-out"] == f"= ln {math.exp(loss.curves['held-out'][-1][1]):.1f}"
        assert list(screen.query_one("#plot-accuracy", Curves).picture.curves) == ["probe"]
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
        await eventually(pilot, lambda: bool(screen.query_one("#plot-accuracy", Curves).picture.curves))
        for plot in ("#plot-loss", "#plot-accuracy"):
            assert screen.query_one(plot, Curves).picture.marks == (1.8, 3.6)
        if size[1] < 50:
            line = str(screen.query_one(RunRates).render())
            assert "W_o 0.0017 · W_e, W_h 0.00083 · C joins at epoch 3.6" in line
            assert "C joins at epoch 3.6" in shown(pilot)
        else:
            await eventually(pilot, lambda: len(screen.query_one("#plot-rates", Curves).picture.curves) == 3)
            assert "learning rate" in shown(pilot)
            assert not screen.query_one(RunRates).display


async def test_groups_that_learn_alike_are_told_as_one(home: Home) -> None:
    run = FakeRun(home)
    run.start(groups=[{"name": name, "factor": 1.0, "joins": 0} for name in ("W_o", "C")])
    run.train(3)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        await eventually(pilot, lambda: str(screen.query_one(RunRates).render()) == "learning rate  0.0017")
        assert screen.query_one("#plot-loss", Curves).picture.marks == ()
        run.done()
        await eventually(pilot, lambda: not screen.query_one(RunRates).display)


async def test_a_run_on_the_whole_budget_says_that_nothing_validates_it(home: Home) -> None:
    run = FakeRun(home, TrainJob("scratch", labels=100, whole_budget=True))
    run.start(sizes={"train": 100, "validation": 0, "test": 850})
    run.train(3, validates=False)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        await eventually(pilot, lambda: list(screen.query_one("#plot-accuracy", Curves).picture.curves) == ["train"])
        assert "no validation: all labels are trained on" in shown(pilot)


async def test_a_language_model_that_reads_the_tasks_texts_first_is_a_phase_with_its_own_curve(home: Home) -> None:
    run = FakeRun(home, TrainJob.of("elmo", lm_epochs=1))
    for way in ("forward", "backward"):
        phase = f"{way} language model"
        run.say_all([("progress", 0.5, {"phase": phase, "step": n, "total": 9, "epoch": n / 9, "loss": 5.0})
                     for n in range(1, 6)])  # fmt: skip
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        await eventually(pilot, lambda: bool(screen.query_one("#plot-loss", Curves).picture.curves))
        curves = screen.query_one("#plot-loss", Curves).picture.curves
        assert {name: len(points) for name, points in curves.items()} == {"backward language model": 5}
        assert "the backward language model reads the task's texts" in shown(pilot)
        run.start()
        run.train(2)
        await eventually(pilot, lambda: "train" in screen.query_one("#plot-loss", Curves).picture.curves)


async def test_a_ladder_counts_its_cells_and_has_no_empty_plot(home: Home) -> None:
    run = FakeRun(home, LadderJob())
    run.say("start", title=run.job.title, step=4, total=135, resumed=True)
    run.say("progress", phase="ladder", step=31, total=135, eta=4000.0)
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        screen = await open_train(pilot, runs=1)
        assert "31 of 135 cells" in str(screen.query_one(RunProgress).render())
        assert "23 % 1.1 h" in shown(pilot)
        assert "`nlp-tui ladder --show`" in shown(pilot)
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
        await eventually(pilot, lambda: len(screen.query_one("#plot-loss", Curves).picture.curves) == 2)
        assert len(screen.query_one("#plot-loss", Curves).picture.curves["train"]) <= 2_500


async def test_the_log_axis_is_a_switch(home: Home) -> None:
    run = FakeRun(home)
    run.start()
    run.train(3)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        loss = screen.query_one("#plot-loss", Curves)
        await pilot.press("l")
        await eventually(pilot, lambda: loss.picture.log)
        assert "loss (log)" in shown(pilot)
        await pilot.press("l")
        await eventually(pilot, lambda: not loss.picture.log)


# ---------------------------------------------------------------- the list


async def test_runs_that_others_start_appear(home: Home) -> None:
    FakeRun(home, number=1).start()
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        FakeRun(home, TrainJob("word2vec", labels=20), number=2).start()
        await eventually(pilot, lambda: len(screen.query_one(RunList).rows) == 2)
        assert "word2vec · 20 labels · seed 0" in shown(pilot)
        assert screen.query_one(RunList).selected == "000001"
        await pilot.press("up")
        await pilot.pause()
        followed = monitor(screen).run
        assert followed is not None
        assert followed.id == "000002"


async def test_a_run_goes_on_without_the_app_and_is_found_again(home: Home) -> None:
    run = FakeRun(home)
    run.start()
    run.train(2)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        assert monitor(screen).view.step == 80
    run.train(4, 2)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        assert monitor(screen).view.step == 160
        assert monitor(screen).status == "running"


# ---------------------------------------------------------------- doing something to a run


async def test_stop_pause_and_go_on_are_wishes_the_worker_reads(home: Home) -> None:
    run = FakeRun(home)
    run.start()
    run.train(2)
    async with app_of(home).run_test(size=(120, 36), notifications=True) as pilot:
        screen = await open_train(pilot, runs=1)
        await pilot.press("p")
        assert run.directory.control().state == "paused"
        run.say("paused", step=80)
        await eventually(pilot, lambda: monitor(screen).status == "paused")
        assert "Go on" in footer(screen)
        await pilot.press("p")
        assert run.directory.control().state == "running"
        run.say("resumed", step=80)
        await eventually(pilot, lambda: monitor(screen).status == "running")
        await pilot.press("s")
        assert run.directory.control().state == "stopped"
        assert "best model so far is kept" in shown(pilot)
        best = {"epoch": 2.0, "loss": 0.5, "accuracy": 0.737}
        run.say("stopped", step=85, artifact=None, has_model=True, best=best, scores={})
        run.live(False)
        await eventually(pilot, lambda: monitor(screen).status == "stopped")
        assert {"Use", "Resume", "Delete"} <= footer(screen)
        assert not {"Stop", "Pause"} & footer(screen)


async def test_a_stopped_run_is_resumed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    resumed: list[str] = []
    monkeypatch.setattr(train, "resume", lambda run: resumed.append(run.id))
    run = FakeRun(home, alive=False)
    run.start()
    run.train(2)
    run.say("stopped", step=80, artifact=None, has_model=True, best={}, scores={})
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        await open_train(pilot, runs=1)
        await pilot.press("r")
        await eventually(pilot, lambda: resumed == ["000001"])


async def test_u_uses_the_model_in_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []
    monkeypatch.setattr(NlpTui, "use_model", lambda _app, spec: used.append(spec))
    run = FakeRun(home)
    run.start()
    run.train(9)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        await pilot.press("u")
        assert used == []
        run.done()
        await eventually(pilot, lambda: monitor(screen).status == "done")
        await pilot.press("u")
        assert used == ["run:000001"]


async def test_delete_asks_once(home: Home) -> None:
    run = FakeRun(home)
    run.start()
    run.done()
    async with app_of(home).run_test(size=(120, 36), notifications=True) as pilot:
        screen = await open_train(pilot, runs=1)
        await pilot.press("d")
        assert "Press d again" in shown(pilot)
        await pilot.press("escape", "d")
        await pilot.pause()
        assert run.path.exists()
        await pilot.press("d")
        await eventually(pilot, lambda: not run.path.exists())
        await eventually(pilot, lambda: "No run yet" in shown(pilot))
        assert screen.query_one(RunList).rows == ()


async def test_y_copies_the_command_of_the_run_or_of_the_form(home: Home) -> None:
    FakeRun(home, TrainJob("scratch", labels=500)).start()
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        await pilot.press("y")
        assert pilot.app.clipboard == "nlp-tui train --era scratch --labels 500"
        screen.query_one("#seed", Input).value = "1"
        screen.query_one("#kind").focus()
        await pilot.press("y")
        assert pilot.app.clipboard == "nlp-tui train --era scratch --labels 500 --seed 1"
        await pilot.click("#command")


async def test_letters_typed_into_the_form_do_nothing_to_the_run(home: Home) -> None:
    run = FakeRun(home)
    run.start()
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        await pilot.press("n", "s", "x", "p", "d", "r")
        await pilot.pause()
        assert run.directory.control().state == "running"
        assert not (run.path / "control.json").exists()
        await pilot.press("escape")
        assert screen.focused is screen.query_one(RunList)


# ---------------------------------------------------------------- hostile text


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_hostile_text_is_shown_and_does_nothing(home: Home, size: tuple[int, int]) -> None:
    failed = FakeRun(home, TrainJob("scratch", data=f"hf:{HOSTILE}"), number=1, title=HOSTILE)
    failed.start(title=HOSTILE, labels=[HOSTILE])
    failed.say("warning", message=HOSTILE)
    failed.fail(HOSTILE, HOSTILE)
    odd = FakeRun(home, number=2, title=HOSTILE * 50)
    odd.start()
    odd.say("progress", phase=HOSTILE, step=1, total=10, speed=1.0, unit=HOSTILE, eta=1.0, epoch=0.1)
    tuned = FakeRun(home, number=3, title="tuned")
    tuned.start(groups=[{"name": HOSTILE, "factor": 0.5, "joins": 40}, {"name": "C", "factor": 1.0, "joins": 0}])
    tuned.train(0.5)
    tuned.say("progress", phase=HOSTILE, step=20, total=100, epoch=0.5, loss=1.0)
    async with app_of(home).run_test(size=size, notifications=True) as pilot:
        screen = await open_train(pilot, runs=3)
        await eventually(pilot, lambda: "[CLS] [/b]" in str(screen.query_one(RunRates).render()))
        assert not [c for c in shown(pilot) if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160 or c == "\u202e")]
        await pilot.press("down")
        for _ in range(2):
            screenful = shown(pilot)
            assert "[CLS] [/b] [@click=app.quit]x[/]" in screenful
            assert "␛[31m" in screenful or "…" in screenful
            assert not [c for c in screenful if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160 or c == "\u202e")]
            await pilot.press("d", "y", "end")
            await pilot.pause()
        assert "[CLS] [/b]" in words(screen)


async def test_hostile_text_in_the_form(home: Home) -> None:
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=0)
        screen.query_one("#data", Choice).value = "hub"
        screen.query_one("#source", Input).value = "[/b][@click=app.quit]\x9b\u202e"
        await pilot.pause()
        line = str(screen.query_one("#command", Static).render())
        assert "[/b][@click=app.quit]" in line
        assert "\x9b" not in line
        assert "\u202e" not in line
