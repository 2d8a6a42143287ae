"""The store as its users see it: the same question gives the same artifact, whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

import core.storage.store
from core.storage.store import Spec, Store, StoreError, canonical_json, default_store

SPEC = Spec("toy", "toy.v1", {"size": 3, "rate": 0.1}, data="d1", parents=("a" * 64,))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=8,
)


def build(folder: Path) -> None:
    (folder / "weights.bin").write_bytes(b"\x00" * 100)
    (folder / "deep").mkdir()
    (folder / "deep" / "words.tsv").write_text("the\t7\n")


def leftovers(root: Path) -> list[str]:
    return [path.name for path in root.glob("*/.staging-*")]


@given(st.dictionaries(st.text(), json_values, max_size=6), st.randoms())
def test_the_order_of_the_settings_does_not_change_the_key(config: dict[str, Any], random: Any) -> None:
    names = list(config)
    random.shuffle(names)
    assert Spec("k", "r", config).key == Spec("k", "r", {name: config[name] for name in names}).key


@given(json_values, json_values)
def test_another_setting_is_another_key(one: Any, other: Any) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (Spec("k", "r", {"x": one}).key == Spec("k", "r", {"x": other}).key) == same


def test_every_part_of_the_spec_is_in_the_key() -> None:
    others = [
        Spec("toy2", "toy.v1", SPEC.config, SPEC.data, SPEC.parents),
        Spec("toy", "toy.v2", SPEC.config, SPEC.data, SPEC.parents),
        Spec("toy", "toy.v1", {**SPEC.config, "size": 4}, SPEC.data, SPEC.parents),
        Spec("toy", "toy.v1", {**SPEC.config, "size": 3.0}, SPEC.data, SPEC.parents),
        Spec("toy", "toy.v1", {**SPEC.config, "size": True}, SPEC.data, SPEC.parents),
        Spec("toy", "toy.v1", SPEC.config, "d2", SPEC.parents),
        Spec("toy", "toy.v1", SPEC.config, SPEC.data, ()),
    ]
    assert len({SPEC.key, *(spec.key for spec in others)}) == len(others) + 1


def test_the_key_of_a_spec_never_changes_between_versions() -> None:
    assert canonical_json(SPEC.fields()) == (
        '{"config":{"rate":0.1,"size":3},"data":"d1","kind":"toy","parents":["' + "a" * 64 + '"],"recipe":"toy.v1"}'
    )
    assert canonical_json({"ü": "\u2028 é"}) == '{"\\u00fc":"\\u2028 \\u00e9"}'


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), {1: "x"}, {"x": {2, 3}}, b"bytes", Path("x")])
def test_what_is_not_json_has_no_key(bad: Any) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(bad)


def test_an_artifact_is_built_once_and_found_again(tmp_path: Path) -> None:
    store, calls = Store(tmp_path), []

    def counted(folder: Path) -> None:
        calls.append(folder)
        build(folder)

    first = store.get_or_build(SPEC, counted)
    second = store.get_or_build(SPEC, counted)
    assert len(calls) == 1
    assert first == second == store.find(SPEC.key)
    assert first.path == tmp_path / "toy" / SPEC.key
    assert (first.kind, first.manifest["config"], first.manifest["parents"]) == ("toy", SPEC.config, ["a" * 64])
    assert set(first.manifest["files"]) == {"weights.bin", "deep/words.tsv"}
    assert set(first.manifest["versions"]) >= {"torch", "gensim", "numpy", "nlp-tui", "python"}
    first.verify()
    assert leftovers(tmp_path) == []


def test_what_does_not_exist_is_not_found(tmp_path: Path) -> None:
    store = Store(tmp_path / "nowhere", shipped=tmp_path / "neither")
    assert store.find("f" * 64) is None
    assert store.find("../../etc") is None
    assert store.all() == []


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)

    def failing(folder: Path) -> None:
        build(folder)
        raise RuntimeError("diverged")

    with pytest.raises(RuntimeError, match="diverged"):
        store.get_or_build(SPEC, failing)
    assert store.find(SPEC.key) is None
    assert store.all() == []
    assert leftovers(tmp_path) == []
    store.get_or_build(SPEC, build).verify()


def test_shipped_artifacts_are_found_under_any_name_after_the_persons_own(tmp_path: Path) -> None:
    made = Store(tmp_path / "made").get_or_build(SPEC, build)
    shipped = tmp_path / "shipped"
    shutil.copytree(made.path, shipped / "scratch")
    (shipped / "scratch" / "card.md").write_text("a card beside the artifact is welcome")
    (shipped / "notes.txt").write_text("not an artifact")
    store = Store(tmp_path / "root", shipped)

    found = store.find(SPEC.key)
    assert found is not None
    assert found.path == shipped / "scratch"
    found.verify()
    assert store.get_or_build(SPEC, build).path == shipped / "scratch"

    shutil.copytree(made.path, store.root / "toy" / SPEC.key)
    own = Spec("other", "o.v1", {})
    store.get_or_build(own, build)
    assert [artifact.path.parent.parent for artifact in store.all()] == [store.root, store.root]
    assert [artifact.key for artifact in store.all("toy")] == [SPEC.key]


def test_changed_content_is_noticed_by_verify(tmp_path: Path) -> None:
    artifact = Store(tmp_path).get_or_build(SPEC, build)
    (artifact.path / "weights.bin").write_bytes(b"\x01" * 100)
    with pytest.raises(StoreError, match=r"weights\.bin") as caught:
        artifact.verify()
    assert caught.value.hint


def test_a_manifest_that_does_not_give_its_key_is_noticed_by_verify(tmp_path: Path) -> None:
    artifact = Store(tmp_path).get_or_build(SPEC, build)
    artifact.manifest["config"]["size"] = 4
    with pytest.raises(StoreError, match=r"manifest\.json"):
        artifact.verify()


def _cut(path: Path) -> None:
    (path / "weights.bin").write_bytes(b"\x00" * 99)


def _lose(path: Path) -> None:
    (path / "deep" / "words.tsv").unlink()


def _empty_manifest(path: Path) -> None:
    (path / "manifest.json").write_text("")


@pytest.mark.parametrize("damage", [_cut, _lose, _empty_manifest])
def test_a_damaged_artifact_is_not_used_but_built_again(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    store = Store(tmp_path)
    artifact = store.get_or_build(SPEC, build)
    damage(artifact.path)
    assert store.find(SPEC.key) is None
    assert store.all() == []
    store.get_or_build(SPEC, build).verify()
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    "manifest",
    [
        "[]",
        "null",
        "{",
        "[" * 100_000,
        '{"key": 5, "kind": "toy", "files": {}}',
        '{"key": "%s", "kind": "../x", "files": {}}',
        '{"key": "%s", "kind": "toy", "files": []}',
        '{"key": "%s", "kind": "toy", "files": {"../../secret": {"bytes": 2, "sha256": ""}}}',
        '{"key": "%s", "kind": "toy", "files": {"/etc/passwd": {"bytes": 2, "sha256": ""}}}',
        '{"key": "%s", "kind": "toy", "files": {"\\u0000": {"bytes": 2, "sha256": ""}}}',
        '{"key": "%s", "kind": "toy", "files": {}, "config": {"x": NaN}}',
    ],
)
def test_a_hostile_manifest_is_no_artifact(tmp_path: Path, manifest: str) -> None:
    folder = tmp_path / "toy" / SPEC.key
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(manifest.replace("%s", SPEC.key))
    assert Store(tmp_path).find(SPEC.key) is None
    assert Store(tmp_path, shipped=tmp_path / "toy").all() == []


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """A folder that this process cannot write, also when it runs as root."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_store_that_cannot_be_written_says_what_to_do(locked_folder: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written") as caught:
        Store(locked_folder / "store").get_or_build(SPEC, build)
    assert "NLP_TUI_HOME" in caught.value.hint


