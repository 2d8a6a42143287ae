"""model.json: files of every version are read, and what is written says the same in the same order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.catalog.model_info import MODEL_FILE, Mix, ModelInfo, from_fields, read_info, write_info
from core.storage.paths import ASSETS
from tests.core.conftest import described

SHIPPED = sorted((ASSETS / "models").glob(f"*/{MODEL_FILE}"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_a_shipped_file_is_read_and_written_as_it_was(path: Path, tmp_path: Path) -> None:
    write_info(tmp_path, read_info(path.parent))
    before, after = (json.loads(each.read_text(encoding="utf-8")) for each in (path, tmp_path / MODEL_FILE))
    assert json.dumps({name: after[name] for name in after if name in before}) == json.dumps(before)


def test_the_first_files_named_neither_their_model_nor_its_start() -> None:
    info = described()
    assert (info.model, info.variant, info.encoder, info.mix, dict(info.starts)) == ("rnn", "", None, None, {})


def test_what_does_not_fit_is_left_out_where_it_can_be() -> None:
    mix = {"shares": {"forward": [0.5]}, "gamma": 1.5}
    info = described(size="large", vectors=7, scores={"test": {"n": 3}}, later={"x": 1}, mix=mix)
    assert (info.size, info.vectors, info.scores, info.mix) == (
        0,
        None,
        {"test": {"n": 3}},
        Mix({"forward": (0.5,)}, 1.5),
    )


@pytest.mark.parametrize("fields", [[], {}, {"era": "scratch"}, None, {"era": 7}])
def test_what_is_no_model_is_refused(fields: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_fields(fields, ModelInfo)
