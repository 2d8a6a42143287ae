"""Wilson's interval against what is known of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.intervals import wilson


@given(st.integers(1, 5_000), st.data())
def test_the_share_lies_within_and_more_things_say_more(n: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, n))
    low, high = wilson(right / n, n)
    assert 0 <= low <= right / n <= high <= 1
    assert high - low > 0, "no number of things makes it certain"
    closer = wilson(right / n, 4 * n)
    assert closer[1] - closer[0] < high - low


def test_all_right_of_a_few_is_not_certain() -> None:
    low, high = wilson(1.0, 32)
    assert high == 1.0
    assert low == pytest.approx(0.893, abs=0.001)


@pytest.mark.parametrize(("share", "n"), [(0.5, 0), (-0.1, 10), (1.1, 10)])
def test_what_is_no_share_is_refused(share: float, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(share, n)