def test_a_full_disk_says_what_to_do(tmp_path: Path) -> None:
    def filling(folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(StoreError, match="full") as caught:
        Store(tmp_path).get_or_build(SPEC, filling)
    assert "NLP_TUI_HOME" in caught.value.hint
    assert leftovers(tmp_path) == []


def test_the_builders_own_errors_stay_its_own(tmp_path: Path) -> None:
    def missing(folder: Path) -> None:
        (folder / "not there").read_text()

    with pytest.raises(FileNotFoundError):
        Store(tmp_path).get_or_build(SPEC, missing)


@pytest.mark.parametrize("kind", ["", "../x", ".hidden", "UPPER", "a/b"])
def test_a_kind_is_a_plain_folder_name(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ValueError, match="kind"):
        Store(tmp_path).get_or_build(Spec(kind, "r", {}), build)


def test_whoever_waits_is_told_and_may_give_up(tmp_path: Path) -> None:
    building, go_on = threading.Event(), threading.Event()

    def slow(folder: Path) -> None:
        building.set()
        go_on.wait(20)
        build(folder)

    first = threading.Thread(target=Store(tmp_path).get_or_build, args=(SPEC, slow))
    first.start()
    assert building.wait(20)
    waits = []

    def waiting() -> None:
        waits.append(1)
        if len(waits) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Store(tmp_path).get_or_build(SPEC, build, waiting)
    go_on.set()
    first.join(20)
    assert len(waits) == 2
    assert Store(tmp_path).get_or_build(SPEC, slow, waiting).path.is_dir()


class NoLock:
    """A lock that everybody gets."""

    def __init__(self, path: Path) -> None: ...
    def acquire(self, timeout: float, poll_interval: float) -> Self:
        return self

    def release(self) -> None: ...
    def __exit__(self, kind: type[BaseException], error: BaseException, trace: TracebackType) -> None: ...


def test_where_locks_lie_both_build_and_one_good_artifact_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core.storage.store, "FileLock", NoLock)
    together, results = threading.Barrier(3), []

    def meeting(folder: Path) -> None:
        build(folder)
        together.wait(20)

    def ask() -> None:
        results.append(Store(tmp_path).get_or_build(SPEC, meeting))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(results) == 3
    assert {result.path for result in results} == {tmp_path / "toy" / SPEC.key}
    for result in results:
        result.verify()
    assert len(Store(tmp_path).all()) == 1
    assert leftovers(tmp_path) == []


def test_a_file_system_without_locks_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Unsupported(NoLock):
        def acquire(self, timeout: float, poll_interval: float) -> Self:
            raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(core.storage.store, "FileLock", Unsupported)
    Store(tmp_path).get_or_build(SPEC, build).verify()


def test_the_default_store_is_the_homes_over_the_shipped_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path))
    store = default_store()
    assert store.root == tmp_path / "store"
    assert store.shipped is not None
    assert store.shipped.name == "models"
