"""How many labels the row before needs for the same accuracy: properties of the curve and of the interval."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.benchmark.labels_saved import find_labels_saved, reach
from core.catalog.ladder import Gain, Mean, MeasuredLadder
from core.eras.table import BY_ID

LABELS = (20, 100, 500, 2000)
SHIPPED = MeasuredLadder.load()
Curve = list[tuple[float, float]]

accuracies = st.floats(0.4, 1.0)
curves = st.lists(accuracies, min_size=1, max_size=5).map(
    lambda ys: [(float(20 * 5**place), y) for place, y in enumerate(ys)]
)


@given(curves, accuracies)
def test_a_curve_has_the_accuracy_where_it_reaches_it_and_not_before(curve: Curve, accuracy: float) -> None:
    found = reach(curve, accuracy)
    if math.isinf(found):
        assert max(y for _, y in curve) < accuracy
        return
    assert curve[0][0] <= found <= curve[-1][0]
    for (left, before), (right, after) in pairwise(curve):
        if left < found <= right:
            share = math.log(found / left) / math.log(right / left)
            assert before + share * (after - before) == pytest.approx(accuracy, abs=1e-6)
            assert max(y for x, y in curve if x <= left) < accuracy


@given(curves, accuracies, accuracies)
def test_more_accuracy_never_takes_fewer_labels(curve: Curve, one: float, other: float) -> None:
    assert reach(curve, min(one, other)) <= reach(curve, max(one, other))


@given(curves, accuracies, st.floats(0.5, 20))
def test_the_axis_is_logarithmic(curve: Curve, accuracy: float, times: float) -> None:
    stretched = [(times * x, y) for x, y in curve]
    assert reach(stretched, accuracy) == pytest.approx(times * reach(curve, accuracy))


def ladder(before: list[float], after: list[float], half: float, paired: float) -> MeasuredLadder:
    """Two eras at the same numbers of labels: means with intervals of that half width, and of their difference."""
    rows = {"scratch": before, "word2vec": after}
    means = tuple(
        Mean("d", era, labels, y, 0.01, 3, y - half, y + half, 800)
        for era, ys in rows.items()
        for labels, y in zip(LABELS, ys, strict=True)
    )
    gains = tuple(
        Gain("d", "word2vec", n, "scratch", False, b - a, b - a - paired, b - a + paired, 3, 800, abs(b - a) > paired)
        for n, a, b in zip(LABELS, before, after, strict=True)
    )
    return MeasuredLadder(means, gains, {"v": 1})


rising = st.lists(accuracies, min_size=4, max_size=4, unique_by=lambda y: round(y, 4)).map(sorted)


@given(rising, st.lists(accuracies, min_size=4, max_size=4), st.floats(0.001, 0.05), st.floats(0.2, 1.0))
def test_the_interval_holds_the_number_and_is_about_the_gain(
    before: list[float], after: list[float], half: float, share: float
) -> None:
    found = ladder(before, after, half, share * 2 * half)
    for mean in found.of("word2vec", "d"):
        saved, gain = find_labels_saved(found, mean), found.gain(mean)
        assert saved is not None
        assert gain is not None
        assert saved.low <= saved.about <= saved.high
        assert (saved.fewest, saved.most) == (20, 2000)
        if gain.mean > 1e-9:
            assert saved.about > saved.labels or math.isinf(saved.about)
        if abs(abs(gain.mean) - share * 2 * half) > 1e-9 and saved.labels > saved.fewest:
            # What is within the noise saves no labels for certain, and what is not does.
            assert saved.certain == gain.certain


def test_a_row_that_is_as_good_needs_as_many() -> None:
    same = ladder([0.5, 0.6, 0.7, 0.8], [0.5, 0.6, 0.7, 0.8], 0.02, 0.03)
    for mean in same.of("word2vec", "d"):
        saved = find_labels_saved(same, mean)
        assert saved is not None
        assert saved.about == pytest.approx(saved.labels)
        assert not saved.certain


def test_the_narrower_the_pair_the_surer_the_labels() -> None:
    wide, narrow = (ladder([0.5, 0.6, 0.7, 0.8], [0.55, 0.65, 0.75, 0.82], 0.03, paired) for paired in (0.06, 0.01))
    one, other = (find_labels_saved(each, next(each.of("word2vec", "d"))) for each in (wide, narrow))
    assert one is not None
    assert other is not None
    assert one.about == other.about
    assert other.high - other.low < one.high - one.low


def test_what_ships_saves_labels_exactly_where_its_gain_is_no_noise() -> None:
    told = [(saved, gain) for mean in SHIPPED.means if (saved := find_labels_saved(SHIPPED, mean)) and
            (gain := SHIPPED.gain(mean))]  # fmt: skip
    assert len(told) > 30
    assert [saved for saved, gain in told if saved.certain != gain.certain and saved.labels > saved.fewest] == []


def test_no_label_is_held_against_the_whole_curve_of_the_era_before() -> None:
    mean = SHIPPED.mean("rotten_tomatoes", "prompt", 0)
    assert mean is not None
    saved = find_labels_saved(SHIPPED, mean)
    assert saved is not None
    assert (saved.against, saved.labels) == ("bert", 0)
    assert 20 < saved.low < saved.about < saved.high < 500


def test_controls_and_the_first_row_have_none_before_them() -> None:
    for mean in SHIPPED.means:
        if mean.era == "scratch" or BY_ID[mean.era].year == "control":
            assert find_labels_saved(SHIPPED, mean) is None
    assert all(find_labels_saved(SHIPPED, mean) is None for mean in SHIPPED.of("tfidf", "imdb"))


def test_all_labels_of_unknown_number_stand_nowhere_on_the_curve() -> None:
    known = {**(SHIPPED.document or {}), "all_labels": {}}
    unknown = MeasuredLadder(SHIPPED.means, SHIPPED.gains, known)
    whole, some = (each.mean("rotten_tomatoes", "bert", labels) for each, labels in ((unknown, None), (unknown, 500)))
    assert whole is not None
    assert some is not None
    assert find_labels_saved(unknown, whole) is None
    saved = find_labels_saved(unknown, some)
    assert saved is not None
    assert saved.most == 2000
