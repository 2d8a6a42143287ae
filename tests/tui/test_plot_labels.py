"""The words beside a mark of a plot stand where no curve and no other label is, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.train_app import HOSTILE
from tui import safetext
from tui.widgets.train.plot_labels import Area, cells_of, place_labels

AREA = Area(0.0, 10.0, 0.0, 1.0, 40, 10)
FALLING = [(0.0, 1.0), (10.0, 0.0)]


def cells(placed: list[tuple[float, float, str]], area: Area = AREA) -> list[tuple[int, int]]:
    return [(area.column(x) + n, area.row(y)) for x, y, said in placed for n in range(len(said))]


def test_a_label_stands_at_the_top_right_of_its_mark() -> None:
    ((x, y, said),) = place_labels([(5.0, "rate 0.1")], AREA, cells_of(FALLING, AREA))
    assert (AREA.column(x), AREA.row(y), said) == (AREA.column(5.0) + 1, 9, "rate 0.1")


def test_at_the_right_edge_it_stands_at_the_left_of_its_mark() -> None:
    ((x, y, said),) = place_labels([(9.9, "rate 0.1")], AREA, set())
    assert AREA.column(x) + len(said) == AREA.column(9.9)
    assert AREA.row(y) == 9


def test_what_has_no_room_is_told_by_its_beginning_or_not_at_all() -> None:
    narrow = Area(0.0, 10.0, 0.0, 1.0, 16, 10)
    assert [said for _, _, said in place_labels([(0.0, "rate 0.1, W_e, W_h frozen")], narrow, set())] == ["rate 0.1, …"]
    assert place_labels([(5.0, "rate 0.1")], Area(0.0, 10.0, 0.0, 1.0, 8, 10), set()) == []


@pytest.mark.parametrize("text", [HOSTILE, "正 frozen"])
def test_names_from_outside_do_nothing_to_the_plot(text: str) -> None:
    for _, _, said in place_labels([(0.0, text)], AREA, set()):
        assert said.isprintable()
        assert safetext.width(said) == len(said)


@given(
    st.lists(st.floats(0, 10), min_size=1, max_size=8),
    st.lists(st.tuples(st.floats(0, 10), st.floats(0, 1)), max_size=12),
)
def test_no_label_covers_a_curve_or_another_label(epochs: list[float], points: list[tuple[float, float]]) -> None:
    taken = cells_of(sorted(points), AREA)
    found = cells(place_labels([(epoch, f"rate {n}, C frozen") for n, epoch in enumerate(epochs)], AREA, taken))
    assert not taken & set(found)
    assert len(found) == len(set(found))
    assert all(0 <= column < AREA.columns and 0 <= row < AREA.rows for column, row in found)
