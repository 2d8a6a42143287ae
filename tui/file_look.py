"""Asks a process for a first look at a file: the app stays free while it reads, and can end it at any time."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

from core import api

COMMAND = (sys.executable, "-P", "-m", "core.service.file_look")


async def look_at_file(question: api.LookAtFile) -> api.FileLook | api.FileFault:
    """The answer; who is cancelled while waiting for it ends the process."""
    try:
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # the terminal is the app's
        )
    except OSError as error:
        return _gave_up(f"could not be started ({error.strerror or error})")
    try:
        said, _ = await process.communicate(api.encode(1, question).encode() + b"\n")
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        code = await process.wait()
    try:
        return api.decode_looked(said.decode("ascii", "replace"))
    except ValueError:
        return _gave_up(f"was ended (signal {-code})" if code < 0 else f"ended without an answer (exit code {code})")


def _gave_up(how: str) -> api.FileFault:
    return api.FileFault(f"The process that reads the file {how}", "see what `nlp-tui data FILE` says of it")
