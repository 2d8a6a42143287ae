"""Where one looks at a run: moved, played at any speed, and left at the end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.train.plot_series import Smoothed, clip, value_at
from tui.widgets.train.replay import SPEEDS, WHOLE, Replay


def test_it_is_played_from_the_start_to_the_end_and_then_all_is_shown() -> None:
    replay = Replay()
    replay.toggle(8.0)
    assert (replay.at, replay.until, replay.playing) == (0.0, 0.0, True)
    assert replay.advance(WHOLE / 2, 8.0)
    assert replay.until == pytest.approx(4.0)
    replay.toggle(8.0)
    assert not replay.advance(1.0, 8.0), "it is held"
    replay.toggle(8.0)
    assert replay.at == pytest.approx(4.0), "it goes on where it was held"
    replay.advance(WHOLE, 8.0)
    assert replay == Replay()


def test_speeds_have_ends() -> None:
    replay = Replay()
    for _ in range(20):
        replay.change_speed(1)
    assert replay.speed == SPEEDS[-1]
    for _ in range(20):
        replay.change_speed(-1)
    assert replay.speed == SPEEDS[0]


def test_a_run_without_an_epoch_is_not_played() -> None:
    replay = Replay()
    replay.toggle(0.0)
    assert not replay.playing


@given(st.lists(st.floats(-50, 50), max_size=40), st.floats(0.001, 40))
def test_one_never_looks_beside_the_run(moves: list[float], last: float) -> None:
    replay = Replay()
    for by in moves:
        replay.move(by, last)
        assert replay.at is None or 0 <= replay.at < last


series = st.lists(st.floats(-100, 100), min_size=1, max_size=60).map(lambda ys: [(n / 7, y) for n, y in enumerate(ys)])


@given(series, st.floats(0.001, 50))
def test_an_average_lies_within_its_series_and_grows_with_it(points: list[tuple[float, float]], span: float) -> None:
    grown, smoothed = Smoothed(), []
    for end in range(1, len(points) + 1):
        smoothed = grown.of(points[:end], span)
    whole = Smoothed().of(points, span)
    assert smoothed == pytest.approx(whole)
    assert [x for x, _ in whole] == [x for x, _ in points]
    values = [y for _, y in points]
    assert all(min(values) - 1e-6 <= y <= max(values) + 1e-6 for _, y in whole)


def test_an_average_over_nothing_is_the_series() -> None:
    points = [(0.0, 1.0), (0.5, 3.0)]
    assert Smoothed().of(points, 0.0) == points


@given(series, st.floats(0, 8), st.floats(0.01, 8))
def test_a_part_of_a_series_lies_on_its_lines(points: list[tuple[float, float]], low: float, size: float) -> None:
    part = clip(points, low, low + size)
    assert all(low <= x <= low + size for x, _ in part)
    assert {point for point in points if low <= point[0] <= low + size} <= set(part)
    for x, y in part:
        before = [p for p in points if p[0] <= x][-1]
        after = next(p for p in points if p[0] >= x)
        assert min(before[1], after[1]) - 1e-6 <= y <= max(before[1], after[1]) + 1e-6


def test_a_value_is_that_of_the_last_point_before() -> None:
    points = [(1.0, 5.0), (2.0, 6.0)]
    assert [value_at(points, x) for x in (0.5, 1.0, 1.9, 2.0, 9.0)] == [None, 5.0, 5.0, 6.0, 6.0]
