"""Pretrained transformers: found in three places, told apart by their content, refused in plain words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("transformers")

import huggingface_hub
from huggingface_hub.errors import LocalEntryNotFoundError

from core.eras.table import BY_ID
from core.machine import extras
from core.machine.extras import MINILM, NoExtra
from core.pretrained import classifier, encoder
from core.pretrained.encoder import NoEncoder, find
from core.storage.store import Artifact, Store
from tests.core.conftest import tiny_encoder

COMMIT = "0123456789" * 4


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_encoder(), tmp_path / "encoder"))


def test_the_same_content_has_the_same_key_wherever_it_lies(copy: Path) -> None:
    found = find(str(copy))
    assert found.key == find(str(tiny_encoder())).key
    config = json.loads((copy / "config.json").read_text(encoding="utf-8"))
    (copy / "config.json").write_text(json.dumps({**config, "layer_norm_eps": 1e-6}), encoding="utf-8")
    assert find(str(copy)).key != found.key


@pytest.mark.parametrize("file", encoder.FILES)
def test_a_folder_that_lacks_a_file_says_which(copy: Path, file: str) -> None:
    (copy / file).unlink()
    with pytest.raises(NoEncoder, match=file):
        find(str(copy))


def test_another_architecture_is_refused(copy: Path) -> None:
    (copy / "config.json").write_text('{"model_type": "roberta"}', encoding="utf-8")
    with pytest.raises(NoEncoder, match="roberta"):
        find(str(copy))


@pytest.mark.parametrize(
    "name", ["nothing", "owner/name", "owner/name@main", f"../x@{COMMIT}", f"owner/name@{COMMIT}0"]
)
def test_a_name_of_the_hub_is_pinned_by_its_commit(name: str) -> None:
    with pytest.raises(NoEncoder) as refused:
        find(name)
    assert "NAME@REVISION" in refused.value.hint


def test_the_cache_is_asked_first_and_offline_alone(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []

    def cached(name: str, **options: object) -> str:
        asked.append(options)
        return str(copy)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", cached)
    assert find(f"owner/name@{COMMIT}").key == find(str(copy)).key
    assert [options["local_files_only"] for options in asked] == [True]
    assert asked[0]["revision"] == COMMIT

    def missing(name: str, **options: object) -> str:
        asked.append(options)
        raise LocalEntryNotFoundError("no")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", missing)
    with pytest.raises(NoEncoder, match="not in the cache"):
        find(f"owner/name@{COMMIT}", offline=True)
    assert all(options["local_files_only"] for options in asked)


def test_weights_that_are_not_the_published_ones_are_refused(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = copy.parent / "package"
    package.mkdir()
    copy.rename(package / "model")
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda _: SimpleNamespace(submodule_search_locations=[str(package)])
    )
    with pytest.raises(NoEncoder, match="sha256"):
        find(MINILM)


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(NoExtra, match=r"pip install 'nlp-tui\[bert\]'"):
        find(MINILM)
    monkeypatch.setattr(encoder, "has_transformers", lambda: False)
    with pytest.raises(NoExtra):
        find(str(tiny_encoder()))
    monkeypatch.setattr(extras, "has_transformers", lambda: False)
    assert extras.absent(BY_ID["bert"])
    assert not extras.absent(BY_ID["ulmfit"])


def test_a_model_knows_the_encoder_it_was_tuned_from(
    trained: dict[str, Artifact], store: Store, copy: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(trained["bert"].path, tmp_path / "model"))
    info = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    info["encoder"]["name"] = str(copy)
    (folder / "model.json").write_text(json.dumps(info), encoding="utf-8")
    classifier.load(folder, store)
    config = json.loads((copy / "config.json").read_text(encoding="utf-8"))
    (copy / "config.json").write_text(json.dumps({**config, "layer_norm_eps": 1e-6}), encoding="utf-8")
    with pytest.raises(NoEncoder, match="not the one"):
        classifier.load(folder, store)
