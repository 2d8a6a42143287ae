"""Series made fit for a plot."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.drawing.columns import Point, thin
from core.runs.thinning import Series
from tui.widgets.train.plot_series import Smoothed, Thinned, epochs_shown, finite, log_ticks, tick_label, ticks


def wave(count: int) -> list[Point]:
    return [(i / 100, math.sin(i / 7) + (5.0 if i == count // 3 else 0.0)) for i in range(count)]


def test_a_long_series_keeps_first_last_and_extremes_in_two_points_a_column() -> None:
    points = wave(5_000)
    kept = thin(points, 80)
    assert len(kept) <= 2 * 80 + 2
    assert kept[0] == points[0]
    assert kept[-1] == points[-1]
    assert max(y for _, y in kept) == max(y for _, y in points)
    assert min(y for _, y in kept) == min(y for _, y in points)
    assert kept == sorted(kept)


def test_a_short_series_is_left_alone() -> None:
    points = wave(100)
    assert thin(points, 80) == points


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=0, max_size=400),
    st.integers(min_value=1, max_value=50),
)
def test_every_kept_point_is_one_of_the_series(values: list[float], columns: int) -> None:
    points = [(float(i), value) for i, value in enumerate(values)]
    kept = thin(points, columns)
    assert set(kept) <= set(points)
    assert len(kept) <= max(len(points), 2 * columns + 2)
    assert (not points) or {points[0], points[-1]} <= set(kept)


def test_points_at_one_place_do_not_divide_by_zero() -> None:
    assert thin([(1.0, float(i)) for i in range(100)], 10)[-1] == (1.0, 99.0)


def test_what_cannot_be_drawn_is_left_out() -> None:
    assert finite([(0.0, 1.0), (1.0, math.nan), (2.0, math.inf), (3.0, 2.0)]) == [(0.0, 1.0), (3.0, 2.0)]


def test_a_growing_series_stays_short_and_keeps_its_extremes() -> None:
    thinned, points = Thinned(), []
    for point in wave(30_000):
        points.append(point)
        if len(points) % 500 == 0:
            kept = thinned.of(points)
    assert len(kept) <= 2_500
    assert max(y for _, y in kept) == max(y for _, y in points)
    assert (kept[0], kept[-1]) == (points[0], points[-1])


@given(st.lists(st.floats(-1, 1, allow_nan=False), min_size=1, max_size=300), st.integers(1, 40))
def test_looks_at_a_series_that_merges_its_points_show_what_one_look_shows(values: list[float], every: int) -> None:
    points, thinned, smoothed = Series[float](most=16), Thinned(), Smoothed()
    for number, value in enumerate(values):
        points.add(float(number), value)
        if number % every == 0:
            assert thinned.of(points) == tuple(points)
            assert smoothed.of(points, 5.0) == Smoothed().of(points, 5.0)


def test_a_series_cut_back_by_a_resumed_run_is_read_again() -> None:
    thinned, points = Thinned(), wave(50)
    thinned.of(points)
    assert thinned.of(points[:20]) == tuple(points[:20])
    del points[30:]
    points += [(9.0, float(i)) for i in range(40)]
    assert thinned.of(points) == tuple(points)


@pytest.mark.parametrize(
    ("reached", "planned", "finished", "end"),
    [
        (0.4, 12, False, 1),
        (6.5, 12, False, 8),
        (11.0, 12, False, 12),
        (12.0, 12, False, 12),
        (2.5, 3, False, 3),
        (6.5, 12, True, 6.5),
        (0.5, 0, False, 1),
    ],
)
def test_the_axis_of_epochs_grows_in_steps_and_ends_with_the_run(
    reached: float, planned: int, finished: bool, end: float
) -> None:
    assert epochs_shown(reached, planned, finished) == end


def test_ticks_are_round_and_within_the_axis() -> None:
    assert ticks(0.13, 0.71, 4) == [0.2, 0.4, 0.6]
    assert ticks(0, 12, 7) == [0, 2, 4, 6, 8, 10, 12]
    assert ticks(3.0, 3.0, 5) == [3.0]


@given(st.floats(1e-6, 1e6), st.floats(1.001, 1e6), st.integers(1, 12))
def test_there_are_never_too_many_ticks(low: float, factor: float, most: int) -> None:
    for found in (ticks(low, low * factor, most), log_ticks(low, low * factor, most)):
        assert 1 <= len(found) <= most
        assert found == sorted(found)


def test_ticks_of_a_logarithmic_axis_are_round_too() -> None:
    assert log_ticks(0.05, 1.2, 6) == [0.05, 0.1, 0.2, 0.5, 1.0]
    assert log_ticks(0.001, 1000, 4) == [0.001, 0.1, 10.0, 1000.0]


def test_tick_labels_are_short() -> None:
    assert [tick_label(v) for v in (0.25, 1.0, 20.0, 30_000.0)] == ["0.25", "1", "20", "3e4"]
