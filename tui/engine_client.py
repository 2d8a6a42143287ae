"""The engine's client: one child process that computes, asked in JSON lines, restarted by the person when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from enum import StrEnum
from typing import Protocol

from core import api

COMMAND = (sys.executable, "-P", "-m", "core.service.engine")
LINE_LIMIT = 16 * 1024 * 1024
STDERR_TAIL = 4_000


class EngineState(StrEnum):
    """What the person can be told about the engine."""

    IDLE = "idle"
    STARTING = "starting"
    READY = "ready"
    DEAD = "dead"


class Engine(Protocol):
    """What the screens need of an engine; tests bring their own."""

    state: EngineState
    on_state: Callable[[EngineState], None]

    async def start(self) -> None:
        """Start the engine unless it is running."""

    async def restart(self) -> None:
        """Stop what is running and start afresh."""

    async def close(self) -> None:
        """Stop for good, quickly."""

    def ask(self, question: api.Question) -> AsyncIterator[api.Answer]:
        """The answers to one question, until nothing more comes for it or a newer one of its kind took its place."""
        ...

    @property
    def exit_reason(self) -> api.Failed:
        """Why the engine died, in plain words."""
        ...


class EngineClient:
    """Starts the engine process, numbers the questions, and hands each asker only its own answers.

    A newer question takes the place of an older one of its kind: the older asker's iteration just ends. Questions
    asked while the engine starts wait for it, and only the latest of each kind is sent. When the engine dies every
    asker's iteration ends, `state` becomes `DEAD`, and `exit_reason` says why.
    """

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self.state = EngineState.IDLE
        self.on_state: Callable[[EngineState], None] = lambda _: None
        self._command = tuple(command)
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._stderr = tempfile.TemporaryFile("a+b")  # noqa: SIM115 - lives as long as the client
        self._number = 0
        self._latest: dict[type[api.Question], int] = {}
        self._answers: dict[int, asyncio.Queue[api.Answer | None]] = {}
        self._waiting: dict[int, api.Question] = {}
        self._exit = ""

    async def start(self) -> None:
        """Start the process unless one is there; returns before it is ready.

        An engine that cannot be started at all is a dead one: see `exit_reason`.
        """
        if self._process is not None:
            return
        self._set(EngineState.STARTING)
        self._stderr.truncate(0)
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=self._stderr,
                limit=LINE_LIMIT,
            )
        except OSError as error:
            self._die(f"could not be started ({error.strerror or error})")
            return
        self._reader = asyncio.create_task(self._read(self._process))

    async def restart(self) -> None:
        """Stop the process if there is one, and start a new one."""
        await self._stop()
        await self.start()

    async def close(self) -> None:
        """Kill the process and wait for it."""
        await self._stop()
        self._set(EngineState.IDLE)
        self._stderr.close()

    async def ask(self, question: api.Question) -> AsyncIterator[api.Answer]:
        """Yield the answers to `question` as they come; ends when finished, superseded, or the engine is dead."""
        self._number += 1
        number, place = self._number, type(question)
        self._drop(self._latest.get(place, 0))
        self._latest[place] = number
        queue = self._answers[number] = asyncio.Queue()
        try:
            if self.state is EngineState.READY:
                await self._send(number, question)
            elif self.state is EngineState.DEAD:
                return
            else:
                self._waiting[number] = question
            while (answer := await queue.get()) is not None:
                yield answer
        finally:
            self._answers.pop(number, None)
            self._waiting.pop(number, None)

    @property
    def exit_reason(self) -> api.Failed:
        """Why the engine died, with the last line it wrote to stderr, and what to press."""
        lines = self.last_words().splitlines()
        message = f"The engine {self._exit or 'stopped'}."
        return api.Failed(message, (f"It last said: {lines[-1].strip()}" if lines else ""))

    def last_words(self) -> str:
        """The tail of what the engine wrote to stderr."""
        if self._stderr.closed:
            return ""
        end = self._stderr.seek(0, 2)
        self._stderr.seek(max(0, end - STDERR_TAIL))
        return self._stderr.read().decode("utf-8", "replace").strip()

    async def _send(self, number: int, question: api.Question) -> None:
        if self._process is None or self._process.stdin is None:
            return
        # A broken pipe means the engine just died; the reader sees its end and says so.
        with contextlib.suppress(ConnectionError):
            self._process.stdin.write(api.encode(number, question).encode() + b"\n")
            await self._process.stdin.drain()

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        trouble = ""
        try:
            while line := await process.stdout.readline():
                number, answer = api.decode_answer(line.decode("utf-8", "replace"))
                await self._receive(number, answer)
        except ValueError as error:  # also a line past the limit: the stream cannot be trusted any more
            trouble = f"said something that is not an answer ({error})"
            process.kill()
        code = await process.wait()
        if self._process is process:
            self._process = None
            self._die(trouble or f"stopped unexpectedly ({_ending(code)})")

    async def _receive(self, number: int, answer: api.Answer) -> None:
        if isinstance(answer, api.Ready):
            self._set(EngineState.READY)
            waiting, self._waiting = self._waiting, {}
            for waited, question in waiting.items():
                await self._send(waited, question)
        elif isinstance(answer, api.Finished):
            self._drop(number)
        elif queue := self._answers.get(number):
            queue.put_nowait(answer)
            if isinstance(answer, api.Failed) and not answer.model:
                self._drop(number)

    def _drop(self, number: int) -> None:
        self._waiting.pop(number, None)
        if queue := self._answers.pop(number, None):
            queue.put_nowait(None)

    def _die(self, how: str) -> None:
        self._exit = how
        self._set(EngineState.DEAD)
        for number in list(self._answers):
            self._drop(number)

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        if self._reader is not None:
            await self._reader
        for number in list(self._answers):
            self._drop(number)

    def _set(self, state: EngineState) -> None:
        if state is not self.state:
            self.state = state
            self.on_state(state)


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
