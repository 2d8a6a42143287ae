"""What several seeds and texts allow to be said: properties of the means and of the paired intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.benchmark.statistics import difference, summarize

Bits = NDArray[np.bool_]


@st.composite
def two_systems(draw: st.DrawFn) -> tuple[Bits, Bits]:
    seeds, texts = draw(st.integers(1, 5)), draw(st.integers(2, 200))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    one, other = draw(st.floats(0, 1)), draw(st.floats(0, 1))
    return rng.random((seeds, texts)) < one, rng.random((seeds, texts)) < other


@settings(max_examples=60)
@given(two_systems())
def test_the_interval_holds_the_mean(systems: tuple[Bits, Bits]) -> None:
    one, other = systems
    found = difference(list(one), list(other))
    assert found.mean == pytest.approx(float(one.mean() - other.mean()))
    assert found.low - 1e-12 <= found.mean <= found.high + 1e-12
    assert (found.seeds, found.texts) == one.shape


@settings(max_examples=60)
@given(two_systems())
def test_equal_systems_differ_by_exactly_zero(systems: tuple[Bits, Bits]) -> None:
    one, _ = systems
    found = difference(list(one), list(one))
    assert (found.mean, found.low, found.high, found.certain) == (0.0, 0.0, 0.0, False)


@settings(max_examples=30)
@given(st.integers(1, 5), st.integers(1, 100))
def test_a_system_better_on_every_text_is_better_for_certain(seeds: int, texts: int) -> None:
    better, worse = [np.ones(texts, bool)] * seeds, [np.zeros(texts, bool)] * seeds
    assert (difference(better, worse).low, difference(worse, better).high) == (1.0, -1.0)
    assert difference(better, worse).certain


@settings(max_examples=60)
@given(two_systems(), st.integers(0, 2**32 - 1))
def test_the_order_of_the_texts_does_not_matter(systems: tuple[Bits, Bits], shuffle: int) -> None:
    one, other = systems
    order = np.random.default_rng(shuffle).permutation(one.shape[1])
    assert difference(list(one), list(other)) == difference(list(one[:, order]), list(other[:, order]))


def test_more_texts_narrow_the_interval_and_unlike_seeds_widen_it() -> None:
    rng = np.random.default_rng(0)

    def width(ahead_by_seed: list[float], texts: int) -> float:
        one = [rng.random(texts) < 0.6 + ahead for ahead in ahead_by_seed]
        found = difference(one, [rng.random(texts) < 0.6 for _ in ahead_by_seed])
        return found.high - found.low

    assert width([0.05] * 3, 4000) < 0.6 * width([0.05] * 3, 400)
    assert width([-0.2, 0.0, 0.2], 4000) > 2 * width([0.0] * 3, 4000)


def test_the_interval_covers_what_it_says_it_covers() -> None:
    """200 experiments whose true difference is known: the 95 % interval misses it seldom, and is not uselessly wide."""
    rng = np.random.default_rng(1)
    covered = certain = 0
    for _ in range(200):
        hard = rng.random(300)  # the same texts are hard for both
        one = [rng.random(300) < 0.5 + 0.4 * (hard > 0.5) for _ in range(3)]
        other = [rng.random(300) < 0.4 + 0.4 * (hard > 0.5) for _ in range(3)]
        found = difference(one, other, resamples=1000)
        covered += found.low <= 0.1 <= found.high
        certain += found.certain
    assert covered >= 186
    assert certain >= 100


def test_what_cannot_be_paired_is_refused() -> None:
    three, four = np.ones(3, bool), np.ones(4, bool)
    for one, other in (([], []), ([three], [three, three]), ([three], [four]), ([three[:0]], [three[:0]])):
        with pytest.raises(ValueError, match="same texts and seeds"):
            difference(one, other)


def test_one_seed_has_no_spread() -> None:
    def right(share: float) -> Bits:
        return np.arange(100) < 100 * share

    one = summarize([right(0.75)])
    assert (one.mean, one.sd, one.seeds, one.texts) == (0.75, None, 1, 100)
    assert 0.6 < one.low < 0.75 < one.high < 0.9
    three = summarize([right(0.7), right(0.8), right(0.9)])
    assert three.mean == pytest.approx(0.8)
    assert three.sd == pytest.approx(0.1)
    assert three.seeds == 3
    assert three.low < 0.8 < three.high
    with pytest.raises(ValueError, match="nothing"):
        summarize([])


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_all_right_or_none_is_no_certainty(share: float) -> None:
    few, many = (summarize([np.full(n, share == 1.0)] * 2) for n in (20, 200))
    assert few.mean == share
    assert few.high - few.low > many.high - many.low > 0
    assert few.low <= share <= few.high
    assert 0.1 < few.high - few.low < 0.25, "Wilson's for twenty texts"
