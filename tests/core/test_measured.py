"""The shipped ladder as the app and `eras` read it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from core.catalog.ladder import MeasuredLadder
from core.data import embedded

MEAN = {"data": "d", "era": "elmo", "labels": 100, "mean": 0.7, "sd": 0.02, "seeds": 5, "low": 0.67, "high": 0.73}
GAIN = {"data": "d", "era": "elmo", "labels": 100, "mean": 0.03, "low": 0.01, "high": 0.05, "seeds": 5, "texts": 9}


def ladder(**changes: Any) -> dict[str, Any]:
    return {
        "v": 1,
        "command": "nlp-tui ladder",
        "table": [{**MEAN, "texts": 9}, {**MEAN, "texts": 9, "labels": None, "era": "ulmfit"}],
        "differences": [
            {**GAIN, "against": "average", "control": True, "certain": True},
            {**GAIN, "against": "word2vec", "control": False, "certain": True},
        ],
        "cells": [{"model": "abc"}],
        **changes,
    }


def write(path: Path, text: str) -> MeasuredLadder:
    path.write_text(text, encoding="utf-8")
    return MeasuredLadder.load(path)


def test_means_and_the_gain_on_the_era_before(tmp_path: Path) -> None:
    found = write(tmp_path / "ladder.json", json.dumps(ladder()))
    (mean,) = found.of("elmo", "d")
    gain = found.gain(mean)
    assert gain is not None
    assert gain.against == "word2vec", "not the control"
    (ulmfit,) = found.of("ulmfit", "d")
    assert found.gain(ulmfit) is None
    assert found.holds("abc")
    assert not found.holds("abd")


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps(ladder(v=2)), json.dumps(ladder(table=[{"era": "elmo"}]))])
def test_what_is_no_ladder_is_an_empty_one(text: str, tmp_path: Path) -> None:
    found = write(tmp_path / "ladder.json", text)
    assert found == MeasuredLadder()
    assert not found.holds("abc")


def test_no_file_is_an_empty_one(tmp_path: Path) -> None:
    assert MeasuredLadder.load(tmp_path / "none.json").means == ()


def test_the_shipped_shares_are_those_of_the_data() -> None:
    for data, share in MeasuredLadder.load().majority.items():
        test = embedded.load(data).test
        assert share == max(Counter(test.labels).values()) / len(test)
        assert {mean.texts for mean in MeasuredLadder.load().means if mean.data == data} == {len(test)}
