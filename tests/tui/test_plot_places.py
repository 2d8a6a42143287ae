"""Ticks, lines and marks of a plot agree to the cell, whatever is drawn at whatever size."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.drawing.columns import Point
from core.runs import RunView, events
from tests.tui.test_plot_curves import Plotted
from tui.widgets.train.plot_curves import BEST, DOTS, Chart, CurveCanvas
from tui.widgets.train.plot_series import tick_label
from tui.widgets.train.run_charts import NAMES, RunCharts

TICK_UP, TICK_ACROSS = "┤", "┬"
values = st.floats(0.001, 8.0).map(lambda value: round(value, 4))
series = st.lists(values, min_size=2, max_size=6).map(lambda ys: tuple((float(x), y) for x, y in enumerate(ys)))
widths, heights = st.integers(40, 150), st.integers(6, 40)
OFTEN = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def rows_of_ticks(drawn: list[str]) -> dict[str, int]:
    """Label to row of the axis of values."""
    return {row.partition(TICK_UP)[0].strip(): n for n, row in enumerate(drawn) if TICK_UP in row}


def columns_of_ticks(drawn: list[str]) -> list[int]:
    """The columns of the ticks of the axis of epochs."""
    return [n for n, cell in enumerate(drawn[-2]) if cell == TICK_ACROSS]


def is_braille(cell: str) -> bool:
    return "\u2800" < cell <= "\u28ff"


async def test_a_value_stands_in_the_row_of_its_tick_and_never_beyond_it() -> None:
    app = Plotted()
    async with app.run_test(size=(100, 20)):
        canvas = app.query_one(CurveCanvas)

        @OFTEN
        @given(points=series, width=st.integers(24, 150), height=st.integers(6, 50), log=st.booleans())
        def check(points: tuple[Point, ...], width: int, height: int, log: bool) -> None:
            canvas.chart = Chart("loss", {"train": points}, planned=len(points), log=log)
            low, high = min(y for _, y in points), max(y for _, y in points)
            assume(high > 1.01 * low)  # labels have four digits
            ticks = rows_of_ticks(canvas.draw(width, height).plain.split("\n"))
            for label, row in ticks.items():
                if not low <= float(label) <= high:
                    continue
                # A curve at a tick's value lies in the tick's row; the axis is the same, for it adds no extreme.
                flat = ((0.0, float(label)), (points[-1][0], float(label)))
                canvas.chart = Chart(
                    "loss", {"train": points, "validation": flat}, flat[1], planned=len(points), log=log
                )
                drawn = canvas.draw(width, height).plain.split("\n")
                assert rows_of_ticks(drawn) == ticks
                assert {n for n, line in enumerate(drawn) if DOTS in line or BEST in line} == {row}
                # What is higher than a tick is drawn in its row or above, what is lower in its row or below.
                for x, y in points:
                    canvas.chart = Chart("loss", {"train": points}, (x, y), planned=len(points), log=log)
                    drawn = canvas.draw(width, height).plain.split("\n")
                    marked = next(n for n, line in enumerate(drawn) if BEST in line)
                    assert marked <= row if y >= float(label) else marked >= row

        check()


async def test_a_mark_stands_on_its_line_and_over_the_tick_of_its_epoch() -> None:
    app = Plotted()
    async with app.run_test(size=(100, 20)):
        canvas = app.query_one(CurveCanvas)

        @OFTEN
        @given(points=series, width=widths, height=heights, data=st.data())
        def check(points: tuple[Point, ...], width: int, height: int, data: st.DataObject) -> None:
            epoch = data.draw(st.sampled_from(points))
            canvas.chart = Chart("loss", {"train": points}, planned=len(points))
            line = canvas.draw(width, height).plain.split("\n")
            canvas.chart = Chart("loss", {"train": points}, epoch, planned=len(points))
            drawn = canvas.draw(width, height).plain.split("\n")
            ((row, column),) = [(n, text.index(BEST)) for n, text in enumerate(drawn) if BEST in text]
            assert is_braille(line[row][column])
            names = drawn[-1].split()[1:]
            if tick_label(epoch[0]) in names:
                assert column == columns_of_ticks(drawn)[names.index(tick_label(epoch[0]))]

        check()


async def test_the_crosshair_stands_where_the_point_of_its_epoch_does_whatever_part_is_looked_at() -> None:
    app = Plotted()
    async with app.run_test(size=(100, 20)):
        canvas = app.query_one(CurveCanvas)

        @OFTEN
        @given(points=series, width=widths, height=heights, data=st.data())
        def check(points: tuple[Point, ...], width: int, height: int, data: st.DataObject) -> None:
            at = data.draw(st.sampled_from(points))
            low, high = data.draw(st.floats(0, at[0])), data.draw(st.floats(at[0] + 0.05, len(points) + 1))
            assume(high - low > 0.05)
            looked = Chart("loss", {"train": points}, planned=len(points), window=(low, high))
            canvas.chart = replace(looked, best=at)
            marked = canvas.draw(width, height).plain.split("\n")
            ((row, column),) = [(n, text.index(BEST)) for n, text in enumerate(marked) if BEST in text]
            canvas.chart = replace(looked, cursor=at[0])
            crossed = canvas.draw(width, height).plain.split("\n")
            # The curve is drawn over the line; elsewhere in the column stands nothing but it.
            others = [text[column] for n, text in enumerate(crossed[:-2]) if n != row]
            assert others
            assert all(cell in "│┼" or is_braille(cell) for cell in others)
            assert any(cell in "│┼" for cell in others) or all(map(is_braille, others))

        check()


async def test_a_replay_draws_nothing_to_the_right_of_its_crosshair_and_moves_no_axis() -> None:
    app = Plotted()
    async with app.run_test(size=(100, 20)):
        canvas = app.query_one(CurveCanvas)

        @OFTEN
        @given(points=series, width=widths, height=heights, data=st.data())
        def check(points: tuple[Point, ...], width: int, height: int, data: st.DataObject) -> None:
            at = data.draw(st.floats(0, points[-1][0]))
            whole = Chart("loss", {"train": points, "validation": points}, points[-1], planned=len(points))
            canvas.chart = whole
            axes = canvas.draw(width, height).plain.split("\n")
            canvas.chart = replace(whole, cursor=at, until=at)
            drawn = canvas.draw(width, height).plain.split("\n")
            assert drawn[-1] == axes[-1]
            assert rows_of_ticks(drawn) == rows_of_ticks(axes)
            column = max(text.rfind("│") for text in drawn[:-2])
            for text in drawn[:-2]:
                beyond = text[column + 1 :]
                if column > axes[-2].index("└"):  # else the curve covers it
                    assert not any(is_braille(cell) or cell in DOTS + BEST for cell in beyond)

        check()


async def test_a_tiny_loss_is_not_drawn_below_the_tick_of_zero() -> None:
    app = Plotted()
    async with app.run_test(size=(100, 20)):
        canvas = app.query_one(CurveCanvas)
        for height in range(6, 60):
            points = ((0.1, 0.69), (2.0, 0.1), (4.0, 0.003))
            canvas.chart = Chart("loss", {"train": points}, points[-1], 4, finished=True)
            drawn = canvas.draw(150, height).plain.split("\n")
            (row,) = [n for n, text in enumerate(drawn) if BEST in text]
            assert row <= rows_of_ticks(drawn).get("0", len(drawn))


@given(steps=st.integers(1, 400), accurate=st.integers(0, 400), validated=st.integers(0, 12))
def test_the_axes_of_epochs_of_one_run_end_at_the_same_epoch(steps: int, accurate: int, validated: int) -> None:
    view, charts = RunView(), RunCharts()
    groups = [events.ParameterGroup("C", 1.0, 0)]
    view.apply([events.Start(title="t", step=0, total=480, steps_per_epoch=40, epochs=12, groups=groups)])
    for step in range(1, steps + 1, 7):
        accuracy = 0.5 if step <= accurate else None
        view.apply([events.Progress(phase="train", step=step, loss=0.6, accuracy=accuracy, rates={"C": 1e-3})])
    for epoch in range(1, validated + 1):
        view.apply([events.Eval(step=40 * epoch, epoch=float(epoch), split="validation", loss=0.5, accuracy=0.7)])
    three = [charts.make(name, view, False) for name in NAMES]
    assert len({(chart.reached, chart.planned) for chart in three}) == 1
    assert three[0].reached == max(points[-1][0] for points in (*view.series.values(), *view.rates.values()))


@pytest.mark.parametrize("value", [0.00015, 2e-5, 0.0001234, 5e-300, 1e5])
def test_a_label_of_a_tick_is_its_value(value: float) -> None:
    assert math.isclose(float(tick_label(value)), value, rel_tol=1e-3)
    assert len(tick_label(value)) <= 9
