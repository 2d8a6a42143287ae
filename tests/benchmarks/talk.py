"""A conversation with an engine: a process of its own, asked one question after the other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from core import api


class Talk:
    """An engine that is asked; it ends with the `with`."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "core.service.engine"],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    @property
    def process(self) -> int:
        """Its number."""
        return self._process.pid

    def ask(self, question: api.Question) -> list[api.Answer]:
        """All answers up to the one that says it is finished. Raises RuntimeError where there is none."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(api.encode(1, question) + "\n")
        self._process.stdin.flush()
        found: list[api.Answer] = []
        while True:
            number, answer = api.decode_answer(self._process.stdout.readline())
            if isinstance(answer, api.Failed):
                raise RuntimeError(answer.message)
            if isinstance(answer, api.Finished):
                return found
            if number:  # that it is ready, and what it has loaded meanwhile, answers nobody
                found.append(answer)


def held(process: int) -> dict[str, float]:
    """MB by the names of /proc: `VmHWM` (the most it has held), `VmRSS`, of it `RssAnon` and `RssFile` (mapped)."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    found = {name: rest.split()[0] for name, _, rest in (line.partition(":") for line in lines) if rest.split()}
    return {name: int(found[name]) / 1000 for name in ("VmHWM", "VmRSS", "RssAnon", "RssFile", "RssShmem")}
