"""The Train screen as a person uses it, over run directories written by hand."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Static

from core.jobs import Job, LanguageModelJob, TrainJob, options_of
from core.runs import RunDirectory, RunError
from core.storage.paths import Home
from tests.tui.fake_engine import LANGUAGE_MODELS, FakeCatalog
from tests.tui.fake_run import FakeRun
from tests.tui.train_app import (
    HOSTILE,
    app_of,
    eventually,
    monitor,
    open_train,
    shown,
    words,
)
from tui.screens import train
from tui.screens.comparing_runs import ComparingRuns
from tui.widgets.train.run_list import RunList
from tui.widgets.train.run_rates import RunRates
from tui.widgets.train.train_fields import CHOICES, EVERY, EVERY_ERA
from tui.widgets.train.train_form import Choice, TrainForm


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
        screen.query_one("#kind", Choice).value = "pretrain word2vec"
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


async def test_prompt_needs_no_label_and_takes_a_template(home: Home) -> None:
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=0)
        assert not screen.query_one("#row-template").display
        screen.query_one("#kind", Choice).value = "prompt"
        await pilot.pause()
        await pilot.pause()
        form = screen.query_one(TrainForm)
        assert screen.query_one("#labels", Choice).value == "0"
        assert form.command == "nlp-tui train --era prompt", "no label is what it usually has"
        assert not screen.query_one("#row-epochs").display, "nothing is trained"
        screen.query_one("#template", Input).value = "{text} so it was"
        await pilot.pause()
        assert "has no place for the blank" in str(screen.query_one("#problem-template", Static).render())
        screen.query_one("#template", Input).value = "{text} so ___"
        screen.query_one("#answers", Input).value = "negative=bad positive=fun"
        screen.query_one("#labels", Choice).value = "100"
        await pilot.pause()
        assert screen.query_one("#row-epochs").display
        assert "--template '{text} so ___' --answers 'negative=bad positive=fun'" in (form.command or "")
        screen.query_one("#labels", Choice).value = "0"
        await pilot.pause()
        screen.query_one("#kind", Choice).value = "scratch"
        await pilot.pause()
        await pilot.pause()
        assert form.command == "nlp-tui train --era scratch --labels 500"


async def test_prompt_says_what_its_calibration_takes_off_and_start_stays_in_sight(home: Home) -> None:
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=0)
        assert not screen.query_one("#row-calibration").display
        assert not screen.query_one("#calibrated").display
        screen.query_one("#kind", Choice).value = "prompt"
        await pilot.pause()
        await pilot.pause()
        form, calibration = screen.query_one(TrainForm), screen.query_one("#calibration", Choice)
        notes = set()
        for way in options_of(TrainJob)["calibration"].option.choices:
            calibration.value = way
            await pilot.pause()
            notes.add(str(screen.query_one("#calibrated", Static).render()))
            assert ("--calibration" in (form.command or "")) == (way != TrainJob.calibration)
            assert form.region.contains_region(screen.query_one("#begin").region)
            assert form.region.contains_region(screen.query_one("#command").region)
        assert len(notes) == 3
        calibration.value = "balanced"
        await pilot.pause()
        assert (form.command or "").endswith("--calibration balanced")


async def test_vectors_are_asked_for_where_an_era_starts_from_them(home: Home) -> None:
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=0)
        assert not screen.query_one("#row-vectors").display, "scratch starts from nothing"
        screen.query_one("#kind", Choice).value = "glove"
        await pilot.pause()
        assert "its own · or stanford" in shown(pilot)
        screen.query_one("#vectors", Input).value = "cbow"
        await pilot.pause()
        assert "choose word2vec" in " ".join(shown(pilot).split())
        assert screen.query_one("#begin").disabled
        screen.query_one("#vectors", Input).value = "stanford"
        await pilot.pause()
        assert (screen.query_one(TrainForm).command or "").endswith("--vectors stanford")
        screen.query_one("#kind", Choice).value = "pretrain word2vec"
        await pilot.pause()
        screen.query_one("#architecture", Choice).value = "cbow"
        await pilot.pause()
        assert screen.query_one(TrainForm).command == "nlp-tui pretrain word2vec --architecture cbow"
        assert not screen.query_one("#row-vectors").display


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
        screen.query_one("#kind", Choice).value = "pretrain lm"
        await pilot.pause()
        assert screen.query_one(TrainForm).command == "nlp-tui pretrain lm --direction both"
        for absent in ("#row-labels", "#learning_rate", "#cell", "#dimension"):
            assert not screen.query_one(absent).display
        await pilot.press("ctrl+s")
        await eventually(pilot, lambda: len(screen.query_one(RunList).rows) == 2)
        assert started == [LanguageModelJob("forward"), LanguageModelJob("backward")]
        assert screen.query_one(RunList).selected == "000007"


async def test_all_eras_are_started_one_after_the_other_and_m_compares_them(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Job] = []

    def start(job: Job, _home: Home, after: str = "") -> RunDirectory:
        started.append(job)
        return FakeRun(home, job, number=len(started), after=after).directory

    monkeypatch.setattr(train, "start_run", start)
    async with app_of(home).run_test(size=(120, 36), notifications=True) as pilot:
        screen = await open_train(pilot, runs=0)
        screen.query_one("#kind", Choice).value = EVERY_ERA
        await pilot.pause()
        assert screen.query_one(TrainForm).command == "nlp-tui train --era all --labels 500"
        for absent in ("#learning_rate", "#cell", "#row-vectors", "#row-template"):
            assert not screen.query_one(absent).display, "each era has its own"
        screen.action_start()
        await eventually(pilot, lambda: len(screen.query_one(RunList).rows) == len(EVERY))
        assert [job.era for job in started if isinstance(job, TrainJob)] == [era.id for era in EVERY]
        rows = screen.query_one(RunList).rows
        assert sorted(row.run.after for row in rows) == ["", *sorted(row.id for row in rows)[:-1]]
        await pilot.press("m")
        await eventually(pilot, lambda: isinstance(pilot.app.screen, ComparingRuns))
        assert all(row.id in shown(pilot) for row in rows)


@pytest.mark.parametrize("kind", [kind for kind, _ in CHOICES])
async def test_start_and_the_time_it_takes_stay_in_sight(home: Home, kind: str) -> None:
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=0)
        screen.query_one("#kind", Choice).value = kind
        form, line = screen.query_one(TrainForm), screen.query_one("#estimate", Static)
        await eventually(pilot, lambda: line.display or form.command is None)
        assert form.region.contains_region(screen.query_one("#begin").region)
        assert not line.display or form.region.contains_region(line.region)


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
        await eventually(pilot, lambda: "The disk is full [/b]. Free some space." in shown(pilot))


# ---------------------------------------------------------------- watching


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
            await pilot.press("y", "end")
            await pilot.pause()
        assert "[CLS] [/b]" in words(screen)
        await pilot.press("d")
        await eventually(pilot, lambda: "Deleted [CLS]" in shown(pilot))
        assert not [c for c in shown(pilot) if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160 or c == "\u202e")]


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
