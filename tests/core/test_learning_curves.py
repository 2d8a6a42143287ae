"""Accuracy against labels as lines of cells and as a file: everything is where it belongs, at any size."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.benchmark.ladder_chart import chart_ladder, find_largest_step, lay_out
from core.catalog.ladder import MeasuredLadder
from core.drawing.learning_curves import GUTTER, Curve, CurveChart, CurvePoint, Looked, draw_curves, place_labels
from core.drawing.learning_curves_svg import draw_svg
from core.drawing.spans import length, plain

SHIPPED = MeasuredLadder.load()
GRID = lay_out(SHIPPED, "rotten_tomatoes")
CHART = chart_ladder(SHIPPED, GRID)
SVG = "{http://www.w3.org/2000/svg}"


def rows(columns: int = 80, lines: int = 24, looked: Looked | None = None) -> list[str]:
    return [plain(line) for line in draw_curves(CHART, columns, lines, looked or Looked())]


def test_rows_are_the_eras_then_the_controls_and_labels_go_from_none_to_all() -> None:
    assert GRID.eras[:3] == ("scratch", "word2vec", "glove")
    assert GRID.eras[-1] == "scratch-matched"
    assert GRID.labels == (0, 20, 100, 500, 2000, None)
    assert [curve.control for curve in CHART.curves] == [False] * 7 + [True] * 4
    assert len({curve.mark for curve in CHART.curves}) == len(CHART.curves)


def test_an_era_looks_the_same_on_every_data_set() -> None:
    other = chart_ladder(SHIPPED, lay_out(SHIPPED, "imdb"))
    looks = {curve.name: (curve.mark, curve.role) for curve in CHART.curves}
    assert all(looks[curve.name] == (curve.mark, curve.role) for curve in other.curves)


def test_the_largest_step_that_is_no_noise_is_where_it_opens() -> None:
    step = find_largest_step(SHIPPED, GRID)
    assert step is not None
    mean = SHIPPED.mean(GRID.data, *step)
    assert mean is not None
    gain = SHIPPED.gain(mean)
    assert gain is not None
    assert gain.certain
    assert gain.mean == max(g.mean for m in SHIPPED.means if m.data == GRID.data and (g := SHIPPED.gain(m)))
    assert find_largest_step(MeasuredLadder(), lay_out(MeasuredLadder(), "none")) is None


@given(st.lists(st.integers(0, 10**6), unique=True, min_size=1, max_size=8).map(sorted), st.booleans())
def test_places_are_in_order_within_the_axis_and_zero_is_by_itself(counts: list[int], unknown: bool) -> None:
    places = place_labels([*counts, *([None] if unknown else [])])
    assert all(0 <= place <= 1 for place in places)
    assert all(left < right for left, right in pairwise(places))


def test_every_mark_is_drawn_and_zero_stands_beyond_a_break() -> None:
    drawn = rows()
    for curve in CHART.curves:
        assert any(curve.mark in line for line in drawn), curve.name
    assert "╌" in drawn[-2]
    assert drawn[-1].split()[:3] == ["labels", "0", "20"]
    assert drawn[-1].rstrip().endswith("all 7,667")


def test_a_band_is_one_deviation_high_and_none_is_drawn_where_it_is_not_known() -> None:
    prompt = GRID.eras.index("prompt")
    banded = CHART.curves[prompt].banded
    assert [len(run) for run in banded] == [4], "with no label there is one seed, and no deviation"
    lines = draw_curves(CHART, 80, 40, Looked(prompt, 1, (prompt,)))
    grounds = [line for line in lines if any("deep" in span.roles for span in line)]
    assert grounds
    low, high = CHART.range
    tallest = 2 * max(point.spread or 0 for point in CHART.curves[prompt].points) / (high - low) * 38
    assert len(grounds) <= tallest + 4


def test_the_point_looked_at_is_told_apart_without_colour() -> None:
    elmo, hundred = GRID.eras.index("elmo"), GRID.labels.index(100)
    lines = draw_curves(CHART, 80, 24, Looked(elmo, hundred))
    chosen = [span.text for line in lines for span in line if "chosen" in span.roles.split()]
    assert chosen == [CHART.curves[elmo].mark]
    assert sum("│" in plain(line)[GUTTER:] for line in lines) > 5


@given(st.integers(1, 220), st.integers(1, 70), st.integers(0, 10), st.integers(0, 5))
def test_it_fits_any_size(columns: int, lines: int, curve: int, tick: int) -> None:
    drawn = draw_curves(CHART, columns, lines, Looked(curve, tick, (curve,)))
    assert len(drawn) == max(3, lines)
    assert max(map(length, drawn)) <= max(columns, GUTTER + len("all 7,667"))


def test_hardly_anything_is_enough() -> None:
    one = Curve("it", "●", 0, False, (CurvePoint(0.5, 1.0, None),))
    for chart in (CurveChart("t", (), ()), CurveChart("t", (one,), ((0.5, "20"),))):
        assert len(draw_curves(chart, 60, 12, Looked())) == 12
        ET.fromstring(draw_svg([chart], [], "t"))


def test_the_file_names_every_row_and_has_a_band_for_each_era() -> None:
    charts = [chart_ladder(SHIPPED, lay_out(SHIPPED, data)) for data in SHIPPED.data]
    drawn = ET.fromstring(draw_svg(charts, ["A note."], "Accuracy"))
    said = [each.text or "" for each in drawn.iter(f"{SVG}text")]
    for curve in (curve for chart in charts for curve in chart.curves):
        assert any(curve.name in text and ("control" in text) == curve.control for text in said)
    assert "A note." in said
    lines = list(drawn.iter(f"{SVG}polyline"))
    assert len(lines) == sum(len(chart.curves) for chart in charts)
    assert sum("stroke-dasharray" in line.attrib for line in lines) == 8, "the controls of both"
    bands = sum(len(curve.banded) for chart in charts for curve in chart.curves if not curve.control)
    assert len(list(drawn.iter(f"{SVG}polygon"))) == bands


def test_names_in_the_file_never_lie_on_one_another() -> None:
    drawn = ET.fromstring(draw_svg([CHART], [], "t"))
    heights = sorted(
        float(each.attrib["y"])
        for each in drawn.iter(f"{SVG}text")
        if any(curve.name in (each.text or "").split() for curve in CHART.curves)
    )
    assert len(heights) == len(CHART.curves)
    assert all(below - above > 14 for above, below in pairwise(heights))


def test_hostile_names_are_text() -> None:
    name = "<script>&\x1b[31m"
    curve = Curve(name, "●", 0, False, (CurvePoint(0.1, 0.5, 0.1), CurvePoint(0.9, 0.7, None)))
    drawn = draw_svg([CurveChart(name, (curve,), ((0.1, name), (0.9, "all")))], [name], name)
    assert "\x1b" not in drawn
    assert "<script>" not in drawn
    ET.fromstring(drawn)
