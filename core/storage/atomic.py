"""Files and folders that are there completely or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import BaseFileLock, Timeout

from core.machine.process import Process

_STAGING = re.compile(r"\.staging-(?P<host>[0-9a-f]{8})-(?P<pid>\d{1,19})-(?P<started>\d{1,19})-[0-9a-f]{8}")
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
_FOREIGN_STALE = 7 * 24 * 3600.0


def write_text(path: Path, text: str) -> None:
    """Replace the file's content by `text` (UTF-8): readers see the old content or the new, also after a power cut.

    The file's mode is 0644 less the umask. Raises OSError; then the old content stands.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(path.parent)


def write_json(path: Path, value: Any) -> None:
    """Replace the file's content by `value` as indented JSON. Raises OSError, and ValueError for NaN and infinity."""
    write_text(path, json.dumps(value, indent=1, allow_nan=False) + "\n")


def sync(path: Path) -> None:
    """Bring a file's content, or a folder's list of names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some file systems cannot sync a folder, and need not.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """`sync` every file and folder below `folder`, and the folder itself last."""
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
    sync(folder)


def staging_folder(parent: Path) -> Path:
    """A new, empty, hidden folder in `parent`, to be filled and then renamed. Its name tells whose it is."""
    process = Process.current()
    folder = parent / f".staging-{_host()}-{process.pid}-{process.started}-{secrets.token_hex(4)}"
    folder.mkdir()
    return folder


@contextmanager
def staging(parent: Path) -> Iterator[Path]:
    """A `staging_folder` in `parent`, which is made if need be: gone after the block unless the block renamed it."""
    parent.mkdir(parents=True, exist_ok=True)
    sweep(parent)
    folder = staging_folder(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Remove the staging folders in `parent` whose process is dead, and those of other machines after a week."""
    for path in parent.glob(".staging-*"):
        match = _STAGING.fullmatch(path.name)
        if match is None:
            continue
        if match["host"] == _host():
            stale = not Process(int(match["pid"]), int(match["started"])).alive
        else:
            stale = time.time() - _modified(path) > _FOREIGN_STALE
        if stale:
            shutil.rmtree(path, ignore_errors=True)


def try_lock(lock: BaseFileLock, seconds: float) -> bool:
    """Try to take a lock. True also on a file system that has no locks: they are best effort. Raises OSError."""
    try:
        lock.acquire(timeout=seconds, poll_interval=0.1)
    except Timeout:
        return False
    except NotImplementedError:
        return True
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
    return True


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # its own process has just renamed or removed it
        return time.time()


def _host() -> str:
    """Eight digits that tell machines apart on a shared disk without naming them."""
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
