"""What a person is told when something cannot be done: what is wrong, and what to do about it."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system calls it when nothing more can be written."""
GO_ON = "Free some space and resume the run: it goes on from its last checkpoint, if it had one."
"""What to do when the disk of a run is full."""
_NO_MEMORY = ("not enough memory", "can't allocate memory", "out of memory")
"""How torch's allocators say it: of the CPU, of mps."""
_RUST = re.compile(r"\(os error (\d+)\)")
_NUMPY = re.compile(r"\d+ requested and \d+ written")


class UserError(Exception):
    """`message` says what is wrong, `hint` what to do, both in plain words: shown as they are, in app and terminal."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(
            " ".join(filter(None, (message if message.endswith(".") or not hint else f"{message};", hint)))
        )
        self.message = message
        self.hint = hint


def in_sentences(error: Exception) -> str:
    """What a person is told of an error, as whole sentences: its message, then its hint."""
    said = (error.message, error.hint) if isinstance(error, UserError) else (str(error), "")
    return " ".join(f"{text[0].upper()}{text[1:]}{'' if text[-1] in '.!?' else '.'}" for text in said if text)


class DiskFull(UserError):
    """There was no room left for what was to be written. `where` says which disk, `hint` what to do then."""

    def __init__(self, where: str = "The disk", hint: str = "Free some space, and start it again.") -> None:
        super().__init__(f"{where} is full.", hint)


class OutOfMemory(UserError):
    """There was not enough memory, of the machine's or of its GPU, for what was to be computed."""

    def __init__(self, hint: str = "Close what else runs, and start it again.") -> None:
        super().__init__("The memory is full: there was not enough for the next step.", hint)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory ran out, also where torch says so in its words only."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and any(said in str(error) for said in _NO_MEMORY)


def is_full(error: BaseException) -> bool:
    """Whether an error means that a disk is full, also where a library says so in its words only."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in NO_ROOM
    if said := _RUST.search(str(error)):  # safetensors
        return int(said[1]) in NO_ROOM
    return isinstance(error, OSError) and _NUMPY.search(str(error)) is not None


@contextmanager
def room_on(where: str, hint: str) -> Iterator[None]:
    """What is written in the block has room, or it is said plainly that there was none. Raises DiskFull."""
    try:
        yield
    except Exception as error:
        if not is_full(error):
            raise
        raise DiskFull(where, hint) from error


def explain(error: Exception, hint: str) -> UserError:
    """What a person is told of any error: its own words if it is meant for a person, else its kind, with `hint`."""
    if isinstance(error, UserError):
        return error
    if is_out_of_memory(error):
        return OutOfMemory()
    return DiskFull() if is_full(error) else UserError(f"{type(error).__name__}: {error}", hint)
