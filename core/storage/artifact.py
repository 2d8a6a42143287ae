"""Artifacts: what one is made from, what it is called by, and how a folder of files is known to be one."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias, Union

from core.errors import UserError

Json: TypeAlias = Union[bool, int, float, str, Sequence["Json"], Mapping[str, "Json"], None]  # noqa: UP007 - recursive

MANIFEST = "manifest.json"
MANIFEST_LIMIT = 16 << 20
KEY = re.compile(r"[0-9a-f]{64}")
KIND = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PACKAGES = ("nlp-tui", "torch", "gensim", "numpy", "transformers")


class StoreError(UserError):
    """What went wrong with the store, in plain words, and what to do about it."""


@dataclass(frozen=True)
class Spec:
    """What an artifact is made from.

    `recipe` is the versioned name of the procedure ("lm.v1"), `data` the digest of the data's content, `parents` the
    keys of the artifacts it is built on. A `kind` is lower-case letters, digits, `-` and `_`.
    """

    kind: str
    recipe: str
    config: Mapping[str, Json]
    data: str = ""
    parents: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The sha256 of the canonical JSON. Raises ValueError if the config is not JSON."""
        return hashlib.sha256(canonical_json(self.fields()).encode("ascii")).hexdigest()

    def fields(self) -> dict[str, Json]:
        """Everything the key is made from."""
        return {
            "kind": self.kind,
            "recipe": self.recipe,
            "config": self.config,
            "data": self.data,
            "parents": self.parents,
        }


@dataclass(frozen=True)
class Artifact:
    """A complete artifact: its key, its folder, its manifest."""

    key: str
    path: Path
    manifest: dict[str, Any]

    @property
    def kind(self) -> str:
        """What it is: `classifier`, `vectors`, ..."""
        return str(self.manifest["kind"])

    def verify(self) -> None:
        """Read every file again. Raises StoreError naming the first one that is not what was built."""
        hint = f"delete the folder {self.path} and build it again"
        spec = {name: self.manifest.get(name) for name in ("kind", "recipe", "config", "data", "parents")}
        if hashlib.sha256(canonical_json(spec).encode("ascii")).hexdigest() != self.key:
            raise StoreError(f"{MANIFEST} of artifact {self.key[:12]} is damaged: it does not give its key", hint)
        for name, entry in self.manifest["files"].items():
            try:
                digest = sha256(self.path / name)
            except OSError as error:
                raise StoreError(
                    f"{name} of artifact {self.key[:12]} cannot be read: {error.strerror}", hint
                ) from error
            if digest != entry["sha256"]:
                raise StoreError(f"{name} of artifact {self.key[:12]} is damaged: its content has changed", hint)


def read(folder: Path) -> Artifact | None:
    """The artifact in a folder, if its manifest is one and every file has its size."""
    path = folder / MANIFEST
    try:
        if not path.is_file() or path.stat().st_size > MANIFEST_LIMIT:
            return None
        manifest = json.loads(path.read_bytes(), parse_constant=_not_json)
        key, kind, files = manifest["key"], manifest["kind"], manifest["files"]
        if not (KEY.fullmatch(key) and KIND.fullmatch(kind)):
            return None
        for name, entry in files.items():
            inside = PurePosixPath(name)
            if inside.is_absolute() or ".." in inside.parts:
                return None
            if (folder / inside).stat().st_size != entry["bytes"] or not isinstance(entry["sha256"], str):
                return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return Artifact(key, folder, manifest)


def _not_json(constant: str) -> None:
    raise ValueError(f"not JSON: {constant}")


def describe(folder: Path) -> dict[str, dict[str, Any]]:
    """Every file below a folder by its relative name, with its digest and size."""
    return {
        path.relative_to(folder).as_posix(): {"sha256": sha256(path), "bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def sha256(path: Path) -> str:
    """The digest of a file's content. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def processor() -> str:
    """The processor's name and number of cores."""
    try:
        described = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        described = ""
    names = (line.partition(":")[2].strip() for line in described.splitlines() if line.startswith("model name"))
    count = os.cpu_count() or 1
    return f"{next(names, platform.processor() or platform.machine())} · {count} cores"


def canonical_json(value: Json) -> str:
    """The one ASCII spelling of a JSON value: sorted keys, no spaces. Raises ValueError for anything else."""
    return json.dumps(plain(value), sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def installed_versions() -> dict[str, str]:
    """Versions of Python and of the packages a result depends on, without importing them."""
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "not installed"
    return versions


def plain(value: Any) -> Any:
    """The same value of dicts, lists and scalars only. Raises ValueError if it is not JSON."""
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise ValueError(f"not JSON: the names in {value!r} are not all text")
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise ValueError(f"not JSON: {value!r}")
