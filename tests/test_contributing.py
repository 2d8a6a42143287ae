"""What those who come to change something are told is true of this tree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_path_that_contributors_are_sent_to_is_there() -> None:
    named = re.findall(r"`((?:core|tui|assets|tests)/[\w/.]*)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_map_of_the_rooms_is_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract.get("containers") == ["core"])
    drawn = re.findall(r"^    core/(\w+)(?:/|\.py) ", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    for layer in layers:
        rooms = set(layer.split(" | "))
        assert set(drawn[: len(rooms)]) == rooms
        del drawn[: len(rooms)]
    assert drawn == []
