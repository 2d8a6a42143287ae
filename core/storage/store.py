"""The store: artifacts addressed by what they were made from, built once and never changed.

<root>/<kind>/<key>/ holds manifest.json and the artifact's files. A folder that is there is complete: it was built
aside on the same file system, brought to the disk and renamed.
"""

from __future__ import annotations

import errno
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock

from core.errors import is_full
from core.storage.artifact import (
    KEY,
    KIND,
    MANIFEST,
    Artifact,
    Json,
    Spec,
    StoreError,
    canonical_json,
    describe,
    installed_versions,
    plain,
    processor,
    read,
)
from core.storage.atomic import staging_folder, sweep, sync, sync_tree, try_lock, write_json
from core.storage.paths import ASSETS, Home

__all__ = ["Artifact", "Json", "Spec", "Store", "StoreError", "canonical_json", "default_store", "installed_versions"]


class Store:
    """Artifacts under `root`, over a read-only layer `shipped` (artifact folders of any name, found by manifest)."""

    def __init__(self, root: Path, shipped: Path | None = None) -> None:
        self.root = root
        self.shipped = shipped

    def find(self, key: str) -> Artifact | None:
        """The artifact of that key, `root` first; None if there is none, or a file of it is gone or cut short."""
        if not KEY.fullmatch(key):
            return None
        for kind in _folders(self.root):
            if (artifact := read(kind / key)) and artifact.key == key:
                return artifact
        return next((artifact for artifact in self._shipped() if artifact.key == key), None)

    def all(self, kind: str | None = None) -> list[Artifact]:
        """Every whole artifact (of that kind): the person's own first, then the shipped ones not among them."""
        found: dict[str, Artifact] = {}
        for folder in _folders(self.root):
            for path in _folders(folder):
                if (artifact := read(path)) and artifact.key == path.name:
                    found.setdefault(artifact.key, artifact)
        for artifact in self._shipped():
            found.setdefault(artifact.key, artifact)
        return [artifact for artifact in found.values() if kind is None or artifact.kind == kind]

    def all_shipped(self, kind: str) -> list[Artifact]:
        """Every whole artifact of that kind that came with this version."""
        return [artifact for artifact in self._shipped() if artifact.kind == kind]

    def get_or_build(
        self, spec: Spec, build: Callable[[Path], None], waiting: Callable[[], None] | None = None
    ) -> Artifact:
        """The artifact of `spec`; if there is none, `build` fills an empty folder with its files.

        While another process builds it, `waiting` is called at once and then every second; what it raises ends the
        wait. What `build` raises is passed on and nothing is left behind. Raises StoreError when the store cannot
        be written, ValueError when the spec is not JSON or its kind not a kind.
        """
        if not KIND.fullmatch(spec.kind):
            raise ValueError(f"not a kind of artifact: {spec.kind!r}")
        key = spec.key
        if found := self.find(key):
            return found
        with self._locked(key, waiting):
            return self.find(key) or self._build(spec, key, build)

    def _shipped(self) -> Iterator[Artifact]:
        if self.shipped is not None:
            yield from (artifact for path in _folders(self.shipped) if (artifact := read(path)))

    @contextmanager
    def _locked(self, key: str, waiting: Callable[[], None] | None) -> Iterator[None]:
        """One builder a key, as far as the file system's locks are true; the rename is what correctness rests on."""
        with self._plain_errors():
            locks = self.root / ".locks"
            locks.mkdir(parents=True, exist_ok=True)
            lock = FileLock(locks / f"{key}.lock")
            held = try_lock(lock, 0)
        while not held:
            if waiting is not None:
                waiting()
            with self._plain_errors():
                held = try_lock(lock, 1)
        try:
            yield
        finally:
            lock.release()

    def _build(self, spec: Spec, key: str, build: Callable[[Path], None]) -> Artifact:
        parent = self.root / spec.kind
        with self._plain_errors():
            parent.mkdir(parents=True, exist_ok=True)
            sweep(parent)
            folder = staging_folder(parent)
        try:
            begun = time.perf_counter()
            with self._plain_errors(full_disk_only=True):
                build(folder)
            manifest = {
                "v": 1,
                "key": key,
                **spec.fields(),
                "config": plain(spec.config),
                "files": describe(folder),
                "versions": installed_versions(),
                "cpu": processor(),
                "seconds": round(time.perf_counter() - begun, 3),
                "created": round(time.time(), 3),
            }
            with self._plain_errors():
                write_json(folder / MANIFEST, manifest)
                sync_tree(folder)
                return self._publish(folder, parent / key)
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # no longer there once it is published

    def _publish(self, folder: Path, place: Path) -> Artifact:
        """Rename the built folder into its place; if another process was first, its artifact is the one."""
        built = read(folder)
        if built is None:
            raise StoreError("what was built cannot be read back", "check the disk, and try again")
        while True:
            try:
                folder.rename(place)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                    raise
            else:
                sync(place.parent)
                return replace(built, path=place)
            if first := read(place):
                return first
            _discard(place)

    @contextmanager
    def _plain_errors(self, full_disk_only: bool = False) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if is_full(error):
                raise StoreError(
                    f"the disk of the store {self.root} is full",
                    "free some space, or set NLP_TUI_HOME to a folder on another disk",
                ) from error
            if full_disk_only or not isinstance(error, OSError):
                raise
            raise StoreError(
                f"the store {self.root} cannot be written: {error.strerror or error}",
                "set NLP_TUI_HOME to a folder you can write to",
            ) from error


def default_store() -> Store:
    """The person's store over the shipped models."""
    return Store(Home.locate().store, shipped=ASSETS / "models")


def _folders(parent: Path) -> list[Path]:
    """The visible folders in `parent`, by name; none if it is not there."""
    try:
        return sorted(path for path in parent.iterdir() if not path.name.startswith(".") and path.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        hint = "set NLP_TUI_HOME to a folder you can read and write"
        raise StoreError(f"the store's folder {parent} cannot be read: {error.strerror}", hint) from error


def _discard(place: Path) -> None:
    """Take a damaged artifact out of the way: aside first, so that its place is free at once."""
    aside = staging_folder(place.parent)
    try:
        place.rename(aside / "damaged")
    except FileNotFoundError:
        pass  # another process took it
    finally:
        shutil.rmtree(aside, ignore_errors=True)
