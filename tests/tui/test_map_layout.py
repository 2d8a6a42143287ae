from __future__ import annotations

import random

import pytest

from tui.widgets.words.map_layout import lay_out


@pytest.mark.parametrize(("columns", "rows"), [(110, 20), (70, 9), (30, 5), (5, 2), (1, 1)])
@pytest.mark.parametrize("many", [1, 12, 60])
def test_nothing_covers_anything_else_and_all_stays_inside(columns: int, rows: int, many: int) -> None:
    chance = random.Random(many)
    points = [(chance.gauss(0, 1), chance.gauss(0, 1)) for _ in range(many)]
    widths = [chance.randint(1, 16) for _ in range(many)]
    taken: dict[tuple[int, int], int] = {}
    for n, (place, width) in enumerate(zip(lay_out(points, widths, columns, rows), widths, strict=True)):
        if place is None:
            continue
        cells = [(place.x, place.y)]
        if place.label is not None:
            cells += [(place.label[0] + at, place.label[1]) for at in range(width)]
        for cell in cells:
            assert cell not in taken, (n, taken[cell])
            assert 0 <= cell[0] < columns
            assert 0 <= cell[1] < rows
            taken[cell] = n


def test_the_first_points_have_their_names_and_up_is_up() -> None:
    placed = lay_out([(0.0, 0.0), (1.0, 1.0), (-1.0, -1.0)], [4, 4, 4], 60, 11)
    assert all(place is not None and place.label is not None for place in placed)
    middle, top, bottom = placed
    assert middle is not None
    assert top is not None
    assert bottom is not None
    assert (top.y, middle.y, bottom.y) == (0, 5, 10)
    assert bottom.x < middle.x < top.x


def test_points_in_one_place_stand_side_by_side_and_none_is_no_trouble() -> None:
    placed = lay_out([(0.0, 0.0)] * 5, [3] * 5, 40, 7)
    assert len({(place.x, place.y) for place in placed if place}) == 5
    assert lay_out([], [], 40, 7) == []
