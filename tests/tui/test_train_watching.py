"""A run is watched in Train: charts in a grid, a crosshair through all of them, a replay, pinned sentences, the end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from core.drawing.columns import Point
from core.jobs import PretrainJob, TrainJob
from core.runs.pins import read_pins, write_pins
from core.storage.paths import Home
from tests.tui.fake_run import FakeRun
from tests.tui.fake_watching import GOOD, TURNED, answer, judge, watch
from tests.tui.train_app import HOSTILE, app_of, eventually, monitor, open_train, shown, words
from tui.screens.train import TrainScreen
from tui.widgets.train.chart_grid import ChartGrid
from tui.widgets.train.plot_curves import CurveCanvas, Curves
from tui.widgets.train.run_charts import LOGARITHMIC, NAMES
from tui.widgets.train.train_form import TrainForm


def watched_run(home: Home, until: float = 9, *, number: int = 1, done: bool = True) -> FakeRun:
    run = FakeRun(home, TrainJob.of("ulmfit", labels=500), number=number)
    run.fine_tune(until)
    watch(run, until)
    if done:
        judge(run)
        run.done()
    return run


def grid(screen: TrainScreen) -> ChartGrid:
    return screen.query_one(ChartGrid)


def chart(screen: TrainScreen, name: str) -> Curves:
    return screen.query_one(f"#plot-{name}", Curves)


def said_of_sentences(screen: TrainScreen) -> str:
    return str(screen.query_one("#monitor-watched", Static).render())


async def into_charts(pilot: Pilot[None], runs: int = 1) -> TrainScreen:
    screen = await open_train(pilot, runs=runs)
    await eventually(pilot, lambda: bool(chart(screen, "loss").chart.curves))
    await pilot.press("v")
    await eventually(pilot, lambda: grid(screen).has_focus)
    return screen


@pytest.mark.parametrize(("size", "charts"), [((80, 24), 2), ((120, 36), 2), ((200, 60), 4)])
async def test_as_many_charts_are_shown_as_there_is_room_for_and_the_keys_go_through_all(
    home: Home, size: tuple[int, int], charts: int
) -> None:
    watched_run(home, done=False)
    async with app_of(home).run_test(size=size) as pilot:
        screen = await into_charts(pilot)
        assert len(grid(screen).shown) >= charts
        seen = set[str]()
        for _ in NAMES:
            await pilot.press("down")
            await eventually(pilot, lambda: bool(chart(screen, grid(screen).chosen).chart.curves))
            assert grid(screen).chosen in grid(screen).shown
            plots = [chart(screen, name) for name in grid(screen).shown]
            assert all(plot.display and plot.size.height >= 6 for plot in plots), "none is too low to be read"
            seen.add(grid(screen).chosen)
        assert seen == set(NAMES), "a fine-tuned run has all there are"
        await pilot.press("escape")
        assert not grid(screen).has_focus


async def test_one_chart_can_have_the_whole_screen(home: Home) -> None:
    watched_run(home)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await into_charts(pilot)
        before = chart(screen, "loss").size
        await pilot.press("enter")
        await eventually(pilot, lambda: chart(screen, "loss").size.width > before.width)
        assert grid(screen).shown == ["loss"]
        assert not screen.query_one(TrainForm).is_on_screen
        await pilot.press("down")
        assert grid(screen).shown == ["accuracy"]
        await pilot.press("escape")
        await eventually(pilot, lambda: chart(screen, "accuracy").size.width == before.width)
        assert grid(screen).has_focus, "one layer at a time"


async def test_the_crosshair_reads_out_every_chart_the_sentences_and_the_letters_at_one_epoch(home: Home) -> None:
    watched_run(home)
    async with app_of(home).run_test(size=(200, 60)) as pilot:
        screen = await into_charts(pilot)
        await pilot.press("home", "right", "right", "right", "right", "right")
        await eventually(pilot, lambda: chart(screen, "loss").chart.cursor is not None)
        at = grid(screen).replay.at
        assert at is not None
        assert {chart(screen, name).chart.cursor for name in grid(screen).shown} == {at}
        assert f"loss at {at:.3g}" in chart(screen, "loss").legend(300).plain
        whole = chart(screen, "loss").chart
        assert (whole.cursor, whole.until) == (at, None), "the curves go on"
        expected = [y for x, y in whole.curves["train"] if x <= at + 1e-9][-1]
        assert f"train {expected:.3g}" in chart(screen, "loss").legend(300).plain
        quarter = int(at * 4) / 4
        assert f"{round(100 * max(answer(1, quarter)))} %" in said_of_sentences(screen)
        assert "held-out perplexity 83 → 83" in said_of_sentences(screen)
        await pilot.press("end")
        await eventually(pilot, lambda: chart(screen, "loss").chart.cursor is None)
        assert "held-out perplexity 83 → 569" in said_of_sentences(screen)


async def test_a_replay_shows_nothing_that_lies_ahead(home: Home) -> None:
    watched_run(home)
    async with app_of(home).run_test(size=(200, 60)) as pilot:
        screen = await into_charts(pilot)
        await pilot.press("space")
        replay = grid(screen).replay
        await eventually(pilot, lambda: replay.playing and (replay.at or 0) > 0)
        await pilot.press("space")
        await eventually(pilot, lambda: not replay.playing)
        at = replay.at
        assert "accuracy" in grid(screen).shown
        await eventually(pilot, lambda: all(chart(screen, name).chart.until == at for name in ("loss", "accuracy")))
        assert "‖" in str(screen.query_one("#scrubber", Static).render())
        assert "◆" not in chart(screen, "accuracy").legend(300).plain, "nobody knew the best epoch yet"
        await pilot.press("right")
        await eventually(pilot, lambda: (chart(screen, "loss").chart.until or 0) > (at or 0))
        await pilot.press("full_stop", "full_stop")
        assert replay.speed == 4
        await pilot.press("escape")
        await eventually(pilot, lambda: all(chart(screen, name).chart.until is None for name in ("loss", "accuracy")))
        assert "◆" in chart(screen, "accuracy").legend(300).plain


async def test_what_was_steered_stands_in_every_chart_and_the_crosshair_reads_it_out(home: Home) -> None:
    run = watched_run(home, done=False)
    run.say("steered", step=60, number=1, wish=1, learning_rate=0.0005, frozen=[])
    run.say("steered", step=200, number=2, wish=2, learning_rate=0.0005, frozen=["C"], reason="[b]why\x1b")
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await into_charts(pilot)
        assert [mark.epoch for mark in chart(screen, "loss").chart.shown_steered] == [60 / 40, 200 / 40]
        for name in grid(screen).shown:
            assert "rate 0.0005" in plotted(screen, name), "a few words at the mark itself"
        await pilot.press("home")
        await eventually(pilot, lambda: chart(screen, "loss").chart.cursor == 0)
        assert "rate" not in scrubber(screen), "not changed yet"
        grid(screen).action_go(1.6)
        assert "rate 0.0005 from step 60" in scrubber(screen)
        grid(screen).action_go(5.5)
        assert "C frozen from step 200 ([b]why␛)" in scrubber(screen)
        grid(screen).action_go(1.0)
        await pilot.press("space", "space")
        await eventually(pilot, lambda: chart(screen, "loss").chart.until is not None)
        assert chart(screen, "loss").chart.shown_steered == (), "a replay shows nothing that lies ahead"
        grid(screen).action_go(1.6)
        await eventually(pilot, lambda: len(chart(screen, "loss").chart.shown_steered) == 1)


def scrubber(screen: TrainScreen) -> str:
    return str(screen.query_one("#scrubber", Static).render())


def plotted(screen: TrainScreen, name: str) -> str:
    canvas = chart(screen, name).query_one(CurveCanvas)
    return canvas.draw(*canvas.size).plain


async def test_a_part_is_looked_at_and_moved_and_the_whole_again(home: Home) -> None:
    watched_run(home)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await into_charts(pilot)
        await pilot.press("home", "plus", "plus")
        low, high = grid(screen).window or (9.0, 9.0)
        assert low == 0
        assert high == pytest.approx(9 / 4)
        await pilot.press("shift+right")
        assert grid(screen).window == pytest.approx((high / 4, high * 1.25))
        await eventually(pilot, lambda: chart(screen, "loss").chart.window == grid(screen).window)
        for _ in range(200):
            await pilot.press("right")
        low, high = grid(screen).window or (0.0, 0.0)
        at = grid(screen).replay.at
        assert at is not None
        assert low <= at <= high, "the part follows the crosshair"
        await pilot.press("0")
        assert grid(screen).window is None


async def test_batches_are_averaged_with_the_batches_themselves_behind(home: Home) -> None:
    watched_run(home)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await into_charts(pilot)
        loss = chart(screen, "loss")
        rough = loss.chart.behind["train"]
        assert "validation" not in loss.chart.behind, "an evaluation is no batch"

        def jumps(points: Sequence[Point]) -> float:
            return sum(abs(later[1] - point[1]) for point, later in pairwise(points))

        light = jumps(loss.chart.curves["train"])
        assert light < jumps(rough) / 2
        await pilot.press("a")
        await eventually(pilot, lambda: jumps(loss.chart.curves["train"]) < light)
        await pilot.press("a")
        await eventually(pilot, lambda: not loss.chart.behind)
        assert loss.chart.curves["train"] == rough


@pytest.mark.parametrize("name", sorted(LOGARITHMIC))
async def test_each_chart_has_a_logarithmic_axis_of_its_own(home: Home, name: str) -> None:
    watched_run(home)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await into_charts(pilot)
        while grid(screen).chosen != name:
            await pilot.press("down")
        await pilot.press("l")
        await eventually(pilot, lambda: chart(screen, name).chart.log)
        assert monitor(screen).log_loss == (name == "loss")
        await pilot.press("l")
        await eventually(pilot, lambda: not chart(screen, name).chart.log)


async def test_sentences_are_pinned_while_a_run_is_at_work(home: Home) -> None:
    run = watched_run(home, 3, done=False)
    write_pins(run.path, [GOOD])
    app = app_of(home)
    async with app.run_test(size=(120, 36)) as pilot:
        await open_train(pilot, runs=1)
        app.sentence, app.history.recent = "", [TURNED, HOSTILE]
        await pilot.press("i")
        await eventually(pilot, lambda: bool(app.screen.query(OptionList)))
        await pilot.press(*"so good", "enter")
        assert app.screen.query_one(Input).value == ""
        await pilot.press("down", "down", "down", "down", "enter")
        await pilot.press("escape")
        await eventually(pilot, lambda: read_pins(run.path) == (GOOD, "so good", TURNED))
        assert "\x1b" not in shown(pilot)


async def test_what_cannot_be_pinned_is_said(home: Home) -> None:
    watched_run(home, 2)
    vectors = FakeRun(home, PretrainJob(), number=2)
    vectors.start(labels=[])
    app = app_of(home)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await open_train(pilot, runs=2)
        await pilot.press("i")
        await eventually(pilot, lambda: "Only a classifier answers sentences" in shown(pilot))
        await pilot.press("down", "i")
        await eventually(pilot, lambda: "The run is over." in shown(pilot))


async def test_hostile_sentences_labels_and_letters_are_drawn_as_they_are(home: Home) -> None:
    run = FakeRun(home, TrainJob.of("ulmfit", labels=500))
    run.start(labels=[HOSTILE, HOSTILE])
    run.train(2)
    told = {"text": HOSTILE, "probabilities": [0.2, 0.8], "tokens": [HOSTILE] * 3, "running": [[0.5], [0.1, 0.9]]}
    run.say("pinned", step=0, epoch=0.0, sentences=[told, {"text": "", "probabilities": []}])
    letters = [{"symbol": HOSTILE, "change": 0.1, "reader": HOSTILE}, {"symbol": "C", "change": None}]
    run.say("moved", step=40, epoch=1.0, letters=letters)
    run.say("judged", split=HOSTILE, labels=[HOSTILE] * 2, confusion=[[1, 2], [3, 4]], worst=[{"text": HOSTILE}])
    run.done()
    for size in ((80, 24), (200, 60)):
        async with app_of(home).run_test(size=size) as pilot:
            await into_charts(pilot)
            for _ in NAMES:
                await pilot.press("down", "left")
            assert "\x1b" not in shown(pilot)
            assert "\u202e" not in shown(pilot)


async def test_the_end_says_what_is_taken_for_what_and_the_surest_mistakes(home: Home) -> None:
    watched_run(home)
    async with app_of(home).run_test(size=(200, 60)) as pilot:
        screen = await open_train(pilot, runs=1)
        await eventually(pilot, lambda: "It is not thin at all." in words(screen))
        lines = words(screen).splitlines()
        (row,) = [line for line in lines if line.startswith("negative ")]
        assert row.split() == ["negative", "41", "9"]
        assert any(line.split()[:2] == ["99", "%"] and "negative, is positive" in line for line in lines)
        assert "n trains another seed" in words(screen)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        await eventually(pilot, lambda: "It is not thin at all." in words(screen))
        assert "of 100 validation texts 12 positive taken for negative, 9 negative taken for positive" in words(screen)


async def test_another_run_is_looked_at_from_its_latest_moment(home: Home) -> None:
    watched_run(home, number=1)
    watched_run(home, 4, number=2, done=False)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await into_charts(pilot, runs=2)
        await pilot.press("left", "left")
        assert grid(screen).replay.at is not None
        await pilot.press("v", "down")
        await eventually(pilot, lambda: monitor(screen).status == "done")
        assert grid(screen).replay.at is None
        assert grid(screen).window is None
