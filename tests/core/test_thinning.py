"""Curves of very long runs: bounded, as fine everywhere, and the same as before where they are short."""

from __future__ import annotations

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from core.runs import RunView, events
from core.runs.thinning import MOST, Series

values = st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=600)


def series(numbers: list[float], most: int = 16) -> Series[float]:
    made = Series[float](most=most)
    for x, value in enumerate(numbers):
        made.add(float(x), value)
    return made


@given(values)
def test_a_thinned_curve_keeps_its_ends_and_its_extremes(numbers: list[float]) -> None:
    made = series(numbers)
    assert len(made) <= 16
    assert made[0] == (0.0, numbers[0])
    assert made[-1] == (len(numbers) - 1.0, numbers[-1])
    assert {min(numbers), max(numbers)} <= {value for _, value in made}
    assert all(numbers[int(x)] == value for x, value in made), "no point is made up"
    assert [x for x, _ in made] == sorted({x for x, _ in made})


@given(values)
def test_a_short_curve_is_every_point(numbers: list[float]) -> None:
    made = series(numbers, most=600)
    assert made == list(enumerate(numbers))
    assert not made.thinned


def test_every_part_of_a_long_curve_is_as_fine() -> None:
    made = series([float(x % 7) for x in range(100_000)], most=128)
    gaps = [after[0] - before[0] for before, after in itertools.pairwise(made)]
    assert made.thinned
    assert 64 <= len(made) <= 128
    assert max(gaps) <= 2 * made.merged


@given(values, st.floats(0, 600))
def test_what_is_said_again_after_a_cut_is_a_curve_again(numbers: list[float], end: float) -> None:
    made = series(numbers)
    made.cut(end)
    assert all(x <= end + 1e-6 for x, _ in made)
    made.add(601.0, 2e6)
    assert made[-1] == (601.0, 2e6)
    assert len(made) <= 16


def test_what_has_no_order_and_what_is_no_number_is_thinned_too() -> None:
    words, gaps = Series[tuple[float, ...]](most=16), Series[float](most=16)
    for x in range(1_000):
        words.add(float(x), (0.5, 0.5))
        gaps.add(float(x), math.nan if x else 1.0)
    assert len(words) <= 16 >= len(gaps)
    assert words[-1][0] == gaps[-1][0] == 999.0


def test_a_view_of_very_many_events_is_bounded() -> None:
    view = RunView()
    view.apply([events.Start(title="long", steps_per_epoch=1_000.0, epochs=200)])
    for step in range(3 * MOST):
        view.apply([events.Progress(phase="train", step=step, loss=1 / (step + 1), gradient=1.0)])
    assert view.thinned
    assert max(map(len, view.series.values())) <= MOST
    assert len(view.watched.gradient) <= MOST
    assert view.series["train loss"][-1] == ((3 * MOST - 1) / 1_000, 1 / (3 * MOST))
