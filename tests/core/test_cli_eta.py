"""How long several runs take together: from the cards, at the pace of what has ended here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.cli.eta import UNKNOWN_SECONDS, RemainingTime, expected_seconds
from core.jobs import LANGUAGE_MODEL_PRESETS, GloveJob, LanguageModelJob, MaskedJob, PretrainJob, TrainJob
from core.runs import RunView
from core.runs.events import from_fields


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    def card(name: str, **fields: Any) -> None:
        (tmp_path / f"{name}.json").write_text(json.dumps(fields), encoding="utf-8")

    card("word2vec-vectors", seconds=100.0)
    card("scratch", seeds=[{"seconds": 40.0}])
    card("mlm", seconds=700.0, settings={"steps": 3_500, "batch_size": 32})
    for way in ("forward", "backward"):
        card(f"lm-{way}", seconds=4000.0, settings={"epochs": 8, "hidden": 512})
    return tmp_path


def at(elapsed: float, eta: float | None = None, cached: bool = False) -> RunView:
    view = RunView()
    view.apply([from_fields({"v": 1, "seq": 0, "t": 1000.0, "kind": "start", "title": "x", "step": 0, "total": 10})])
    fields = {} if eta is None else {"eta": eta}
    progress = {"kind": "progress", "phase": "train", "step": 5, "total": 10, **fields}
    view.apply([from_fields({"v": 1, "seq": 1, "t": 1000.0 + elapsed, **progress})])
    view.cached = cached
    return view


def test_the_rest_is_taken_from_the_cards_at_the_pace_of_this_machine(cards: Path) -> None:
    remaining = RemainingTime([PretrainJob(), TrainJob("scratch")], cards)
    assert remaining.seconds(at(10.0, eta=190.0)) == pytest.approx(190 + 2 * 40), "twice as slow as the card's machine"
    assert remaining.describe(at(10.0, eta=190.0)) == "1 of 2 · all in about 4:30"
    remaining.finish(at(200.0))
    assert remaining.seconds(at(5.0, eta=75.0)) == pytest.approx(75)
    assert remaining.describe(at(1.0)) == "2 of 2"


def test_what_was_in_the_store_says_nothing_of_the_pace(cards: Path) -> None:
    remaining = RemainingTime([PretrainJob(), TrainJob("scratch"), TrainJob("scratch", seed=1)], cards)
    remaining.finish(at(0.1, cached=True))
    assert remaining.seconds(at(10.0, eta=30.0)) == pytest.approx(30 + 40)


def test_what_failed_early_says_nothing_of_the_pace(cards: Path) -> None:
    remaining = RemainingTime([PretrainJob(), TrainJob("scratch"), TrainJob("scratch", seed=1)], cards)
    failed = at(1.0)
    failed.apply([from_fields({"v": 1, "seq": 2, "t": 1001.0, "kind": "failed", "message": "no", "hint": ""})])
    remaining.finish(failed)
    assert remaining.seconds(at(10.0, eta=30.0)) == pytest.approx(30 + 40)


def test_two_directions_take_the_time_of_one(cards: Path) -> None:
    full = LANGUAGE_MODEL_PRESETS["full"]
    pair = [LanguageModelJob(way, **full) for way in ("forward", "backward")]
    remaining = RemainingTime([*pair, TrainJob("scratch")], cards)
    assert remaining.seconds(at(2.0, eta=3998.0)) == pytest.approx(3998 + 40)
    remaining.finish(at(2.0))
    left = remaining.seconds(at(1.0, eta=1.0))
    assert left is not None
    assert left < 1 + 40


def test_smaller_and_unknown_jobs(cards: Path) -> None:
    assert expected_seconds(LanguageModelJob(epochs=2, hidden=256), cards) == pytest.approx(4000 / 8)
    assert expected_seconds(PretrainJob(epochs=10), cards) == pytest.approx(200)
    assert expected_seconds(GloveJob(), cards) == UNKNOWN_SECONDS
    assert RemainingTime([PretrainJob()], cards).describe(at(1.0, eta=1.0)) == ""


def test_masked_words_take_time_by_their_steps(cards: Path) -> None:
    assert expected_seconds(MaskedJob(steps=1_000), cards) == pytest.approx(200)
    assert expected_seconds(MaskedJob(steps=1_000, batch_size=64), cards) == pytest.approx(400)
