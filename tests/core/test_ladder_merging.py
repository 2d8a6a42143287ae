"""A newer ladder beside the shipped one: nothing that is there changes, and what both measured is compared."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from core.catalog.ladder import LADDER, MeasuredLadder
from core.release.cards import CardError
from core.release.merging import merge


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(LADDER.read_text(encoding="utf-8"))
    return document


def without(document: dict[str, Any], era: str) -> dict[str, Any]:
    """The ladder as if an era had never been measured."""
    less = copy.deepcopy(document)
    for name in ("cells", "table", "differences", "rows"):
        less[name] = [each for each in less[name] if era not in (each["era"], each.get("against"))]
    return less


def test_two_parts_of_a_ladder_make_the_whole(shipped: dict[str, Any]) -> None:
    part = without(shipped, "ulmfit")
    merged = merge(part, shipped)
    assert merged.both == merged.agree == len(part["cells"])
    assert merged.added == len(shipped["cells"]) - len(part["cells"]) > 0
    for name in ("cells", "table", "differences"):
        assert sorted(map(repr, merged.document[name])) == sorted(map(repr, shipped[name]))
    again = merge(shipped, part)
    assert again.added == 0
    assert {name: again.document[name] for name in ("rows", "labels", "data")} == {
        name: shipped[name] for name in ("rows", "labels", "data")
    }


def test_what_disagrees_is_counted_and_what_ships_stays(shipped: dict[str, Any]) -> None:
    other = copy.deepcopy(shipped)
    other["cells"][0]["accuracy"] += 0.01
    merged = merge(shipped, other)
    assert (merged.both, merged.agree) == (len(shipped["cells"]), len(shipped["cells"]) - 1)
    assert merged.document["cells"] == merge(shipped, shipped).document["cells"]


def test_ladders_of_other_texts_or_splits_are_refused(shipped: dict[str, Any]) -> None:
    with pytest.raises(CardError, match="was read on"):
        merge(shipped, {**shipped, "split": "validation"})
    other = copy.deepcopy(shipped)
    for row in other["table"]:
        row["texts"] += 1
    with pytest.raises(CardError, match="texts in one ladder"):
        merge(shipped, other)


def test_the_shipped_ladder_counts_what_is_missing(shipped: dict[str, Any]) -> None:
    assert merge(shipped, shipped).document["missing"] == shipped["missing"] > 0
    assert MeasuredLadder.load().means
